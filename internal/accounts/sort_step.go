package accounts

import (
	"ascolto/internal/civic"
	"ascolto/internal/migrate"
)

// SortNamesStep returns the step that gives the staff of earlier versions, which sorted names by their bytes,
// what they are sorted by.
func SortNamesStep() migrate.Step {
	return migrate.Step{
		Name: "accounts-names",
		Help: "staff are sorted by the letters of their names without accents",
		Run: migrate.OverEach(accountSpec(), func(a Account) civic.ID { return a.ID },
			func(a *Account) bool {
				stored := a.SortName
				if a.Staff {
					a.named(a.Name)
				}
				return a.SortName != stored
			}),
	}
}
