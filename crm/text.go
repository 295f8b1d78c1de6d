package crm

// Text is something citizens read, in the languages of the site.
type Text struct {
	It string `bson:"it" json:"it"`
	En string `bson:"en" json:"en"`
}

// The languages contacts are written to in.
const (
	Italian = "it"
	English = "en"
)

// In returns the text in a language, the Italian one when there is no other.
func (t Text) In(language string) string {
	if language == English && t.En != "" {
		return t.En
	}
	return t.It
}

// part is a text in one language.
type part struct {
	language string
	text     *string
}

// parts returns the texts of t in the order in which forms ask for them.
func (t *Text) parts() []part { return []part{{Italian, &t.It}, {English, &t.En}} }

func knownLanguage(l string) bool { return l == Italian || l == English }
