package ui

// Clash is a field that two people changed at once, with both values and who stored theirs, in the reader's
// words.
type Clash struct {
	Field  string // of the form
	Label  string
	Mine   string
	Theirs string
	Who    string // "Anna Sala il 29 novembre 2026, ore 10:42"; empty when nobody knows
}
