// Package disclose says what of a survey's counts must not be published, and attacks what is about to be.
//
// A count of one to four people in a published table can tell what somebody answered. Suppressing it alone is
// not enough, for totals give it back; so further cells are suppressed until whoever knows all that is
// published can only say that the count lies in an interval wide enough. The interval is not estimated but
// exact: a table with totals is a network, and the most a cell can grow or shrink, everything published
// staying as it is, is a maximal flow in it.
//
// The same attack, by linear programming, is made on several tables together (Auditor), because a table of
// all and one of all but a few give those few away; History releases a table only when nothing is given away
// by it and all before it.
//
// What rests on a count is hidden with it: its percentage, a mean over the same people, a weighted count.
// Thresholds are for people, so tables are of unweighted counts, whatever is shown of them.
//
// For open data there are Round, and Anonymise for single records. Free texts cannot be protected in these
// ways and are not published.
//
// Terms and methods: Statistical Disclosure Control for Microdata and Tables (HandbookSDC, sdcTools),
// chapters 4 and 5; Cox, "Network models for complementary cell suppression", JASA 90 (1995).
package disclose

import (
	"errors"
	"fmt"
)

// The fewest people a count stands for that is shown: five to the public, where nothing else is decided, and
// three to staff, who are bound to secrecy.
const (
	DefaultThreshold = 5
	StaffThreshold   = 3
)

// The bounds of a table, against input that makes no sense: rows and columns, and people in all.
const (
	maxSide  = 2000
	maxTotal = 1 << 28
)

// Errors for input that is no table.
var (
	ErrShape = errors.New("disclose: rows of different lengths, none at all, or too many")
	ErrCount = errors.New("disclose: a count is negative, or there are more than 268 million people")
	// ErrStaffOnly says that a Decision was about to be written out; PublicTable is for that.
	ErrStaffOnly = errors.New("disclose: a decision is for staff; publish its PublicTable")
)

// Table is a two-way table of unweighted counts of people, with its totals: row and column of index Rows and
// Cols hold them.
type Table struct {
	Rows, Cols int
	counts     []int // (Rows+1) × (Cols+1)
}

// NewTable returns the table of counts with its totals. It returns ErrShape when the rows are no table of at
// most 2,000 rows and columns, ErrCount when a count is negative or they add up to more than 268 million.
func NewTable(counts [][]int) (*Table, error) {
	if len(counts) == 0 || len(counts) > maxSide || len(counts[0]) == 0 || len(counts[0]) > maxSide {
		return nil, ErrShape
	}
	t := &Table{Rows: len(counts), Cols: len(counts[0])}
	t.counts = make([]int, (t.Rows+1)*(t.Cols+1))
	for i, row := range counts {
		if len(row) != t.Cols {
			return nil, fmt.Errorf("%w: row %d has %d cells, not %d", ErrShape, i, len(row), t.Cols)
		}
		for j, n := range row {
			if n < 0 || n > maxTotal-t.Count(t.Rows, t.Cols) {
				return nil, fmt.Errorf("%w: row %d, column %d", ErrCount, i, j)
			}
			for _, at := range []int{t.at(i, j), t.at(i, t.Cols), t.at(t.Rows, j), t.at(t.Rows, t.Cols)} {
				t.counts[at] += n
			}
		}
	}
	return t, nil
}

func (t *Table) at(i, j int) int { return i*(t.Cols+1) + j }

// Count returns the count in row i and column j; i == Rows and j == Cols are the totals.
func (t *Table) Count(i, j int) int { return t.counts[t.at(i, j)] }
