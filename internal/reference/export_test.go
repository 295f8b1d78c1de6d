package reference

import "ascolto/internal/civic"

// CheckConsentText returns a consent text as it is stored, or what is wrong with it.
func CheckConsentText(t civic.Text) (civic.Text, error) {
	var p civic.Problems
	clean := cleanConsentText(&p, t)
	return clean, p.Err()
}
