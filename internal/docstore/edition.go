package docstore

import "strconv"

// Edition returns a text that stays the same as long as nothing is written to any of the collections: what
// was read from them after a call is what they hold at every later call that returns the same text. It is
// empty where that cannot be known (see Collection.Writes).
func Edition(of ...interface{ Writes() (n uint64, known bool) }) string {
	text := make([]byte, 0, 64)
	for _, c := range of {
		n, known := c.Writes()
		if !known {
			return ""
		}
		text = append(strconv.AppendUint(text, n, 36), '.')
	}
	return string(text)
}
