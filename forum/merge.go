package forum

import "strings"

// hunk is a piece of a text, by its bytes, and what takes its place.
type hunk struct {
	start, stop int
	text        string
}

// mergeText returns base with the changes that mine and theirs make to it, and false when both change the
// same lines in different ways.
func mergeText(base, theirs, mine string) (string, bool) {
	a, b := hunks(Diff(base, theirs)), hunks(Diff(base, mine))
	var all []hunk
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] == b[0]:
			all, a, b = append(all, a[0]), a[1:], b[1:]
		case onOtherLines(base, a[0], b[0]):
			all, a = append(all, a[0]), a[1:]
		case onOtherLines(base, b[0], a[0]):
			all, b = append(all, b[0]), b[1:]
		default:
			return "", false
		}
	}
	return apply(base, append(append(all, a...), b...)), true
}

// hunks returns the places at which changes differ from the text before.
func hunks(changes []Change) []hunk {
	var out []hunk
	at, open := 0, false
	for _, c := range changes {
		if c.Kind == Kept {
			at, open = at+len(c.Text), false
			continue
		}
		if !open {
			out, open = append(out, hunk{start: at, stop: at}), true
		}
		h := &out[len(out)-1]
		if c.Kind == Taken {
			at += len(c.Text)
			h.stop = at
		} else {
			h.text += c.Text
		}
	}
	return out
}

// onOtherLines reports whether first ends on a line before the one on which second begins.
func onOtherLines(base string, first, second hunk) bool {
	return first.stop <= second.start && strings.Contains(base[first.stop:second.start], "\n")
}

func apply(base string, hunks []hunk) string {
	var b strings.Builder
	at := 0
	for _, h := range hunks {
		b.WriteString(base[at:h.start] + h.text)
		at = h.stop
	}
	return b.String() + base[at:]
}
