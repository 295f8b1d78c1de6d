package fiscalcode

import "fmt"

// Part names a part of a code, or of the data a code is composed from.
type Part string

// The parts a fault can lie in. Family name to Place are also what Misfits compares.
const (
	Length Part = "length" // neither 16 characters nor 11
	// something that is neither an unaccented letter nor a digit, or a letter among eleven digits
	Characters Part = "characters"
	FamilyName Part = "family_name" // positions 1-3
	GivenName  Part = "given_name"  // positions 4-6
	Year       Part = "year"        // positions 7-8
	Month      Part = "month"       // position 9
	Day        Part = "day"         // positions 10-11: not 1-31, nor 41-71
	Sex        Part = "sex"         // positions 10-11 too: the 40 added for women
	Date       Part = "date"        // a day its month does not have in any century
	Place      Part = "place"       // positions 12-15
	// the last position does not follow from the others: somewhere a character is wrong
	Check  Part = "check"
	Number Part = "number" // eleven digits that begin with seven noughts, which nobody was given
)

// Error says which part of a text keeps it from being a fiscal code. It holds nothing of the text, which may
// be somebody's code but for one letter; for the same reason it does not tell the check letter that would
// fit.
type Error struct {
	Part Part
	// of the character, counted from 1 without white space; 0 when the fault lies in no single one
	Position int
}

// Error returns the part and position, for logs.
func (e *Error) Error() string {
	if e.Position > 0 {
		return fmt.Sprintf("fiscal code: wrong %s at position %d", e.Part, e.Position)
	}
	return "fiscal code: wrong " + string(e.Part)
}

func fault(p Part) error { return &Error{Part: p} }
