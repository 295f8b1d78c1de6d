package locale

import (
	"slices"
	"strconv"
	"time"

	"ascolto/internal/civic"
)

// maxFilled bounds the bytes of the texts with gaps that one language keeps: a page has over a hundred, and
// most are on others too.
const maxFilled = 4 << 20

// fill returns the text of key with its gaps filled, which is remembered when the same fills them again.
func (l *Localizer) fill(key string, args ...civic.Args) string {
	name, ok := filledName(key, args[0])
	if !ok {
		text, _ := l.resolve(key, args...)
		return text
	}
	if text, ok := l.filled.Get(name); ok {
		return text
	}
	text, ok := l.resolve(key, args...)
	if ok {
		l.filled.Put(name, text)
	}
	return text
}

// filledName returns a name that tells a filled text from every other, and false for what fills gaps in ways
// it does not know.
func filledName(key string, args civic.Args) (string, bool) {
	var room [8]string
	gaps := room[:0]
	for gap := range args {
		gaps = append(gaps, gap)
	}
	slices.Sort(gaps)
	name := make([]byte, 0, 128)
	name = append(name, key...)
	for _, gap := range gaps {
		name = append(append(append(name, 0), gap...), '=')
		switch v := args[gap].(type) {
		case string:
			name = append(strconv.AppendInt(append(name, 's'), int64(len(v)), 10), ':')
			name = append(name, v...)
		case int:
			name = strconv.AppendInt(append(name, 'i'), int64(v), 10)
		case int64:
			name = strconv.AppendInt(append(name, 'l'), v, 10)
		case time.Time:
			name = v.UTC().AppendFormat(append(name, 't'), time.DateOnly+"T15:04:05.999999999")
		default:
			return "", false
		}
	}
	return string(name), true
}
