package notify

import (
	"ascolto/internal/civic"
	"ascolto/internal/migrate"
)

// FieldsStep returns the step over who edited the texts of a campaign last: an earlier version called those
// fields otherwise.
func FieldsStep() migrate.Step {
	return migrate.Step{
		Name: "campaigns-fields",
		Help: "who edited the texts of a campaign last is stored under the names of their fields",
		Run: migrate.OverEach(campaignSpec(), func(c Campaign) civic.ID { return c.ID },
			func(c *Campaign) (changed bool) {
				c.Edits, changed = c.Edits.Renamed(map[string]string{
					"subject_it": "subject.it", "subject_en": "subject.en", "body_it": "body.it",
					"body_en": "body.en", "text_it": "text.it", "text_en": "text.en",
				})
				return changed
			}),
	}
}
