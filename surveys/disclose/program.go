package disclose

import (
	"math"
	"slices"
)

// The bounds of a linear program: what counts as nothing, how many steps one may take, and after how many
// that lead nowhere columns are chosen by Bland's rule, which cannot go round in circles.
const (
	nothing   = 1e-9
	maxPivots = 20_000
	patience  = 20
)

// tableau is a system of equations in unknowns that are not negative, solved for one unknown a row: the basic
// ones. The others are 0 (Dantzig's simplex method).
type tableau struct {
	cols  int
	cells []float64 // rows × cols
	basis []int     // the basic unknown of each row
	value []float64 // and its value
	work  *budget
}

func (t *tableau) row(i int) []float64 { return t.cells[i*t.cols : (i+1)*t.cols] }

func (t *tableau) clone() *tableau {
	return &tableau{t.cols, slices.Clone(t.cells), slices.Clone(t.basis), slices.Clone(t.value), t.work}
}

// newTableau returns the solved form of equations with 0 and 1 as coefficients that a solution is known of.
// It means nothing when the work was more than the budget.
func newTableau(rows [][]float64, solution []float64, work *budget) *tableau {
	t := &tableau{cols: len(solution), work: work}
	rows = t.eliminate(rows)
	if work.isSpent() {
		return t
	}
	for _, r := range rows {
		t.cells = append(t.cells, r...)
	}
	t.value = make([]float64, len(rows))
	basic := make([]bool, t.cols)
	for i, j := range t.basis {
		t.value[i], basic[j] = solution[j], true
	}
	for j, x := range solution {
		if !basic[j] && x > 0 && t.work.spend(len(t.basis)) {
			t.lower(j, x)
		}
	}
	return t
}

// eliminate returns equations that say the same, none of which follows from the others, each with an unknown
// of its own (Gauss and Jordan, with the largest pivot of each column).
func (t *tableau) eliminate(rows [][]float64) [][]float64 {
	rank := 0
	for col := 0; col < t.cols && rank < len(rows) && t.work.spend(len(rows)); col++ {
		best := rank
		for i := rank; i < len(rows); i++ {
			if math.Abs(rows[i][col]) > math.Abs(rows[best][col]) {
				best = i
			}
		}
		if math.Abs(rows[best][col]) < nothing {
			continue
		}
		rows[rank], rows[best] = rows[best], rows[rank]
		scale(rows[rank], 1/rows[rank][col])
		for i := range rows {
			if i != rank && rows[i][col] != 0 && t.work.spend(t.cols) {
				subtract(rows[i], rows[rank], rows[i][col])
			}
		}
		t.basis = append(t.basis, col)
		rank++
	}
	return rows[:rank]
}

func scale(row []float64, f float64) {
	for j := range row {
		row[j] *= f
	}
}

// subtract takes f times a row off another; what is left of rounding becomes 0.
func subtract(row, other []float64, f float64) {
	if f == 0 {
		return
	}
	for j, x := range other {
		if x != 0 {
			if row[j] -= f * x; math.Abs(row[j]) < 1e-11 {
				row[j] = 0
			}
		}
	}
}

// lower brings an unknown that has the value x, though it is not basic, to 0, or makes it basic where another
// comes to 0 first.
func (t *tableau) lower(j int, x float64) {
	leave, by := -1, x
	for i := range t.basis {
		if a := t.row(i)[j]; a < -nothing && t.value[i] < -a*by {
			leave, by = i, t.value[i]/-a
		}
	}
	t.move(j, -by)
	if leave >= 0 {
		t.enter(leave, j, x-by)
	}
}

// move changes the basic unknowns as a change of unknown j by asks.
func (t *tableau) move(j int, by float64) {
	for i := range t.basis {
		if a := t.row(i)[j]; a != 0 {
			if t.value[i] -= a * by; t.value[i] < nothing {
				t.value[i] = 0
			}
		}
	}
}

// enter makes unknown j the basic one of a row, with the value x.
func (t *tableau) enter(i, j int, x float64) {
	row := t.row(i)
	scale(row, 1/row[j])
	var filled []int32 // where the row is not 0
	for k, v := range row {
		if v != 0 {
			filled = append(filled, int32(k))
		}
	}
	for k := range t.basis {
		if k != i {
			other := t.row(k)
			if other[j] != 0 {
				t.work.spend(len(filled))
			}
			subtractAt(other, row, filled, other[j])
		}
	}
	t.basis[i], t.value[i] = j, x
}

// subtractAt is subtract for a row of which it is known where it is not 0.
func subtractAt(row, other []float64, filled []int32, f float64) {
	if f == 0 {
		return
	}
	for _, j := range filled {
		v := row[j] - f*other[j]
		if v < 1e-11 && v > -1e-11 {
			v = 0
		}
		row[j] = v
	}
}

// end is how a search for an optimum ended.
type end uint8

const (
	found     end = iota
	endless       // there is none: the value grows without bound
	abandoned     // too many steps, or more than the budget
)

// maximise moves to a solution with the greatest sum of the unknowns, each times its weight.
func (t *tableau) maximise(weights []float64) end {
	gain := slices.Clone(weights) // by how much the sum grows with each unknown
	for i, j := range t.basis {
		subtract(gain, t.row(i), weights[j])
	}
	still := 0
	for range maxPivots {
		if !t.work.spend(t.cols + len(t.basis)) {
			return abandoned
		}
		j := promising(gain, still > patience)
		if j < 0 {
			return found
		}
		i, by := t.blocking(j)
		if i < 0 {
			return endless
		}
		if still++; by > nothing {
			still = 0
		}
		t.move(j, by)
		t.enter(i, j, by)
		subtract(gain, t.row(i), gain[j])
	}
	return abandoned
}

// promising returns the unknown by which the sum grows most, or the first by which it grows; -1 when there is
// none.
func promising(gain []float64, first bool) int {
	best := -1
	for j, g := range gain {
		if g > nothing && (best < 0 || g > gain[best]) {
			if best = j; first {
				break
			}
		}
	}
	return best
}

// blocking returns the row whose basic unknown comes to 0 first when unknown j grows, and by how much j can
// grow; -1 when none does.
func (t *tableau) blocking(j int) (int, float64) {
	leave, by := -1, math.Inf(1)
	for i := range t.basis {
		if a := t.row(i)[j]; a > nothing {
			if step := t.value[i] / a; step < by || step == by && t.basis[i] < t.basis[leave] {
				leave, by = i, step
			}
		}
	}
	return leave, by
}

// solution returns the value of every unknown.
func (t *tableau) solution() []float64 {
	x := make([]float64, t.cols)
	for i, j := range t.basis {
		x[j] = t.value[i]
	}
	return x
}
