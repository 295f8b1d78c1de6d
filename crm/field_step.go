package crm

import (
	"slices"
	"strings"

	"ascolto/internal/civic"
	"ascolto/internal/migrate"
)

// FieldsStep returns the step over who edited a contact's addresses and numbers last: an earlier version
// called those fields otherwise.
func FieldsStep() migrate.Step {
	return migrate.Step{
		Name: "contacts-fields",
		Help: "who edited a contact's addresses and numbers last is stored under the names of their fields",
		Run: migrate.OverEach(contactSpec(), func(c Contact) civic.ID { return c.ID },
			func(c *Contact) (changed bool) {
				c.Edits, changed = c.Edits.Renamed(map[string]string{"email_1": "emails.1", "phone_1": "phones.1"})
				return changed
			}),
	}
}

// TitlesStep returns the step over the timelines' lines of requests, which are of the kinds: an earlier
// version wrote behind the number what a request is about, which not everybody may read who sees the line.
func TitlesStep(kinds ...civic.ActivityKind) migrate.Step {
	return migrate.Step{
		Name: "timeline-titles",
		Help: "on timelines requests have their number alone; what they are about is asked of them",
		Run: migrate.OverEach(timelineSpec(), func(e Entry) civic.ID { return e.ID },
			func(e *Entry) (changed bool) {
				if slices.Contains(kinds, e.Kind) {
					e.Title, _, changed = strings.Cut(e.Title, " · ")
				}
				return changed
			}),
	}
}
