package opinion

// Map is the outcome: where people and statements lie, who votes alike, and on what.
type Map struct {
	People     []Placed   // in order of id, everybody who voted
	Groups     []Group    // from the largest; one when people cannot be told apart, none without people
	Statements []Standing // in order of id
	Variance   [2]float64 // of people along the two axes
	// mean over people: how clearly the groups are apart, from -1 to 1; 0 with one group
	Silhouette float64
	Statistics Statistics
	Ungrouped  int // people with too few votes to be grouped
}

// Placed is one person on the map.
type Placed struct {
	ID    int
	At    Point
	Group int // -1: too few votes
}

// Group is people who vote alike.
type Group struct {
	Size   int
	Centre Point
}

// Standing is one statement on the map.
type Standing struct {
	ID        int
	At        Point   // of someone who agreed with it alone
	Extremity float64 // distance from the centre: how much it divides
	Priority  float64 // how urgently it should be shown next, relative to the others
}

// Compute returns the map of v. It needs no state from before: adding a vote and computing again is fast
// enough for every vote. Empty and degenerate tables give a map with one group or none; no figure is NaN or
// infinite.
func Compute(v *Votes) Map {
	table := v.centre()
	axes := table.principal()
	rows := v.active()
	points := make([]Point, len(rows))
	for k, i := range rows {
		points[k] = axes.place(table.rows[i], table.counted(i))
	}
	parts := partitionPoints(points)
	m := Map{Variance: axes.variance, Silhouette: parts.silhouette, Ungrouped: len(v.people) - len(rows)}
	groups := make([]int, len(v.people))
	for i := range groups {
		groups[i] = -1
	}
	for k, i := range rows {
		groups[i] = parts.of[k]
	}
	m.People = v.placed(axes, table, groups)
	m.Groups = centres(m.People, parts.k)
	m.Statistics = v.Describe(groups)
	m.Statements = v.standings(axes, table.means, m.Statistics.Counts)
	return m
}

func (v *Votes) placed(axes components, table sparse, groups []int) []Placed {
	all := make([]Placed, len(v.people))
	for i, id := range v.people {
		all[i] = Placed{id, axes.place(table.rows[i], table.counted(i)), groups[i]}
	}
	return all
}

func centres(people []Placed, k int) []Group {
	groups := make([]Group, k)
	for _, p := range people {
		if p.Group >= 0 {
			g := &groups[p.Group]
			g.Size++
			g.Centre.X += p.At.X
			g.Centre.Y += p.At.Y
		}
	}
	for g := range groups {
		groups[g].Centre.X /= float64(max(1, groups[g].Size))
		groups[g].Centre.Y /= float64(max(1, groups[g].Size))
	}
	return groups
}

// standings counts the votes of those who are grouped, as the published priorities do: who has seen too
// little to be placed has seen too little to say what others should be shown.
func (v *Votes) standings(axes components, means []float64, groups [][]Count) []Standing {
	list := make([]Standing, len(v.statements))
	for j, st := range v.statements {
		list[j] = Standing{ID: st.ID}
		if v.mapped(j) {
			list[j].At = axes.placeStatement(j, means[j])
			list[j].Extremity = distance(list[j].At, Point{})
		}
		if !st.Hidden {
			list[j].Priority = priority(grouped(groups, j), list[j].Extremity, st.Meta)
		}
	}
	return list
}
