package reference

import (
	"ascolto/internal/civic"
	"ascolto/internal/migrate"
)

// FieldsStep returns the step over who edited the texts of a topic last: an earlier version called those
// fields otherwise.
func FieldsStep() migrate.Step {
	return migrate.Step{
		Name: "topics-fields",
		Help: "who edited the texts of a topic last is stored under the names of their fields",
		Run: migrate.OverEach(itemSpec("topics"), func(t Topic) civic.ID { return t.ID },
			func(t *Topic) (changed bool) {
				t.Edits, changed = t.Edits.Renamed(map[string]string{
					"name_it": "name.it", "name_en": "name.en", "description_it": "description.it",
					"description_en": "description.en", "text_it": "text.it", "text_en": "text.en",
				})
				return changed
			}),
	}
}
