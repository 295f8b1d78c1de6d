// Package sitepage keeps the texts of the site that each municipality words for itself: privacy notice, legal
// notes, frequently asked questions, rules of the forum; and the logo above them all. Every version that was
// published is kept and can be read; none is ever changed. While nobody has worded a page, the site shows the
// text that comes with the program.
package sitepage

import (
	"time"

	"ascolto/internal/civic"
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

// MaxText is how many characters a text may have.
const MaxText = 40_000

// MaxNote is how many characters the note of a version may have.
const MaxNote = 300

// Version is a page as it was published once.
type Version struct {
	Issue `bson:",inline"`
	Page  Key `bson:"page"`
	// by language, with marks; a line that begins with "## " opens a section
	Text civic.Text `bson:"text,omitempty"`
}

// In returns the text in a language, empty when the text of the program stands.
func (v Version) In(language string) string {
	if v.Standard {
		return ""
	}
	return v.Text[language]
}

// says reports whether two versions show the same text.
func (v Version) says(other Version) bool {
	if !v.Own() || !other.Own() {
		return v.Own() == other.Own()
	}
	return v.Text.Equal(other.Text)
}

// Draft is what somebody wants to publish.
type Draft struct {
	Page     Key
	Base     int64 // the number of the version that was shown in the form; 0 when there was none
	Standard bool  // go back to the text of the program; the texts are not looked at
	Text     civic.Text
	Program  civic.Text // what the form shows while a version has no text of its own
	Note     string
}

// parse returns the draft as a version, or an Invalid error that names the fields "text.it", "text.en" and
// "note".
func (d Draft) parse(by civic.Actor, at time.Time) (Version, error) {
	var problems civic.Problems
	note, err := civic.CleanLine(d.Note, MaxNote)
	problems.Check("note", err)
	v := Version{Issue: issueAfter(string(d.Page), d.Base, by, at), Page: d.Page}
	v.Standard, v.Note = d.Standard, note
	if d.Standard {
		return v, problems.Err()
	}
	v.Text = civic.Text{}
	for _, language := range civic.Languages() {
		clean, err := civic.CleanText(d.Text[language], MaxText)
		switch {
		case err != nil:
			problems.Check(civic.Field("text", language), err)
		case markdown.Letters().Parse(clean).IsEmpty():
			problems.Add(civic.Field("text", language), "error.required")
		}
		v.Text[language] = clean
	}
	return v, problems.Err()
}
