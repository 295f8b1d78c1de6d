package disclose

import (
	"cmp"
	"container/heap"
	"math"
	"slices"
)

// Options say how much is protected. The zero value stands for the defaults.
type Options struct {
	Threshold int  // the fewest people a published count stands for; DefaultThreshold when 0
	Width     int  // how wide the interval of a small count must be at least; Threshold when 0
	Groups    bool // also protect rows and columns whose people are all in one cell
}

func (o Options) orDefault() Options {
	if o.Threshold <= 0 {
		o.Threshold = DefaultThreshold
	}
	if o.Width <= 0 {
		o.Width = o.Threshold
	}
	return o
}

// Suppress returns which cells of t are published. Every count from one to below the threshold, totals
// included, is not, and nor are as many others as it takes for the interval that can be worked out for it to
// be as wide as the options ask. Where even hiding everything would not do, because there are too few people,
// everything is hidden.
func Suppress(t *Table, o Options) *Decision {
	o = o.orDefault()
	return suppress(t, o, primary(t, o))
}

// primary returns the cells that are hidden for their own sake.
func primary(t *Table, o Options) []Reason {
	reasons := make([]Reason, len(t.counts))
	for at, n := range t.counts {
		if n > 0 && n < o.Threshold {
			reasons[at] = Small
		}
	}
	if o.Groups {
		for i := 0; i < t.Rows; i++ {
			markGroup(t, reasons, t.Cols, func(j int) int { return t.at(i, j) })
		}
		for j := 0; j < t.Cols; j++ {
			markGroup(t, reasons, t.Rows, func(i int) int { return t.at(i, j) })
		}
	}
	return reasons
}

// markGroup marks the one cell of a line that holds everybody: whoever is in the line is known to be in it.
func markGroup(t *Table, reasons []Reason, length int, at func(int) int) {
	full := -1
	for k := range length {
		if t.counts[at(k)] > 0 {
			if full >= 0 {
				return
			}
			full = at(k)
		}
	}
	if full >= 0 && length > 1 && reasons[full] == Published {
		reasons[full] = Group
	}
}

// suppress adds complementary cells to primary ones until each is protected, then gives back those that are
// not needed.
func suppress(t *Table, o Options, reasons []Reason) *Decision {
	p := &Decision{table: t, reasons: reasons}
	var sensitive []int
	for at, r := range reasons {
		if r != Published {
			sensitive = append(sensitive, at)
		}
	}
	slices.SortStableFunc(sensitive, func(a, b int) int { return cmp.Compare(t.counts[b], t.counts[a]) })
	s := suppressor{Decision: p, n: p.network(), o: o, sensitive: sensitive}
	for _, at := range sensitive {
		s.protect(at)
	}
	s.giveBack()
	return p
}

type suppressor struct {
	*Decision
	n         *network
	o         Options
	sensitive []int
}

// width returns how wide the interval of a cell must be: a group need only stay uncertain.
func (s *suppressor) width(at int) int {
	if s.reasons[at] == Group {
		return 1
	}
	return s.o.Width
}

// safe reports whether a cell's interval is wide enough.
func (s *suppressor) safe(at int) bool {
	grow, fall := s.n.growth(at, s.width(at))
	return grow+fall >= s.width(at)
}

// protect hides the cheapest cells that make a cell's interval wide enough: along cheapest cycles through it,
// by which it can grow. When there are none left, everything is hidden.
func (s *suppressor) protect(at int) {
	if s.safe(at) {
		return
	}
	s.n.reset()
	s.n.hidden[at] = false
	from, to := s.n.col(at), s.n.row(at)
	if !s.n.positive(at) {
		from, to = to, from
	}
	for need := s.width(at); need > 0; {
		path, flow := s.cheapest(from, to, at)
		if path == nil {
			s.hideAll()
			return
		}
		flow = min(flow, need)
		for _, e := range path {
			s.n.shift(e.at, e.up, flow)
			s.hide(e.at, Complementary)
		}
		need -= flow
	}
	s.n.hidden[at] = true
}

func (s *suppressor) hide(at int, why Reason) {
	s.n.hidden[at] = true
	if s.reasons[at] == Published {
		s.reasons[at] = why
	}
}

