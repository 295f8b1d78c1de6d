package sitepage

import (
	"time"

	"ascolto/internal/civic"
)

// MaxAlt is how many characters the text may have that says what the logo shows.
const MaxAlt = 150

// Logo is the municipality's logo as it was published once. The picture is kept by its hash, once for all
// versions that show it.
type Logo struct {
	Issue  `bson:",inline"`
	Hash   string     `bson:"hash,omitempty"`
	Width  int        `bson:"width,omitempty"` // pixels
	Height int        `bson:"height,omitempty"`
	Alt    civic.Text `bson:"alt,omitempty"` // by language: what is read where the picture is not seen
}

// LogoPath is the folder of the addresses of logos.
const LogoPath = "/logo/"

// Path returns the address of the picture, which never shows another; empty when the program's sign is shown.
func (l Logo) Path() string {
	if !l.Own() {
		return ""
	}
	return LogoPath + l.Hash + ".png"
}

// says reports whether two versions show the same.
func (l Logo) says(other Logo) bool {
	if !l.Own() || !other.Own() {
		return l.Own() == other.Own()
	}
	return l.Hash == other.Hash && l.Alt.Equal(other.Alt)
}

// LogoDraft is the logo that somebody wants to publish.
type LogoDraft struct {
	Base     int64  // the number of the version that was shown in the form
	Standard bool   // go back to the program's sign; nothing else is looked at
	File     []byte // a new picture
	Hash     string // without a file: the picture of a version
	Alt      civic.Text
	Note     string
}

// parse returns the draft as a version without its picture, or an Invalid error that names the fields
// "alt.it", "alt.en" and "note".
func (d LogoDraft) parse(by civic.Actor, at time.Time) (Logo, civic.Problems) {
	var problems civic.Problems
	note, err := civic.CleanLine(d.Note, MaxNote)
	problems.Check("note", err)
	l := Logo{Issue: issueAfter(logoLine, d.Base, by, at)}
	l.Standard, l.Note = d.Standard, note
	if d.Standard {
		return l, problems
	}
	l.Alt = civic.Text{}
	for _, language := range civic.Languages() {
		alt, err := civic.CleanLine(d.Alt[language], MaxAlt)
		problems.Check(civic.Field("alt", language), err)
		if err == nil && civic.IsBlank(alt) {
			problems.Add(civic.Field("alt", language), "error.required")
		}
		l.Alt[language] = alt
	}
	return l, problems
}
