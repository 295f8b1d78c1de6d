package publicname

import (
	"slices"
	"strings"
)

// IsOf reports whether readers could take a name for that of a person, in whichever order the names of the
// person stand, with a number behind and without spaces. A person of one name is like nobody: too many are
// called so.
func IsOf(name, person string) bool {
	theirs := words(person)
	if len(theirs) < 2 {
		return false
	}
	turned := slices.Clone(theirs)
	slices.Reverse(turned)
	slices.Sort(theirs)
	for _, parts := range [][]string{words(name), withoutNumbers(name)} {
		whole := strings.Join(parts, "")
		if whole == strings.Join(words(person), "") || whole == strings.Join(turned, "") {
			return true
		}
		if slices.Sort(parts); slices.Equal(parts, theirs) {
			return true
		}
	}
	return false
}
