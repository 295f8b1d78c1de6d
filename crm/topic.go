package crm

import (
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// Topic is a subject citizens may ask to be told about: a newsletter. Consent is given to its text, of which every version
// that was ever shown is kept.
type Topic struct {
	docstore.Meta `bson:",inline"`
	Sent          `bson:",inline"`
	Name          Text          `bson:"name" json:"name"`
	Description   Text          `bson:"description" json:"description"`
	Texts         []ConsentText `bson:"texts" json:"texts"` // oldest first; never changed, only added to
	Order         int           `bson:"order" json:"order"`
	Inactive      bool          `bson:"inactive,omitempty" json:"inactive,omitempty"`
}

// ConsentText is one version of what a person agrees to. Versions count from 1.
type ConsentText struct {
	Version int       `bson:"version" json:"version"`
	Text    Text      `bson:"text" json:"text"`
	From    time.Time `bson:"from" json:"from"`
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
func (t *Topic) addText(text Text, now time.Time) {
	if t.Current().Text != text {
		t.Texts = append(t.Texts, ConsentText{Version: len(t.Texts) + 1, Text: text, From: now})
	}
}

// maxConsentText bounds a consent text, in characters.
const maxConsentText = 2000

func (t *Topic) check() error {
	var p civic.Problems
	checkName(&p, "name_it", &t.Name.It)
	checkName(&p, "name_en", &t.Name.En)
	for _, in := range t.Description.parts() {
		clean, err := civic.CleanLine(*in.text, 300)
		p.Check("description_"+in.language, err)
		*in.text = clean
	}
	return p.Err()
}

// checkConsentText cleans both languages of a consent text; a person must be able to read what they agree to.
func checkConsentText(t Text) (Text, error) {
	var p civic.Problems
	for _, in := range t.parts() {
		clean, err := civic.CleanText(*in.text, maxConsentText)
		p.Check("text_"+in.language, err)
		if err == nil && clean == "" {
			p.Add("text_"+in.language, "error.required")
		}
		*in.text = clean
	}
	return t, p.Err()
}
