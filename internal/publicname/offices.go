package publicname

import "slices"

// likeOffice returns the office that a name could be taken for: the same to the eye, holding all its words
// when it has several, or beginning with some of them.
func likeOffice(name string, offices []string) (string, bool) {
	parts, whole := words(name), Skeleton(name)
	plain := withoutNumbers(name)
	for _, o := range offices {
		office := words(o)
		if whole == "" || len(office) == 0 {
			continue
		}
		if whole == Skeleton(o) || standsFor(parts, office) || len(office) > 1 &&
			slices.Contains(known().kinds, office[0]) && standsFor(parts, office[1:]) ||
			beginsAs(parts, office) || beginsAs(plain, office) {
			return o, true
		}
	}
	return "", false
}

// beginsAs reports whether parts begin with two words that tell an office from others, in any order, or with
// one of them behind a word such as "Settore": "Traffico e mobilità", "Lavori pubblici", "Servizio ambiente".
func beginsAs(parts, office []string) bool {
	k := known()
	kind, told := false, []string{}
	for _, w := range parts {
		switch {
		case slices.Contains(k.kinds, w) && len(told) == 0:
			kind = true
		case slices.Contains(k.fillers, w) || slices.Contains(k.around, w):
		case slices.Contains(office, w):
			if !slices.Contains(told, w) {
				told = append(told, w)
			}
		default:
			return false
		}
		if len(told) > 1 || kind && len(told) > 0 {
			return true
		}
	}
	return false
}

// standsFor reports whether parts name an office: all its words together, or its only word with nothing but
// what people put around it.
func standsFor(parts, office []string) bool {
	if len(office) == 1 {
		return onlyAround(parts, office[0])
	}
	return holds(parts, office)
}

// onlyAround reports whether parts are word with nothing but what people put around it.
func onlyAround(parts []string, word string) bool {
	found := false
	for _, w := range parts {
		found = found || w == word
		if w != word && !slices.Contains(known().around, w) {
			return false
		}
	}
	return found
}
