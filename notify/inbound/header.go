package inbound

import (
	"bytes"
	"strings"
)

// header is the head of a mail or of a part, as it is written: nothing of it is decoded.
type header struct {
	fields []field
	size   int // bytes, with the empty line that ends it
}

type field struct{ name, value string }

// first returns the value of the first field of a name, "" when there is none.
func (h header) first(name string) string {
	for _, f := range h.fields {
		if strings.EqualFold(f.name, name) {
			return f.value
		}
	}
	return ""
}

// has reports whether there is a field of a name.
func (h header) has(name string) bool {
	for _, f := range h.fields {
		if strings.EqualFold(f.name, name) {
			return true
		}
	}
	return false
}

// all returns the values of the fields of a name, with commas between them.
func (h header) all(name string) string {
	var values []string
	for _, f := range h.fields {
		if strings.EqualFold(f.name, name) {
			values = append(values, f.value)
		}
	}
	return strings.Join(values, ", ")
}

// readHeader reads the head of raw, of at most so many bytes, with its folded lines joined. A line that is
// none of a header is passed over, as those are that some programs put before it. With a fault it returns
// what it read so far.
func readHeader(raw []byte, most int) (h header, fault Why) {
	var value strings.Builder // of the last field
	end := func() {
		if n := len(h.fields); n > 0 {
			h.fields[n-1].value = value.String()
		}
		value.Reset()
	}
	defer end()
	for rest := raw; len(rest) > 0; {
		line, after, ended := bytes.Cut(rest, []byte("\n"))
		if h.size += len(line); ended {
			h.size++
		}
		if h.size > most {
			return h, LongHeader
		}
		rest = after
		line = bytes.TrimSuffix(line, []byte("\r"))
		switch {
		case len(line) == 0:
			return h, ""
		case line[0] == ' ' || line[0] == '\t':
			value.WriteByte(' ')
			value.Write(bytes.TrimSpace(line))
			continue
		}
		name, first, ok := bytes.Cut(line, []byte(":"))
		if !ok {
			continue
		}
		if len(h.fields) == maxFields {
			return h, LongHeader
		}
		end()
		h.fields = append(h.fields, field{name: string(bytes.TrimSpace(name))})
		value.Write(bytes.TrimSpace(first))
	}
	return h, ""
}
