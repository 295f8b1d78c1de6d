package crm

import (
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/merge"
)

// caseFields are the fields of the forms by which a conversation is put right, given to others, and said to
// have been with somebody. What goes together is one field: an outcome and the day it asks for, an office and
// its member.
func caseFields() merge.Fields[Interaction] {
	return merge.Fields[Interaction]{
		merge.Value("subject", func(i *Interaction) *string { return &i.Subject }),
		merge.Value("note", func(i *Interaction) *string { return &i.Note }),
		merge.Value("channel", func(i *Interaction) *Channel { return &i.Channel }),
		merge.Value("direction", func(i *Interaction) *Direction { return &i.Direction }),
		merge.Part("outcome", func(i *Interaction) string { return string(i.Outcome) + " " + i.DueOn },
			func(mine, stored *Interaction) {
				mine.Outcome, mine.DueOn = stored.Outcome, stored.DueOn
				mine.Open, mine.Closing = stored.Open, stored.Closing
			}),
		merge.Part("on", func(i *Interaction) string { return i.Day() },
			func(mine, stored *Interaction) { mine.At = stored.At }),
		merge.Value("topic", func(i *Interaction) *civic.ID { return &i.Topic }),
		merge.Value("confidential", func(i *Interaction) *bool { return &i.Confidential }),
		merge.Part("office", func(i *Interaction) string { return string(i.Office) + " " + string(i.Owner) },
			func(mine, stored *Interaction) {
				mine.Office, mine.Owner, mine.OwnerName = stored.Office, stored.Owner, stored.OwnerName
			}),
		merge.Value("contact", func(i *Interaction) *civic.ID { return &i.Contact }),
	}
}

// Shown returns what a form that shows i carries, for the edit to be joined with others.
func (i Interaction) Shown() string { return caseFields().Shown(&i) }

// joinCase joins i, which is stored with a form's values in it, with what others changed since the form was
// shown: shown tells what it showed, or revision of which interaction. Where both changed one field the error
// is *merge.Conflict[Interaction].
func (i *Interaction) joinCase(
	stored Interaction, revision int64, shown string, by civic.Actor, now time.Time,
) error {
	if shown == "" && revision == stored.Revision {
		shown = stored.Shown()
	}
	edits := func(i *Interaction) *merge.Edits { last := i.edits(); return &last }
	return merge.Update[Interaction]{Fields: caseFields(), Edits: edits, Shown: shown, By: by,
		At: now}.Apply(i, &stored)
}

// edits returns who changed each field last, from what is kept of the changes.
func (i Interaction) edits() (edits merge.Edits) {
	for n := len(i.Changes) - 1; n >= 0; n-- {
		c := i.Changes[n]
		field := string(c.Field)
		switch c.Field {
		case CaseOwner:
			field = string(CaseOffice)
		case CaseDueOn, CaseReopened:
			field = string(CaseOutcome)
		}
		if edits.Of(field).At.IsZero() {
			edits = append(edits, merge.Edit{Field: field, By: c.By, Name: c.ByName, At: c.At})
		}
	}
	return edits
}
