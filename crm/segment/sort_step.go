package segment

import (
	"ascolto/internal/civic"
	"ascolto/internal/migrate"
)

// SortNamesStep returns the step that gives segments of earlier versions, which sorted names by their bytes,
// what they are sorted by.
func SortNamesStep() migrate.Step {
	return migrate.Step{
		Name: "segments-names",
		Help: "segments are sorted by the letters of their names without accents",
		Run: migrate.OverEach(segmentSpec(), func(g Segment) civic.ID { return g.ID },
			func(g *Segment) bool {
				stored := g.SortName
				g.derive()
				return g.SortName != stored
			}),
	}
}
