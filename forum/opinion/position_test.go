package opinion

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// slow is a map worked out a second time, on the full matrix, with all eigenvectors of its covariance by gonum.
type slow struct {
	full       *mat.Dense // people by statements, centred
	means      []float64
	variances  [2]float64
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
		away := math.Sqrt(float64(c) / math.Max(1, float64(v.castBy(i))))
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
