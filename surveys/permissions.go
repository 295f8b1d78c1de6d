package surveys

import "ascolto/internal/civic"

// What staff may do with surveys. Without PermAll it reaches only questionnaires of one's own offices and
// those of none.
const (
	PermRead    civic.Permission = "surveys.read"         // list and preview every questionnaire
	PermWrite   civic.Permission = "surveys.write"        // make and edit questionnaires
	PermPublish civic.Permission = "surveys.publish"      // publish, close, and publish results
	PermResults civic.Permission = "surveys.results.read" // read counts
	PermTexts   civic.Permission = "surveys.texts.read"   // read free texts
	PermExport  civic.Permission = "surveys.export"       // download responses and results
	// all of the above for questionnaires of other offices too
	PermAll civic.Permission = "surveys.all"
)

// may returns nil when by has p for a questionnaire of this office.
func may(by civic.Actor, p civic.Permission, office civic.ID) error {
	if err := by.Can(p); err != nil {
		return err
	}
	if office != "" && !by.In(office) && !by.Allowed(PermAll) {
		return civic.NewError(civic.Forbidden, "surveys.error.other_office")
	}
	return nil
}

// Refuses returns why by may not do p with this questionnaire, nil when by may: what a form asks before it is
// shown.
func (q Questionnaire) Refuses(by civic.Actor, p civic.Permission) error { return may(by, p, q.Office) }

// Allows reports whether by has p for this questionnaire, so that a page offers nobody what would be refused.
func (q Questionnaire) Allows(by civic.Actor, p civic.Permission) bool {
	return may(by, p, q.Office) == nil
}
