// Package opinion maps where people agree. From votes of agree, disagree and pass on short statements it
// finds groups of people who vote alike, the statements that tell a group from the others, and those that all
// groups agree on.
//
// The method is that of Small, Bjorkegren, Erkkilä, Shaw and Megill, "Polis: Scaling Deliberation by Mapping
// High Dimensional Opinion Spaces" (2021), written from its formulas. With agree as +1, disagree as -1 and
// pass as 0:
//
//	positions       the table, each statement's mean in place of its missing votes, centred, along its two
//	                principal components; a person's distance grows with the root of statements over votes
//	                cast, a hidden statement being a pass of everybody
//	groups          k-means from 20 fixed starts for 2 to 5 groups, none smaller than 5 people or 5 % of those
//	                grouped; the clearest partition by mean silhouette (Rousseeuw 1987), or one group
//	representative  one-proportion test against a half and two-proportion test against everybody else, both
//	                above 1.2816
//	consensus       the product over groups of (agree+1)/(seen+2)
//	next statement  drawn in proportion to a priority that grows with novelty, extremity and agreement of
//	                those grouped
//
// What is known to be wrong there is mended: the start is fixed; groups have a least size; their number is
// chosen on people rather than on interim clusters, and who is grouped is decided anew each time rather than
// by when they came; and statistics that do not punish small groups stand beside the published ones (Share,
// Contrast, Enough, Mean).
//
// The same votes give the same bytes in any order and on any machine: people and statements are put in order
// of their ids, sums run in that order, every product is rounded before it is added, so that no processor may
// fuse the two, and no function is used that machines round differently.
package opinion

import (
	"cmp"
	"slices"
)

// Vote is what a person said of a statement.
type Vote int8

// The votes. Missing is no vote: never shown, or not answered.
const (
	Disagree Vote = -1
	Pass     Vote = 0
	Agree    Vote = 1
	Missing  Vote = 2
)

// Cast is one vote as it happened. The later of two votes of one person on one statement counts; at the same
// instant, the greater value does, so that the order in which casts are given never matters.
type Cast struct {
	Person, Statement int
	Vote              Vote
	At                int64 // any clock that orders a person's votes
}

// Statement is what the map must know of a statement beside its votes.
type Statement struct {
	ID     int
	Hidden bool // moderated out: its votes count for nothing
	Meta   bool // about the conversation itself: shown often, but not part of the map
}

// Votes is the table of who voted what: one row a person, one column a statement, both in order of id.
type Votes struct {
	people     []int
	statements []Statement
	cells      []Vote
}

// New returns the table of casts on the given statements. Casts on other statements and with other votes are
// left out. A statement given twice is hidden, or about the conversation, when it is so once, in whatever
// order.
func New(statements []Statement, casts []Cast) *Votes {
	v := &Votes{statements: slices.Clone(statements)}
	slices.SortStableFunc(v.statements, func(a, b Statement) int { return cmp.Compare(a.ID, b.ID) })
	v.statements = unique(v.statements)
	column := make(map[int]int, len(v.statements))
	for j, s := range v.statements {
		column[s.ID] = j
	}
	valid := make([]Cast, 0, len(casts))
	for _, c := range casts {
		if _, ok := column[c.Statement]; ok && c.Vote >= Disagree && c.Vote <= Agree {
			valid = append(valid, c)
		}
	}
	slices.SortFunc(valid, func(a, b Cast) int {
		return cmp.Or(cmp.Compare(a.Person, b.Person), cmp.Compare(a.At, b.At), cmp.Compare(a.Vote, b.Vote))
	})
	for i, c := range valid {
		if i == 0 || valid[i-1].Person != c.Person {
			v.people = append(v.people, c.Person)
			v.cells = append(v.cells, slices.Repeat([]Vote{Missing}, len(v.statements))...)
		}
		v.cells[(len(v.people)-1)*len(v.statements)+column[c.Statement]] = c.Vote
	}
	return v
}

// unique joins statements with the same id, which stand side by side.
func unique(sorted []Statement) []Statement {
	out := sorted[:0]
	for _, s := range sorted {
		if n := len(out); n > 0 && out[n-1].ID == s.ID {
			out[n-1].Hidden, out[n-1].Meta = out[n-1].Hidden || s.Hidden, out[n-1].Meta || s.Meta
			continue
		}
		out = append(out, s)
	}
	return out
}

// People returns the ids of those who voted, in the order of the rows.
func (v *Votes) People() []int { return v.people }

// Statements returns the statements in the order of the columns.
func (v *Votes) Statements() []Statement { return v.statements }

// At returns the vote of the person in row i on the statement in column j.
func (v *Votes) At(i, j int) Vote { return v.cells[i*len(v.statements)+j] }

// row returns one person's votes.
func (v *Votes) row(i int) []Vote { return v.cells[i*len(v.statements) : (i+1)*len(v.statements)] }

// mapped reports whether the statement in column j takes part in positions and groups.
func (v *Votes) mapped(j int) bool { return !v.statements[j].Hidden && !v.statements[j].Meta }

// castBy returns how many votes the person in row i cast, on whatever statement.
func (v *Votes) castBy(i int) int {
	n := 0
	for _, c := range v.row(i) {
		if c != Missing {
			n++
		}
	}
	return n
}
