package sitepage

import (
	"strconv"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// MaxAlt is how many characters the text may have that says what the logo shows.
const MaxAlt = 150

// Logo is the municipality's logo as it was published once. Its id is its number, so that the store refuses the second of two people
// who publish at the same time. The picture is kept by its hash, once for all versions that show it.
type Logo struct {
	docstore.Meta `bson:",inline"`
	Number        int64             `bson:"number"`             // from 1; 0 when none was ever published
	Standard      bool              `bson:"standard,omitempty"` // the sign that comes with the program is shown again
	Hash          string            `bson:"hash,omitempty"`
	Width         int               `bson:"width,omitempty"` // pixels
	Height        int               `bson:"height,omitempty"`
	Alt           map[string]string `bson:"alt,omitempty"` // by language: what is read where the picture is not seen
	Note          string            `bson:"note,omitempty"`
	By            civic.ID          `bson:"by,omitempty"`
	ByName        string            `bson:"byName,omitempty"`
	At            time.Time         `bson:"at"`
}

// Own reports whether the municipality shows a logo of its own.
func (l Logo) Own() bool { return l.Number > 0 && !l.Standard }

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
	return l.Hash == other.Hash && l.Alt[Italian] == other.Alt[Italian] && l.Alt[English] == other.Alt[English]
}

// logoPicture is a picture in the store; its id is the hash.
type logoPicture struct {
	docstore.Meta `bson:",inline"`
	PNG           []byte `bson:"png"`
	Width         int    `bson:"width"`
	Height        int    `bson:"height"`
}

func (p logoPicture) picture() Picture {
	return Picture{PNG: p.PNG, Hash: string(p.ID), Width: p.Width, Height: p.Height}
}

// LogoDraft is the logo that somebody wants to publish.
type LogoDraft struct {
	Base     int64  // the number of the version that was shown in the form
	Standard bool   // go back to the program's sign; nothing else is looked at
	File     []byte // a new picture
	Hash     string // without a file: the picture of a version
	Alt      map[string]string
	Note     string
}

// parse returns the draft as a version without its picture, or an Invalid error that names the fields "alt.it", "alt.en" and "note".
func (d LogoDraft) parse(by civic.Actor, at time.Time) (Logo, civic.Problems) {
	var problems civic.Problems
	note, err := civic.CleanLine(d.Note, MaxNote)
	problems.Check("note", err)
	l := Logo{
		Meta: docstore.Meta{ID: logoID(d.Base + 1)}, Number: d.Base + 1, Standard: d.Standard, Note: note, By: by.Account, ByName: by.Name, At: at,
	}
	if d.Standard {
		return l, problems
	}
	l.Alt = map[string]string{}
	for _, language := range []string{Italian, English} {
		alt, err := civic.CleanLine(d.Alt[language], MaxAlt)
		problems.Check("alt."+language, err)
		if err == nil && civic.IsBlank(alt) {
			problems.Add("alt."+language, "error.required")
		}
		l.Alt[language] = alt
	}
	return l, problems
}

func logoID(number int64) civic.ID { return civic.ID("logo@" + strconv.FormatInt(number, 10)) }

// LogoConflict says that somebody published another logo meanwhile.
type LogoConflict struct{ Current Logo }

// Error returns a text for logs.
func (c *LogoConflict) Error() string {
	return "sitepage: somebody published " + string(c.Current.ID) + " meanwhile"
}

// Unwrap returns the error that people are shown.
func (c *LogoConflict) Unwrap() error { return civic.NewError(civic.Conflict, "error.changed") }
