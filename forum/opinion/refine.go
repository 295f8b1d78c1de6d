package opinion

import (
	"cmp"
	"math"
	"slices"
)

// The bounds of refinement: people whose silhouette is below doubtful may move, and so many moves are tried
// that n people cost at most refineWork distances.
const (
	doubtful   = 0.4
	refineWork = 2_000_000
)

// refinement moves single people between groups while that makes the mean silhouette grow. K-means draws its
// borders halfway between centres, whatever the groups' widths; this draws them where the groups really part.
type refinement struct {
	points []Point
	of     []int
	k      int
	least  int
	sizes  [maxGroups]int
	sums   [][maxGroups]float64 // of each person's distances to each group
	far    []float64            // distances of the person looked at
	total  float64              // sum of silhouettes
}

// refine returns a partition at least as clear as of, whose groups keep the least size, and its mean
// silhouette.
func refine(points []Point, of []int, k, least int) ([]int, float64) {
	r := refinement{points: points, of: slices.Clone(of), k: k, least: least,
		far: make([]float64, len(points))}
	r.sums = make([][maxGroups]float64, len(points))
	for i := range points {
		r.sizes[r.of[i]]++
		for j := range points {
			r.sums[i][r.of[j]] += math.Sqrt(squared(points[i], points[j]))
		}
	}
	r.total = r.score()
	for tries := refineWork / max(1, len(points)); tries > 0; {
		used, improved := r.pass(tries)
		if tries -= used; !improved {
			break
		}
	}
	renumber(r.of, k)
	return r.of, r.total / float64(max(1, len(points)))
}

// pass tries to move those who fit their group least, and reports how many moves it tried and whether one
// helped.
func (r *refinement) pass(tries int) (used int, improved bool) {
	type fit struct {
		i int
		s float64
	}
	var doubt []fit
	share := sharesOf(r.sizes)
	for i := range r.points {
		if s := share.silhouette(r.of[i], &r.sums[i]); s < doubtful {
			doubt = append(doubt, fit{i, s})
		}
	}
	slices.SortStableFunc(doubt, func(a, b fit) int { return cmp.Compare(a.s, b.s) })
	for _, d := range doubt {
		for to := 0; to < r.k && used < tries; to++ {
			if from := r.of[d.i]; to != from && r.sizes[from] > r.least {
				used++
				improved = r.try(d.i, from, to) || improved
			}
		}
	}
	return used, improved
}

// try moves i from one group to another, and back when that does not help.
func (r *refinement) try(i, from, to int) bool {
	for j := range r.points {
		r.far[j] = math.Sqrt(squared(r.points[i], r.points[j]))
	}
	r.move(i, from, to)
	if total := r.score(); total > r.total+1e-9 {
		r.total = total
		return true
	}
	r.move(i, to, from)
	return false
}

func (r *refinement) move(i, from, to int) {
	r.of[i] = to
	r.sizes[from]--
	r.sizes[to]++
	for j, d := range r.far {
		r.sums[j][from] -= d
		r.sums[j][to] += d
	}
}

func (r *refinement) score() float64 {
	share := sharesOf(r.sizes)
	var total float64
	for i := range r.points {
		total += share.silhouette(r.of[i], &r.sums[i])
	}
	return total
}
