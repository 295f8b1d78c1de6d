package opinion

import (
	"cmp"
	"math"
	"slices"
)

// The rules of grouping: no group is shown that is smaller than five people or a twentieth of those grouped.
const (
	MinGroup      = 5
	minGroupShare = 0.05
	maxGroups     = 5
	restarts      = 20
	perK          = 6 // partitions of each number of groups that are compared
	maxRounds     = 100
	// Above this many people the silhouette is taken over an even sample of them.
	silhouetteSample = 4000
)

// partition is people put into groups; groups are numbered from the largest.
type partition struct {
	of         []int
	k          int
	silhouette float64
}

// worthRefining is how far the clearest partition into some number of groups may lie behind the best of all
// and still be refined.
const worthRefining = 0.05

// partitionPoints tries two to five groups, each from twenty fixed starts, keeps partitions whose smallest
// group is large enough, refines the clearest of each number, and returns the one with the highest mean
// silhouette; one group of all when there is none.
func partitionPoints(points []Point) partition {
	var clearest []partition
	least := max(MinGroup, int(math.Ceil(minGroupShare*float64(len(points)))))
	for k := 2; k <= maxGroups && k*least <= len(points); k++ {
		if tried := candidates(points, k, least); len(tried) > 0 {
			scores := silhouettes(points, tried)
			at := argmax(scores)
			clearest = append(clearest, partition{of: tried[at], k: k, silhouette: scores[at]})
		}
	}
	top := math.Inf(-1)
	for _, p := range clearest {
		top = max(top, p.silhouette)
	}
	best := partition{of: make([]int, len(points)), k: min(1, len(points))}
	for _, p := range clearest {
		if p.silhouette > top-worthRefining && len(points) <= silhouetteSample {
			p.of, p.silhouette = refine(points, p.of, p.k, least)
		}
		if best.k <= 1 || p.silhouette > best.silhouette {
			best = p
		}
	}
	return best
}

func argmax(values []float64) int {
	best := 0
	for i, v := range values {
		if v > values[best] {
			best = i
		}
	}
	return best
}

func groupsIn(of []int) int {
	k := 0
	for _, g := range of {
		k = max(k, g+1)
	}
	return k
}

// candidates returns the different partitions into k groups that the starts lead to and whose groups all have
// at least the given size: the tightest few, by the sum of squared distances.
func candidates(points []Point, k, least int) [][]int {
	type found struct {
		of  []int
		sum float64
	}
	var all []found
	for r := range restarts {
		of, sum := kmeans(points, seeds(points, k, uint64(r)))
		if sizes := renumber(of, k); sizes[k-1] < least {
			continue
		}
		if !slices.ContainsFunc(all, func(f found) bool { return slices.Equal(f.of, of) }) {
			all = append(all, found{of, sum})
		}
	}
	slices.SortStableFunc(all, func(a, b found) int { return cmp.Compare(a.sum, b.sum) })
	var best [][]int
	for _, f := range all[:min(perK, len(all))] {
		best = append(best, f.of)
	}
	return best
}

// seeds chooses k starting centres, each with probability proportional to the squared distance from those
// before it (Arthur and Vassilvitskii, k-means++), by a generator that starts the same each time.
func seeds(points []Point, k int, restart uint64) []Point {
	state := 0x9E3779B97F4A7C15 ^ (restart+1)*0xBF58476D1CE4E5B9
	next := func() float64 {
		state += 0x9E3779B97F4A7C15
		z := state
		z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
		z = (z ^ z>>27) * 0x94D049BB133111EB
		return float64((z^z>>31)>>11) / (1 << 53)
	}
	centres := []Point{points[min(len(points)-1, int(next()*float64(len(points))))]}
	far := make([]float64, len(points))
	for i := range far {
		far[i] = math.Inf(1)
	}
	for len(centres) < k {
		var total float64
		for i, p := range points {
			far[i] = math.Min(far[i], squared(p, centres[len(centres)-1]))
			total += far[i]
		}
		target, chosen := mul(next(), total), len(points)-1
		for i := range far {
			if target -= far[i]; target < 0 {
				chosen = i
				break
			}
		}
		centres = append(centres, points[chosen])
	}
	return centres
}

