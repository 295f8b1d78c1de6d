package textfold

import (
	"cmp"
	"strings"
	"unicode"
)

// Compare tells which of two names a list has first, as cmp.Compare does: by their letters as Name has them,
// and of names with the same letters by how they are written.
func Compare(a, b string) int { return cmp.Or(cmp.Compare(Name(a), Name(b)), cmp.Compare(a, b)) }

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
