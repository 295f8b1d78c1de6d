package disclose

import "math"

// Unbounded is the upper end of an interval that nothing published limits.
const Unbounded = math.MaxInt

// network is a table as its equations see it. Each cell, totals included, is an edge between its row and its
// column. Counted with its sign (totals negative, the grand total positive) every row and every column adds
// up to nothing, so the only changes that keep all equations are cycles through cells that are not published.
type network struct {
	t      *Table
	hidden []bool
	// by how much the signed count may grow: without end for inner cells, by the count for totals
	up    []int
	down  []int
	seen  []int32 // how a node was reached: the cell's index, or -1
	queue []int32
}

func newNetwork(t *Table) *network {
	n := &network{t: t, hidden: make([]bool, len(t.counts)), up: make([]int, len(t.counts)),
		down: make([]int, len(t.counts))}
	nodes := t.Rows + t.Cols + 2
	n.seen, n.queue = make([]int32, nodes), make([]int32, 0, nodes)
	n.reset()
	return n
}

// reset forgets every flow.
func (n *network) reset() {
	for i := 0; i <= n.t.Rows; i++ {
		for j := 0; j <= n.t.Cols; j++ {
			at := n.t.at(i, j)
			n.up[at], n.down[at] = Unbounded, n.t.counts[at]
			if !n.positive(at) {
				n.up[at], n.down[at] = n.t.counts[at], Unbounded
			}
		}
	}
}

// positive reports whether a cell is counted with a positive sign.
func (n *network) positive(at int) bool {
	i, j := at/(n.t.Cols+1), at%(n.t.Cols+1)
	return (i < n.t.Rows) == (j < n.t.Cols)
}

// row and col return the nodes of a cell.
func (n *network) row(at int) int { return at / (n.t.Cols + 1) }
func (n *network) col(at int) int { return n.t.Rows + 1 + at%(n.t.Cols+1) }

// growth returns by how much the count of a hidden cell can grow, and fall, while everything published stays:
// at most limit of each.
func (n *network) growth(at, limit int) (grow, fall int) {
	signedUp, signedDown := n.push(at, true, limit), n.push(at, false, limit)
	if n.positive(at) {
		return signedUp, min(signedDown, n.t.counts[at])
	}
	return signedDown, min(signedUp, n.t.counts[at])
}

// push returns the largest flow that closes a change of the cell to a cycle, up to limit.
func (n *network) push(at int, grow bool, limit int) int {
	n.reset()
	was := n.hidden[at]
	n.hidden[at] = false // the cell itself is no way around itself
	defer func() { n.hidden[at] = was }()
	from, to := n.col(at), n.row(at)
	if !grow {
		from, to = to, from
	}
	total := 0
	for total < limit {
		add := n.augment(from, to, limit-total)
		if add == 0 {
			break
		}
		if total += add; add == Unbounded {
			return limit
		}
	}
	return min(total, limit)
}

// augment finds a shortest way from one node to another through hidden cells that can still change, sends
// along it what they bear, and returns how much: 0 when there is no way.
func (n *network) augment(from, to, limit int) int {
	if !n.reach(from, to) {
		return 0
	}
	flow := limit
	n.walk(from, to, func(at int, up bool) {
		if up {
			flow = min(flow, n.up[at])
		} else {
			flow = min(flow, n.down[at])
		}
	})
	n.walk(from, to, func(at int, up bool) { n.shift(at, up, flow) })
	return flow
}

// shift uses up what a cell can change by, and makes it able to change back.
func (n *network) shift(at int, up bool, by int) {
	use, back := &n.up[at], &n.down[at]
	if !up {
		use, back = back, use
	}
	if *use != Unbounded {
		*use -= by
	}
	if *back != Unbounded {
		*back += by
	}
}

// reach searches breadth first. From a row one may go along a cell that can grow, from a column along one
// that can fall.
func (n *network) reach(from, to int) bool {
	for i := range n.seen {
		n.seen[i] = -2
	}
	n.seen[from] = -1
	n.queue = append(n.queue[:0], int32(from))
	for head := 0; head < len(n.queue); head++ {
		node := int(n.queue[head])
		if node == to {
			return true
		}
		if node <= n.t.Rows {
			for j := 0; j <= n.t.Cols; j++ {
				if at := n.t.at(node, j); n.hidden[at] && n.up[at] > 0 {
					n.visit(n.col(at), at)
				}
			}
			continue
		}
		for i := 0; i <= n.t.Rows; i++ {
			if at := n.t.at(i, node-n.t.Rows-1); n.hidden[at] && n.down[at] > 0 {
				n.visit(i, at)
			}
		}
	}
	return false
}

func (n *network) visit(node, by int) {
	if n.seen[node] == -2 {
		n.seen[node] = int32(by)
		n.queue = append(n.queue, int32(node))
	}
}

// walk goes back from to to from and tells each cell and whether it grows.
func (n *network) walk(from, to int, tell func(at int, up bool)) {
	for node := to; node != from; {
		at := int(n.seen[node])
		up := node > n.t.Rows // a column was reached from a row: the cell grows
		tell(at, up)
		if up {
			node = n.row(at)
		} else {
			node = n.col(at)
		}
	}
}

// Interval is what whoever sees the published cells can say of a count.
type Interval struct{ Min, Max int }

// Exact reports whether the count is known.
func (v Interval) Exact() bool { return v.Min == v.Max }

// Bounds returns what the published cells tell of the cell in row i and column j: its feasibility interval
// over all tables of whole counts that agree with them. For a published cell it is the count itself.
func (p *Decision) Bounds(i, j int) Interval {
	n := p.network()
	return n.bounds(p.table.at(i, j))
}

func (p *Decision) network() *network {
	n := newNetwork(p.table)
	for at, r := range p.reasons {
		n.hidden[at] = r != Published
	}
	return n
}

func (n *network) bounds(at int) Interval {
	count := n.t.counts[at]
	if !n.hidden[at] {
		return Interval{count, count}
	}
	const far = 2 * maxTotal // farther than any count can fall
	grow, fall := n.growth(at, far)
	v := Interval{count - fall, count + grow}
	if grow >= far {
		v.Max = Unbounded
	}
	return v
}
