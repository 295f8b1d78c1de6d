package markdown

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// address is a bare address within a line, by its bytes, and where it leads.
type address struct {
	start, stop int
	target      string
}

// The marks by which an address is known, each at the byte that ends what has to stand before it.
const addressMarks = ":.@"

// addressesIn returns the bare addresses of a line, in their order.
func addressesIn(line string) []address {
	var all []address
	for from := 0; from < len(line); {
		i := strings.IndexAny(line[from:], addressMarks)
		if i < 0 {
			break
		}
		if a, ok := addressAt(line, from, from+i); ok {
			all, from = append(all, a), a.stop
		} else {
			from += i + 1
		}
	}
	return all
}

// addressAt returns the address of a line whose mark is at a place and which begins at or after from.
func addressAt(line string, from, at int) (address, bool) {
	switch line[at] {
	case ':':
		for _, scheme := range []string{"https", "http"} {
			if a, ok := webAddress(line, from, at, scheme); ok {
				return a, true
			}
		}
	case '.':
		return webAddress(line, from, at, "www")
	case '@':
		return mailAddress(line, from, at)
	}
	return address{}, false
}

// webAddress returns the address that lead begins just before at: https, http or www.
func webAddress(line string, from, at int, lead string) (address, bool) {
	start := at - len(lead)
	if start < from || !strings.EqualFold(line[start:at], lead) || start > 0 &&
		isWord(lastRune(line[:start])) {
		return address{}, false
	}
	a := address{start: start, stop: start + urlEnd(line[start:])}
	if lead != "www" {
		a.target = line[a.start:a.stop]
	} else {
		a.target = "http://" + line[a.start:a.stop]
	}
	u, err := url.Parse(a.target)
	ok := err == nil && u.Hostname() != "" && a.stop > at+1 &&
		(lead != "www" || strings.Count(u.Hostname(), ".") > 1)
	return a, ok && isWord(firstRune(u.Hostname()))
}

// urlEnd returns how many bytes of s belong to the address that it begins with: up to a space, a quotation
// mark or an angle bracket, without the signs that end a sentence and without closing brackets that it does
// not open.
func urlEnd(s string) int {
	end := strings.IndexFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || r == utf8.RuneError ||
			strings.ContainsRune("<>\"`«»“”„", r)
	})
	if end < 0 {
		end = len(s)
	}
	if label := strings.Index(s[:end], "]("); label >= 0 {
		end = label // the address is the words of a link
	}
	for end > 0 {
		r, size := utf8.DecodeLastRuneInString(s[:end])
		open := strings.IndexRune(")]}", r)
		switch {
		case strings.ContainsRune(".,;:!?'’‘…*_~\\|", r):
		case open >= 0 && strings.Count(s[:end], string(r)) > strings.Count(s[:end], "([{"[open:open+1]):
		default:
			return end
		}
		end -= size
	}
	return end
}

// The bounds of a mail address, by RFC 5321.
const (
	maxLocal  = 64
	maxDomain = 253
	maxURL    = 4096
)

// mayBegin reports, cheaply, whether an address may have its mark between head and tail.
func mayBegin(head, tail []byte) bool {
	end := strings.ToLower(string(head[max(0, len(head)-5):]))
	switch tail[0] {
	case ':':
		return strings.HasSuffix(end, "http") || strings.HasSuffix(end, "https")
	case '.':
		return strings.HasSuffix(end, "www")
	default:
		return end != "" && isLocal(end[len(end)-1]) && len(tail) > 1 && isDomain(tail[1])
	}
}

func mailAddress(line string, from, at int) (address, bool) {
	start := at
	for start > from && at-start < maxLocal && isLocal(line[start-1]) {
		start--
	}
	for start < at && strings.ContainsRune(".-_+'/", rune(line[start])) { // no local part begins with a sign
		start++
	}
	stop := at + 1
	for stop < len(line) && stop-at <= maxDomain && isDomain(line[stop]) {
		stop++
	}
	for stop > at+1 && (line[stop-1] == '.' || line[stop-1] == '-') {
		stop--
	}
	domain := line[at+1 : stop]
	if start == at || strings.LastIndexByte(domain, '.') < 1 || start > 0 && isWord(lastRune(line[:start])) {
		return address{}, false
	}
	return address{start, stop, "mailto:" + line[start:stop]}, isWord(lastRune(domain)) &&
		!isWord(firstRune(line[stop:]))
}

func isLocal(c byte) bool  { return isDomain(c) || c == '_' || c == '+' || c == '\'' || c == '/' }
func isDomain(c byte) bool { return c < utf8.RuneSelf && isWord(rune(c)) || c == '.' || c == '-' }

func lastRune(s string) rune  { r, _ := utf8.DecodeLastRuneInString(s); return r }
func firstRune(s string) rune { r, _ := utf8.DecodeRuneInString(s); return r }

// bareAddress makes links of addresses that stand in a text. It is asked at the mark of one and takes back
// what came before.
type bareAddress struct{}

func (bareAddress) Trigger() []byte { return []byte(addressMarks) }

func (bareAddress) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	b := hurry(pc)
	line, segment := block.PeekLine()
	before, _ := parent.LastChild().(*ast.Text)
	if before == nil || before.Segment.Stop != segment.Start || before.SoftLineBreak() ||
		before.HardLineBreak() || b.marks >= maxMarks {
		return nil
	}
	head, tail := before.Segment.Value(block.Source()), line
	head = head[max(0, len(head)-maxLocal*utf8.UTFMax):]
	if tail = tail[:min(len(tail), maxURL)]; !mayBegin(head, tail) {
		return nil
	}
	a, ok := addressAt(string(head)+strings.TrimRight(string(tail), "\r\n"), 0, len(head))
	if !ok {
		return nil
	}
	b.marks++
	taken := len(head) - a.start
	before.Segment = before.Segment.WithStop(before.Segment.Stop - taken)
	block.Advance(a.stop - len(head))
	n := ast.NewAutoLink(ast.AutoLinkURL,
		ast.NewTextSegment(text.NewSegment(segment.Start-taken, segment.Start-taken+a.stop-a.start)))
	n.SetPos(segment.Start - taken)
	n.SetAttributeString(targetMark, a.target)
	return n
}

// targetMark holds where an address leads.
const targetMark = "target"

// targetOf returns where an address leads.
func targetOf(n *ast.AutoLink, source []byte) []byte {
	if v, ok := n.AttributeString(targetMark); ok {
		return []byte(v.(string))
	}
	target := n.URL(source)
	if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(string(target)), "mailto:") {
		return append([]byte("mailto:"), target...)
	}
	return target
}

// mayFollow reports whether target is an absolute address of a scheme that only opens a page, a letter or a
// call.
func mayFollow(target []byte) bool {
	u, err := url.Parse(string(util.UnescapePunctuations(target)))
	if err != nil {
		return false
	}
	switch u.Scheme {
	case "http", "https":
		return u.Host != ""
	case "mailto", "tel":
		return u.Opaque != ""
	}
	return false
}