// kmeans moves centres until no one changes group, and returns the groups and the sum of squared distances.
func kmeans(points []Point, centres []Point) ([]int, float64) {
	of := make([]int, len(points))
	var sum float64
	for round := range maxRounds {
		changed := false
		sum = 0
		for i, p := range points {
			g, d := nearest(p, centres)
			changed = changed || of[i] != g
			of[i] = g
			sum += d
		}
		if !changed && round > 0 {
			break
		}
		moveCentres(points, of, centres)
	}
	return of, sum
}

func nearest(p Point, centres []Point) (int, float64) {
	best, bestD := 0, math.Inf(1)
	for g, c := range centres {
		if d := squared(p, c); d < bestD {
			best, bestD = g, d
		}
	}
	return best, bestD
}

// moveCentres puts each centre in the middle of its group; an empty group's stays.
func moveCentres(points []Point, of []int, centres []Point) {
	n, sum := make([]int, len(centres)), make([]Point, len(centres))
	for i, p := range points {
		g := of[i]
		n[g]++
		sum[g].X += p.X
		sum[g].Y += p.Y
	}
	for g := range centres {
		if n[g] > 0 {
			centres[g] = Point{sum[g].X / float64(n[g]), sum[g].Y / float64(n[g])}
		}
	}
}

// renumber numbers the groups from the largest (of equals, the one met first) and returns their sizes in that
// order.
func renumber(of []int, k int) []int {
	size, first := make([]int, k), make([]int, k)
	for g := range first {
		first[g] = len(of)
	}
	for i, g := range of {
		size[g]++
		first[g] = min(first[g], i)
	}
	rank, sorted := make([]int, k), make([]int, k)
	for g := range k {
		for h := range k {
			if size[h] > size[g] || size[h] == size[g] &&
				(first[h] < first[g] || first[h] == first[g] && h < g) {
				rank[g]++
			}
		}
		sorted[rank[g]] = size[g]
	}
	for i, g := range of {
		of[i] = rank[g]
	}
	return sorted
}

func squared(a, b Point) float64 {
	x, y := a.X-b.X, a.Y-b.Y
	return mul(x, x) + mul(y, y)
}

// silhouettes returns the mean silhouette of each partition over the points (Rousseeuw 1987); someone alone
// in a group has 0. Distances are computed once for all partitions.
func silhouettes(points []Point, parts [][]int) []float64 {
	stride := (len(points) + silhouetteSample - 1) / silhouetteSample
	var at []int
	for i := 0; i < len(points); i += max(1, stride) {
		at = append(at, i)
	}
	shares := make([]shares, len(parts))
	for p, of := range parts {
		var sizes [maxGroups]int
		for _, i := range at {
			sizes[of[i]]++
		}
		shares[p] = sharesOf(sizes)
	}
	total := make([]float64, len(parts))
	sums := make([][maxGroups]float64, len(parts))
	for _, i := range at {
		clear(sums)
		for _, j := range at {
			d := math.Sqrt(squared(points[i], points[j]))
			for p, of := range parts {
				sums[p][of[j]] += d
			}
		}
		for p, of := range parts {
			total[p] += shares[p].silhouette(of[i], &sums[p])
		}
	}
	for p := range total {
		total[p] /= float64(max(1, len(at)))
	}
	return total
}

// shares are the weights by which sums of distances to groups become means: to those of one's own group, and
// of the others. Groups nobody is in come last and are not counted in n.
type shares struct {
	own, other [maxGroups]float64
	n          int
}

func sharesOf(sizes [maxGroups]int) shares {
	var s shares
	for g, n := range sizes {
		if n > 0 {
			s.n, s.other[g] = g+1, 1/float64(n)
		}
		if n > 1 {
			s.own[g] = 1 / float64(n-1)
		}
	}
	return s
}

// silhouette returns that of one point in group g, from the sums of its distances to each group; 0 for
// somebody alone.
func (s *shares) silhouette(g int, sums *[maxGroups]float64) float64 {
	if s.own[g] == 0 {
		return 0
	}
	inside, outside := mul(sums[g], s.own[g]), math.MaxFloat64
	for h := range s.n {
		if mean := mul(sums[h], s.other[h]); h != g && s.other[h] > 0 && mean < outside {
			outside = mean
		}
	}
	switch {
	case outside == math.MaxFloat64 || inside == outside:
		return 0
	case inside < outside:
		return 1 - inside/outside
	default:
		return outside/inside - 1
	}
}
