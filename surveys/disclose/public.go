package disclose

// PublicTable is what of a table, totals included, may be shown to anybody: counts, and that others are
// hidden. It holds neither the hidden counts nor why they are hidden: that a cell is hidden for itself, and
// not to protect another, says that one to four people are in it, from which many a small count could be
// worked out exactly. Public pages, files and interfaces take this type.
type PublicTable struct {
	Rows, Cols int
	counts     []int // (Rows+1) × (Cols+1), -1 for hidden
}

// Count returns the count in row i and column j, and whether it is shown; i == Rows and j == Cols are the
// totals. A hidden count is 0 and must not be shown as such.
func (p PublicTable) Count(i, j int) (int, bool) {
	n := p.counts[i*(p.Cols+1)+j]
	return max(0, n), n >= 0
}

// Hidden reports whether the cell is not published. It holds for every figure made of the cell: percentages,
// means and weighted counts leak the count they rest on.
func (p PublicTable) Hidden(i, j int) bool {
	_, shown := p.Count(i, j)
	return !shown
}

// Reason is why a cell is not published. It is for staff who may see the counts themselves: published, it
// gives counts away.
type Reason uint8

// The reasons.
const (
	Published     Reason = iota
	Small                // it stands for fewer people than the threshold
	Group                // everybody of its row or column is in one cell: their answer would be known
	Complementary        // it would give another cell away
	Differencing         // together with an earlier table it would give somebody away
)

// Decision says for each cell of a table, totals included, whether and why it is not published. It is for
// staff who may see the counts, and has no form that could be written out; Public is what everybody else may
// see of it.
type Decision struct {
	table   *Table
	reasons []Reason
}

// Public returns what may be shown to anybody.
func (p *Decision) Public() PublicTable {
	out := PublicTable{Rows: p.table.Rows, Cols: p.table.Cols, counts: make([]int, len(p.reasons))}
	for at, r := range p.reasons {
		if out.counts[at] = p.table.counts[at]; r != Published {
			out.counts[at] = -1
		}
	}
	return out
}

// Reason returns why the cell is not published, or Published.
func (p *Decision) Reason(i, j int) Reason { return p.reasons[p.table.at(i, j)] }

// Hidden reports whether the cell is not published.
func (p *Decision) Hidden(i, j int) bool { return p.Reason(i, j) != Published }

// Suppressed returns how many cells are not published, totals included.
func (p *Decision) Suppressed() int {
	n := 0
	for _, r := range p.reasons {
		if r != Published {
			n++
		}
	}
	return n
}

// Table returns the table that was decided on, with every count.
func (p *Decision) Table() *Table { return p.table }

// MarshalJSON refuses: a decision is not to be sent anywhere.
func (p *Decision) MarshalJSON() ([]byte, error) { return nil, ErrStaffOnly }

// String names the type alone, so that no reason gets into a page or a log by way of a format.
func (p *Decision) String() string { return "disclose.Decision" }

// GoString is String, for the formats that ask for it.
func (p *Decision) GoString() string { return p.String() }
