package opinion_test

import (
	"fmt"

	"ascolto/forum/opinion"
)

// Two groups of ten differ on a new car park (1) and on a tram line (2), and agree on more benches (3).
func ExampleCompute() {
	var casts []opinion.Cast
	for person := range 20 {
		view := opinion.Agree
		if person%2 == 1 {
			view = opinion.Disagree
		}
		casts = append(casts,
			opinion.Cast{Person: person, Statement: 1, Vote: view},
			opinion.Cast{Person: person, Statement: 2, Vote: -view},
			opinion.Cast{Person: person, Statement: 3, Vote: opinion.Agree})
	}
	m := opinion.Compute(opinion.New([]opinion.Statement{{ID: 1}, {ID: 2}, {ID: 3}}, casts))
	for g, group := range m.Groups {
		for _, r := range m.Statistics.Representative[g] {
			fmt.Printf("group %d of %d: statement %d, agree %t, share %.2f, contrast %.2f\n", g, group.Size,
				r.Statement, r.Agree, r.Share, r.Contrast)
		}
	}
	first := m.Statistics.Consensus[0]
	fmt.Printf("consensus on statement %d: %.2f, enough votes %t\n", first.Statement, first.Mean,
		first.Enough)
	// Output:
	// group 0 of 10: statement 1, agree true, share 0.95, contrast 0.91
	// group 0 of 10: statement 2, agree false, share 0.95, contrast 0.91
	// group 1 of 10: statement 2, agree true, share 0.95, contrast 0.91
	// group 1 of 10: statement 1, agree false, share 0.95, contrast 0.91
	// consensus on statement 3: 0.91, enough votes true
}
