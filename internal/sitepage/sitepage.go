// Package sitepage keeps the texts of the site that each municipality words for itself: privacy notice, legal notes, frequently
// asked questions, rules of the forum; and the logo above them all. Every version that was published is kept and can be read; none is
// ever changed. While nobody has worded a page, the site shows the text that comes with the program.
package sitepage

import (
	"fmt"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/markdown"
)

// PermWrite allows wording the texts of the site.
const PermWrite civic.Permission = "sitepage.write"

// Key names a page.
type Key string

// The pages.
const (
	Privacy    Key = "privacy"
	Legal      Key = "legal"
	FAQ        Key = "faq"
	ForumRules Key = "forum-rules"
)

// Keys lists the pages.
func Keys() []Key { return []Key{Privacy, Legal, FAQ, ForumRules} }

// ParseKey returns s as a Key, or a NotFound error.
func ParseKey(s string) (Key, error) {
	for _, k := range Keys() {
		if string(k) == s {
			return k, nil
		}
	}
	return "", civic.NewError(civic.NotFound, "error.not_found")
}

// The languages every page is worded in.
const (
	Italian = "it"
	English = "en"
)

// MaxText is how many characters a text may have.
const MaxText = 40_000

// MaxNote is how many characters the note of a version may have.
const MaxNote = 300

// Version is a page as it was published once. Its id is "page@number", so that the store refuses the second of two people who publish
// at the same time.
type Version struct {
	docstore.Meta `bson:",inline"`
	Page          Key               `bson:"page"`
	Number        int64             `bson:"number"`             // from 1
	Standard      bool              `bson:"standard,omitempty"` // the text that comes with the program is shown again
	Text          map[string]string `bson:"text,omitempty"`     // by language, with marks; a line that begins with "## " opens a section
	Note          string            `bson:"note,omitempty"`     // why it was changed
	By            civic.ID          `bson:"by"`
	ByName        string            `bson:"byName"`
	At            time.Time         `bson:"at"`
}

// In returns the text in a language, empty when the text of the program stands.
func (v Version) In(language string) string {
	if v.Standard {
		return ""
	}
	return v.Text[language]
}

// Worded reports whether the municipality has a wording of its own in v.
func (v Version) Worded() bool { return v.Number > 0 && !v.Standard }

func versionID(page Key, number int64) civic.ID {
	return civic.ID(fmt.Sprintf("%s@%d", page, number))
}

// Draft is what somebody wants to publish.
type Draft struct {
	Page     Key
	Base     int64 // the number of the version that was shown in the form; 0 when there was none
	Standard bool  // go back to the text of the program; the texts are not looked at
	Text     map[string]string
	Note     string
}

// parse returns the texts, or an Invalid error that names the fields "text.it", "text.en" and "note".
func (d Draft) parse() (text map[string]string, note string, err error) {
	var problems civic.Problems
	note, err = civic.CleanLine(d.Note, MaxNote)
	problems.Check("note", err)
	text = map[string]string{}
	for _, language := range []string{Italian, English} {
		if d.Standard {
			break
		}
		clean, err := civic.CleanText(d.Text[language], MaxText)
		switch {
		case err != nil:
			problems.Check("text."+language, err)
		case markdown.Letters().Parse(clean).IsEmpty():
			problems.Add("text."+language, "error.required")
		}
		text[language] = clean
	}
	return text, note, problems.Err()
}

// Conflict says that somebody published another version meanwhile.
type Conflict struct{ Current Version }

// Error returns a text for logs.
func (c *Conflict) Error() string {
	return "sitepage: somebody published " + string(c.Current.ID) + " meanwhile"
}

// Unwrap returns the error that people are shown.
func (c *Conflict) Unwrap() error { return civic.NewError(civic.Conflict, "error.changed") }
