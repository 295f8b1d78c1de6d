package opinion

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// slow is a map worked out a second time, on the full matrix, with all eigenvectors of its covariance by
// gonum.
type slow struct {
	full      *mat.Dense // people by statements, centred
	means     []float64
	variances [2]float64
	// entries of each row that are not missing, after the columns of hidden statements were made 0
	cast       []float64
	directions [2]mat.Vector
}

func slowly(t *testing.T, v *Votes) slow {
	t.Helper()
	n, c := len(v.People()), len(v.Statements())
	s := slow{full: mat.NewDense(n, c, nil), means: make([]float64, c)}
	for j := range c {
		var sum, cast float64
		for i := range n {
			if vote := v.At(i, j); vote != Missing && v.mapped(j) {
				sum, cast = sum+float64(vote), cast+1
			}
		}
		s.means[j] = sum / math.Max(1, cast)
		for i := range n {
			if vote := v.At(i, j); vote != Missing && v.mapped(j) {
				s.full.Set(i, j, float64(vote)-s.means[j])
			}
		}
	}
	s.cast = make([]float64, n)
	for i := range n {
		for j := range c {
			if v.At(i, j) != Missing || !v.mapped(j) {
				s.cast[i]++
			}
		}
	}
	var scatter mat.SymDense
	scatter.SymOuterK(1, s.full.T())
	var eigen mat.EigenSym
	if !eigen.Factorize(&scatter, true) {
		t.Fatal("no eigenvectors")
	}
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	values := eigen.Values(nil)
	for axis := range 2 {
		s.variances[axis], s.directions[axis] = values[c-1-axis]/float64(n-1), vectors.ColView(c-1-axis)
	}
	return s
}

// axis returns the positions of people and statements along one direction.
func (s slow) axis(v *Votes, axis int) (people, statements []float64) {
	n, c := s.full.Dims()
	for i := range n {
		away := math.Sqrt(float64(c) / math.Max(1, s.cast[i]))
		people = append(people, away*mat.Dot(s.full.RowView(i), s.directions[axis]))
	}
	for j := range c {
		at := 0.0
		if v.mapped(j) {
			at = math.Sqrt(float64(c)) * (1 - s.means[j]) * s.directions[axis].AtVec(j)
		}
		statements = append(statements, at)
	}
	return people, statements
}

// compare reports where two lists differ by more than a millionth, the direction of an axis apart.
func compare(t *testing.T, what string, got, want []float64) {
	t.Helper()
	sign := 1.0
	for i := range want {
		if math.Abs(want[i]) > 1e-3 {
			sign = math.Copysign(1, got[i]*want[i])
			break
		}
	}
	for i := range want {
		if math.Abs(got[i]-sign*want[i]) > 1e-6 {
			t.Fatalf("%s: number %d is at %v, want %v", what, i, got[i], sign*want[i])
		}
	}
}

// TestMeansAndPositions reproduces the map of the public conversations: means to 1e-9, positions to 1e-6.
func TestMeansAndPositions(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"15-per-hour-seattle", "brexit-consensus"} {
		v, _ := conversation(t, name)
		want, m := slowly(t, v), Compute(v)
		for j, mean := range v.centre().means {
			if !near(mean, want.means[j], 1e-9) {
				t.Errorf("%s: mean of statement %d is %v, want %v", name, j, mean, want.means[j])
			}
		}
		for axis := range 2 {
			if !near(m.Variance[axis], want.variances[axis], 1e-9) {
				t.Errorf("%s: variance %d is %v, want %v", name, axis, m.Variance[axis], want.variances[axis])
			}
			var people, statements []float64
			for _, p := range m.People {
				people = append(people, []float64{p.At.X, p.At.Y}[axis])
			}
			for _, s := range m.Statements {
				statements = append(statements, []float64{s.At.X, s.At.Y}[axis])
			}
			wantPeople, wantStatements := want.axis(v, axis)
			compare(t, name+", people", people, wantPeople)
			compare(t, name+", statements", statements, wantStatements)
		}
	}
}

// TestHiddenStatementsAreFullOfNoughts: what people said of a hidden statement moves nobody, and the
// statement counts as one vote of everybody, as in the published positions.
func TestHiddenStatementsAreFullOfNoughts(t *testing.T) {
	t.Parallel()
	st, casts := town(40, 12, 2, 0.7, 9)
	const hidden = 15
	without := slices.DeleteFunc(slices.Clone(st), func(s Statement) bool { return s.ID == hidden })
	for i := range st {
		st[i].Hidden = st[i].ID == hidden
	}
	everybody, nobody := slices.Clone(casts), slices.DeleteFunc(slices.Clone(casts),
		func(c Cast) bool { return c.Statement == hidden })
	for i := range 40 {
		everybody = append(everybody, Cast{1000 + i*7, hidden, Agree, 1 << 40})
	}
	a, b, c := Compute(New(st, everybody)), Compute(New(st, nobody)), New(without, nobody)
	shown := Compute(c)
	for i := range a.People {
		if a.People[i].At != b.People[i].At {
			t.Fatalf("person %d at %v and at %v", i, a.People[i].At, b.People[i].At)
		}
		votes := float64(c.castBy(i))
		scale := math.Sqrt(12 / (votes + 1) / (11 / votes))
		if want := shown.People[i].At; !near(a.People[i].At.X, want.X*scale, 1e-9) ||
			!near(a.People[i].At.Y, want.Y*scale, 1e-9) {
			t.Fatalf("person %d at %v, want %v times %v", i, a.People[i].At, want, scale)
		}
	}
}
