package forum

import (
	"strings"
	"unicode"

	"ascolto/internal/civic"
)

// ChangeKind says what became of a piece of text.
type ChangeKind int

// The kinds.
const (
	Kept ChangeKind = iota
	Added
	Taken
)

// Change is a piece of text that an edit kept, added or took away.
type Change struct {
	Kind ChangeKind
	Text string
}

// maxDiffCells bounds the table that compares two texts: 4 million cells are 8 MB for a moment.
const maxDiffCells = 4 << 20

// Diff returns how before became after, word by word, by their longest common subsequence. The kept and taken
// pieces together are before, the kept and added ones after. Texts that differ too much to compare come as
// one piece taken and one added.
func Diff(before, after string) []Change {
	a, b := pieces(before), pieces(after)
	start := 0
	for start < len(a) && start < len(b) && a[start] == b[start] {
		start++
	}
	end := 0
	for end < len(a)-start && end < len(b)-start && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	var out []Change
	out = appendChange(out, Kept, a[:start]...)
	out = diffMiddle(out, a[start:len(a)-end], b[start:len(b)-end])
	return tidy(appendChange(out, Kept, a[len(a)-end:]...))
}

// tidy joins neighbouring changes that only space keeps apart into one piece taken and one added: "A marzo"
// that became "Ad aprile" reads better whole than word by word.
func tidy(changes []Change) []Change {
	var out []Change
	var taken, added string
	flush := func() {
		out = appendChange(appendChange(out, Taken, taken), Added, added)
		taken, added = "", ""
	}
	for i, c := range changes {
		switch {
		case c.Kind == Taken:
			taken += c.Text
		case c.Kind == Added:
			added += c.Text
		case taken != "" && added != "" && i+1 < len(changes) && civic.IsBlank(c.Text):
			taken, added = taken+c.Text, added+c.Text
		default:
			flush()
			out = appendChange(out, Kept, c.Text)
		}
	}
	flush()
	return out
}

func diffMiddle(out []Change, a, b []string) []Change {
	if len(a)*len(b) > maxDiffCells {
		return appendChange(appendChange(out, Taken, a...), Added, b...)
	}
	common := commonLengths(a, b)
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] == b[j]:
			out = appendChange(out, Kept, a[i])
			i, j = i+1, j+1
		case common[i+1][j] >= common[i][j+1]:
			out = appendChange(out, Taken, a[i])
			i++
		default:
			out = appendChange(out, Added, b[j])
			j++
		}
	}
	return appendChange(appendChange(out, Taken, a[i:]...), Added, b[j:]...)
}

// commonLengths returns the length of the longest common subsequence of a[i:] and b[j:] for every i and j.
func commonLengths(a, b []string) [][]uint16 {
	table := make([][]uint16, len(a)+1)
	for i := range table {
		table[i] = make([]uint16, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				table[i][j] = table[i+1][j+1] + 1
			} else {
				table[i][j] = max(table[i+1][j], table[i][j+1])
			}
		}
	}
	return table
}

// appendChange adds pieces to changes, joining them to the last one of the same kind.
func appendChange(changes []Change, kind ChangeKind, pieces ...string) []Change {
	text := strings.Join(pieces, "")
	if text == "" {
		return changes
	}
	if n := len(changes); n > 0 && changes[n-1].Kind == kind {
		changes[n-1].Text += text
		return changes
	}
	return append(changes, Change{kind, text})
}

// pieces cuts s into words and what stands between them.
func pieces(s string) []string {
	var out []string
	begin, space := 0, false
	for i, r := range s {
		if unicode.IsSpace(r) != space && i > begin {
			out = append(out, s[begin:i])
			begin = i
		}
		space = unicode.IsSpace(r)
	}
	if begin < len(s) {
		out = append(out, s[begin:])
	}
	return out
}
