package textfold

import (
	"strings"
	"unicode"
)

// Name returns a name as it is compared and sorted: letters as the search folds them, apostrophes and unseen
// signs dropped ("D'Aloè" is "daloe"), everything else that is no letter or digit a single space.
func Name(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range Fold(s) {
		switch {
		case strings.ContainsRune("'’‘ʼʹ′`´", r) || unicode.Is(unicode.M, r) || unicode.Is(unicode.Cf, r):
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			b.WriteRune(r)
		default:
			space = true
		}
	}
	return b.String()
}
