package disclose

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize/convex/lp"
)

// cellsOf returns a linear program over the cells of a table: the published ones are equations, totals too.
func cellsOf(p *Decision) (*tableau, [][]float64) {
	t := p.table
	indicator := func(i, j int) []float64 {
		c := make([]float64, t.Rows*t.Cols)
		for a := range t.Rows {
			for b := range t.Cols {
				if (i == a || i == t.Rows) && (j == b || j == t.Cols) {
					c[a*t.Cols+b] = 1
				}
			}
		}
		return c
	}
	var rows, cells [][]float64
	solution := make([]float64, t.Rows*t.Cols)
	for i := 0; i <= t.Rows; i++ {
		for j := 0; j <= t.Cols; j++ {
			cells = append(cells, indicator(i, j))
			if !p.Hidden(i, j) {
				rows = append(rows, indicator(i, j))
			}
			if i < t.Rows && j < t.Cols {
				solution[i*t.Cols+j] = float64(t.Count(i, j))
			}
		}
	}
	return newTableau(rows, solution, nil), cells
}

// TestProgramProvesTheNetwork: for one table, linear programming over its cells and flows in its network give
// the same intervals, totals hidden too. The two share no line of code.
func TestProgramProvesTheNetwork(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(3, 3))
	compared := 0
	for n := range 150 {
		p := Suppress(random(t, rnd, 1+rnd.IntN(6), 1+rnd.IntN(6), 2+rnd.IntN(30)), Options{Groups: n%2 == 0})
		if n%3 == 0 { // and patterns that protect nothing
			for at := range p.reasons {
				p.reasons[at] = []Reason{Published, Small}[rnd.IntN(2)]
			}
		}
		start, cells := cellsOf(p)
		for at, c := range cells {
			i, j := at/(p.table.Cols+1), at%(p.table.Cols+1)
			got := Interval{Max: Unbounded}
			t1 := start.clone()
			switch how := t1.maximise(c); how {
			case found:
				got.Max = int(math.Round(dot(c, t1.solution())))
			case abandoned:
				t.Fatalf("table %d: the program took too many steps", n)
			}
			t2 := start.clone()
			if t2.maximise(negative(c)) == found {
				got.Min = int(math.Round(dot(c, t2.solution())))
			}
			if want := p.Bounds(i, j); got != want {
				t.Errorf("table %d %v, hidden %v, cell %d,%d: program %v, network %v", n, p.table.counts,
					p.reasons, i, j, got, want)
			}
			compared++
		}
	}
	if compared < 2000 {
		t.Errorf("only %d cells were compared", compared)
	}
}

func negative(c []float64) []float64 {
	out := make([]float64, len(c))
	for i, x := range c {
		out[i] = -x
	}
	return out
}

// TestProgramAgreesWithGonum solves random programs of sets a second time with gonum's simplex.
func TestProgramAgreesWithGonum(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(8, 8))
	bounded := 0
	for n := range 300 {
		cols := 3 + rnd.IntN(12)
		var rows [][]float64
		for range 1 + rnd.IntN(cols) {
			row := make([]float64, cols)
			for j := range row {
				row[j] = float64(rnd.IntN(2))
			}
			rows = append(rows, row)
		}
		x, weights := make([]float64, cols), make([]float64, cols)
		for j := range x {
			x[j], weights[j] = float64(rnd.IntN(6)), float64(rnd.IntN(5)-2)
		}
		tab := newTableau(copied(rows), x, nil)
		flat, b := mat.NewDense(max(1, len(tab.basis)), cols, nil), make([]float64, max(1, len(tab.basis)))
		for i := range tab.basis {
			flat.SetRow(i, tab.row(i))
			b[i] = dot(tab.row(i), x)
		}
		if len(tab.basis) == 0 || len(tab.basis) == cols {
			continue
		}
		want, _, err := lp.Simplex(negative(weights), flat, b, 1e-10, nil)
		how := tab.maximise(weights)
		switch {
		case errors.Is(err, lp.ErrUnbounded) && how != endless:
			t.Errorf("program %d: %d, gonum finds it unbounded", n, how)
		case err != nil:
		case how != found || math.Abs(dot(weights, tab.solution())+want) > 1e-6:
			t.Errorf("program %d: %d, %v, gonum %v", n, how, dot(weights, tab.solution()), -want)
		default:
			bounded++
			for _, r := range rows { // what was found does solve the equations
				if math.Abs(dot(r, tab.solution())-dot(r, x)) > 1e-6 {
					t.Errorf("program %d: the solution breaks an equation", n)
				}
			}
		}
	}
	if bounded < 100 {
		t.Errorf("only %d programs were compared", bounded)
	}
}

func copied(rows [][]float64) [][]float64 {
	var out [][]float64
	for _, r := range rows {
		out = append(out, slices.Clone(r))
	}
	return out
}
