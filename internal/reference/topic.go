package reference

import (
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// Topic is a subject citizens may ask to be told about: a newsletter. Consent is given to its text, of which
// every version that was ever shown is kept.
type Topic struct {
	docstore.Meta `bson:",inline"`
	Sent          `bson:",inline"`
	Name          civic.Text    `bson:"name" json:"name"`
	Description   civic.Text    `bson:"description" json:"description"`
	Texts         []ConsentText `bson:"texts" json:"texts"` // oldest first; never changed, only added to
	Order         int           `bson:"order" json:"order"`
	Inactive      bool          `bson:"inactive,omitempty" json:"inactive,omitempty"`
}

// ConsentText is one version of what a person agrees to. Versions count from 1.
type ConsentText struct {
	Version int        `bson:"version" json:"version"`
	Text    civic.Text `bson:"text" json:"text"`
	From    time.Time  `bson:"from" json:"from"`
}

// Current returns the text people agree to now; the zero value when the topic has none.
func (t Topic) Current() ConsentText {
	if len(t.Texts) == 0 {
		return ConsentText{}
	}
	return t.Texts[len(t.Texts)-1]
}

// Version returns the version v of the consent text, and false when there is none.
func (t Topic) Version(v int) (ConsentText, bool) {
	if v < 1 || v > len(t.Texts) {
		return ConsentText{}, false
	}
	return t.Texts[v-1], true
}

// addText makes text the current version, unless it says the same as the one before.
func (t *Topic) addText(text civic.Text, now time.Time) {
	if !t.Current().Text.Equal(text) {
		t.Texts = append(t.Texts, ConsentText{Version: len(t.Texts) + 1, Text: text, From: now})
	}
}

// maxConsentText bounds a consent text, in characters.
const maxConsentText = 2000

func (t *Topic) check() error {
	var p civic.Problems
	t.clean(&p)
	return p.Err()
}

// clean puts the topic's names and description right, and notes what is wrong with them.
func (t *Topic) clean(p *civic.Problems) {
	t.Name = civic.TextOf(func(l string) string {
		name := t.Name[l]
		checkName(p, civic.Field("name", l), &name)
		return name
	})
	t.Description = t.Description.CleanLine(p, "description", 300)
}

// cleanConsentText cleans all languages of a consent text, and notes what is wrong with it; a person must be
// able to read what they agree to.
func cleanConsentText(p *civic.Problems, t civic.Text) civic.Text {
	out := civic.Text{}
	for _, l := range civic.Languages() {
		clean, err := civic.CleanText(t[l], maxConsentText)
		p.Check(civic.Field("text", l), err)
		if err == nil && clean == "" {
			p.Add(civic.Field("text", l), "error.required")
		}
		out[l] = clean
	}
	return out
}
