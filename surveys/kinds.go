package surveys

import "ascolto/internal/civic"

// kinds has one row for each kind, in the order the interface shows them. Each stands in a file of its own,
// kind_*.go, with all that is particular to it: its settings, how it is asked, parsed, checked, counted, made
// public, exported and read by conditions. A new kind is that file, its row here, what is stored of its
// settings in Details, and, where it is filled in as no other is, a component in web/ui/question.templ.
func kinds() []kind {
	return []kind{singleKind{}, multipleKind{}, scaleKind{}, npsKind{}, textKind{}, numberKind{}, dateKind{},
		matrixKind{}, rankingKind{}, sumKind{}, fileKind{}, placeKind{}}
}

// Details are what the questions of some kinds have besides their texts; the settings of its kind say which
// of them a question has. The others are empty.
type Details struct {
	Options []Option `bson:"options,omitempty"` // what can be chosen; the points of a scale
	Rows    []Option `bson:"rows,omitempty"`    // what each of the options is chosen for
	Other   bool     `bson:"other,omitempty"`   // whether there is an option "other" with a text
	// how many are chosen at least, when answered, 0: no bound; the first point of a scale
	Min int `bson:"min,omitempty"`
	// how many are chosen at most, 0: no bound; the last point of a scale, 0: of one with five points
	Max       int        `bson:"max,omitempty"`
	Total     int        `bson:"total,omitempty"`     // what is distributed over the rows
	MaxLength int        `bson:"maxlength,omitempty"` // of a text, in characters
	Files     int        `bson:"files,omitempty"`     // how many files at most
	Megabytes int        `bson:"megabytes,omitempty"` // how large each of them is at most
	Papers    bool       `bson:"papers,omitempty"`    // documents are taken, too, not photographs alone
	Precision int        `bson:"precision,omitempty"` // digits after the point of coordinates that are kept
	Low       civic.Text `bson:"low,omitempty"`       // what the lowest point means
	High      civic.Text `bson:"high,omitempty"`      // what the highest point means
	Unit      civic.Text `bson:"unit,omitempty"`      // what a number counts: "minutes"
	Decimals  int        `bson:"decimals,omitempty"`  // how many digits a number may have after the point
	// the least number allowed, or the first day; empty: no bound
	Least string `bson:"least,omitempty"`
	// the greatest number allowed, or the last day; empty: no bound
	Most string `bson:"most,omitempty"`
}