func (s *suppressor) hideAll() {
	for at := range s.reasons {
		s.hide(at, Complementary)
	}
}

// giveBack publishes complementary cells again, the most telling first, where every sensitive cell stays
// protected, and those that could be worked out anyway.
func (s *suppressor) giveBack() {
	var extra []int
	for at, r := range s.reasons {
		if r == Complementary {
			extra = append(extra, at)
		}
	}
	slices.SortStableFunc(extra, func(a, b int) int { return cmp.Compare(s.price(b), s.price(a)) })
	for _, at := range extra {
		s.n.hidden[at] = false
		if slices.ContainsFunc(s.sensitive, func(c int) bool { return !s.safe(c) }) {
			s.n.hidden[at] = true
			continue
		}
		s.reasons[at] = Published
	}
	for at, r := range s.reasons {
		if r == Complementary && s.n.bounds(at).Exact() {
			s.n.hidden[at] = false
			s.reasons[at] = Published
		}
	}
}

// price is what it costs to hide a cell: a little for each, more for those that tell more, much for totals.
func (s *suppressor) price(at int) float64 {
	price := 1 + math.Log2(1+float64(s.table.counts[at]))
	if s.n.row(at) == s.table.Rows {
		price *= 8
	}
	if at%(s.table.Cols+1) == s.table.Cols {
		price *= 8
	}
	return price
}

// step is one cell on a way, and whether its signed count grows.
type step struct {
	at int
	up bool
}

// cheapest returns the way from one node to another whose cells cost least to hide, and how much it bears;
// nil when there is none (Dijkstra's algorithm; hidden cells cost next to nothing).
func (s *suppressor) cheapest(from, to, without int) ([]step, int) {
	nodes := s.table.Rows + s.table.Cols + 2
	cost, by := make([]float64, nodes), make([]int, nodes)
	for i := range cost {
		cost[i], by[i] = math.Inf(1), -1
	}
	cost[from] = 0
	q := &frontier{{from, 0}}
	for q.Len() > 0 {
		here := heap.Pop(q).(place)
		if here.cost > cost[here.node] {
			continue
		}
		if here.node == to {
			return s.trace(from, to, by)
		}
		s.n.neighbours(here.node, func(node, at int) {
			if at == without {
				return
			}
			price := 1e-6
			if !s.n.hidden[at] {
				price = s.price(at)
			}
			if c := here.cost + price; c < cost[node] {
				cost[node], by[node] = c, at
				heap.Push(q, place{node, c})
			}
		})
	}
	return nil, 0
}

// neighbours tells every node that can be reached over one cell that can still change, hidden or not.
func (n *network) neighbours(node int, tell func(node, at int)) {
	if node <= n.t.Rows {
		for j := 0; j <= n.t.Cols; j++ {
			if at := n.t.at(node, j); n.up[at] > 0 {
				tell(n.col(at), at)
			}
		}
		return
	}
	for i := 0; i <= n.t.Rows; i++ {
		if at := n.t.at(i, node-n.t.Rows-1); n.down[at] > 0 {
			tell(i, at)
		}
	}
}

func (s *suppressor) trace(from, to int, by []int) ([]step, int) {
	var path []step
	flow := Unbounded
	for node := to; node != from; {
		at, up := by[node], node > s.table.Rows
		path = append(path, step{at, up})
		if up {
			flow = min(flow, s.n.up[at])
			node = s.n.row(at)
		} else {
			flow = min(flow, s.n.down[at])
			node = s.n.col(at)
		}
	}
	return path, flow
}

// place is a node on the frontier of a search.
type place struct {
	node int
	cost float64
}

// frontier is a heap of places, the cheapest first.
type frontier []place

func (f frontier) Len() int           { return len(f) }
func (f frontier) Less(i, j int) bool { return f[i].cost < f[j].cost }
func (f frontier) Swap(i, j int)      { f[i], f[j] = f[j], f[i] }
func (f *frontier) Push(x any)        { *f = append(*f, x.(place)) }
func (f *frontier) Pop() any {
	old := *f
	last := old[len(old)-1]
	*f = old[:len(old)-1]
	return last
}
