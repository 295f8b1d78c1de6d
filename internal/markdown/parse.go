package markdown

import (
	"bytes"
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"ascolto/internal/civic"
)

// newParser returns a parser of what Markdown this house has. Raw HTML, entities, indented code, headings by
// underlining and definitions of references are not in it, because each of them makes words vanish.
func newParser(headings bool) parser.Parser {
	blocks := []util.PrioritizedValue{
		util.Prioritized(parser.NewThematicBreakParser(), 200),
		util.Prioritized(list{nested{parser.NewListParser()}}, 300),
		util.Prioritized(listItem{parser.NewListItemParser()}, 400),
		util.Prioritized(timed{parser.NewFencedCodeBlockParser()}, 700),
		util.Prioritized(nested{parser.NewBlockquoteParser()}, 800),
		util.Prioritized(indentedParagraph{parser.NewParagraphParser()}, 1000),
	}
	if headings {
		blocks = append(blocks, util.Prioritized(parser.NewATXHeadingParser(), 600))
	}
	return parser.NewParser(parser.WithBlockParsers(blocks...), parser.WithInlineParsers(
		util.Prioritized(marks{parser.NewCodeSpanParser(), false}, 100),
		util.Prioritized(links{marks{parser.NewLinkParser(), false}}, 200),
		util.Prioritized(marks{parser.NewAutoLinkParser(), false}, 300),
		util.Prioritized(marks{extension.NewStrikethroughParser(), true}, 500),
		util.Prioritized(marks{parser.NewEmphasisParser(), true}, 500),
		util.Prioritized(bareAddress{}, 600),
	))
}

// bounds is what one text may still cost.
type bounds struct {
	deadline time.Time
	marks    int
	tried    int // bytes that links which came to nothing were looked for in

	unfollowed []string
}

var boundsKey = parser.NewContextKey()

// hurry ends the reading of a text that has taken too long.
func hurry(pc parser.Context) *bounds {
	b, ok := pc.Get(boundsKey).(*bounds)
	if !ok {
		b = &bounds{deadline: time.Now().Add(TimeLimit)}
		pc.Set(boundsKey, b)
	}
	if time.Now().After(b.deadline) {
		panic(errLate{})
	}
	return b
}

// timed minds the time at every block.
type timed struct{ parser.BlockParser }

func (p timed) Open(parent ast.Node, r text.Reader, pc parser.Context) (ast.Node, parser.State) {
	hurry(pc)
	return p.BlockParser.Open(parent, r, pc)
}

// nested opens no block deeper than maxNesting.
type nested struct{ parser.BlockParser }

func (p nested) Open(parent ast.Node, r text.Reader, pc parser.Context) (ast.Node, parser.State) {
	hurry(pc)
	around := 0
	for n := parent; n != nil; n = n.Parent() {
		if k := n.Kind(); k == ast.KindList || k == ast.KindBlockquote {
			around++
		}
	}
	if around >= maxNesting {
		return nil, parser.NoChildren
	}
	return p.BlockParser.Open(parent, r, pc)
}

// indentedParagraph also takes lines that begin with spaces: Markdown's indented code is off, since nobody
// here means it.
type indentedParagraph struct{ parser.BlockParser }

func (indentedParagraph) CanAcceptIndentedLine() bool { return true }

// list takes no numbers that a page would write in another way: 007 is no seven.
type list struct{ parser.BlockParser }

func (p list) Open(parent ast.Node, r text.Reader, pc parser.Context) (ast.Node, parser.State) {
	if line, _ := r.PeekLine(); zeroLed(line) {
		return nil, parser.NoChildren
	}
	return p.BlockParser.Open(parent, r, pc)
}

func (p list) Continue(node ast.Node, r text.Reader, pc parser.Context) parser.State {
	line, _ := r.PeekLine()
	if item, ok := node.LastChild().(*ast.ListItem); ok && zeroLed(line) {
		if indent, _ := util.IndentWidth(line, r.LineOffset()); indent < item.Offset {
			return parser.Close
		}
	}
	return p.BlockParser.Continue(node, r, pc)
}

// numberOf returns the digits that a line begins with after its spaces.
func numberOf(line []byte) []byte {
	line = bytes.TrimLeft(line, " \t")
	n := 0
	for n < len(line) && line[n] >= '0' && line[n] <= '9' {
		n++
	}
	return line[:n]
}

func zeroLed(line []byte) bool {
	n := numberOf(line)
	return len(n) > 1 && n[0] == '0'
}

// listItem keeps the number that an item was given.
type listItem struct{ parser.BlockParser }

func (p listItem) Open(parent ast.Node, r text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, _ := r.PeekLine()
	number := numberOf(line)
	n, state := p.BlockParser.Open(parent, r, pc)
	if n != nil && len(number) > 0 {
		n.SetAttributeString("value", bytes.Clone(number))
	}
	return n, state
}

// itemNumber returns the number that an item was given, and whether it has one.
func itemNumber(n ast.Node) (int, bool) {
	v, ok := n.AttributeString("value")
	if !ok {
		return 0, false
	}
	digits, _ := v.([]byte)
	i, err := strconv.Atoi(string(digits))
	return i, err == nil
}

// marks bounds how many marks a text has, and takes those that stand within a word for what they are in 2*3*4
// or 10~20~30: text.
type marks struct {
	parser.InlineParser
	atWords bool
}

func (p marks) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	b := hurry(pc)
	if b.marks >= maxMarks || p.atWords && withinWord(block) {
		return nil
	}
	n := p.InlineParser.Parse(parent, block, pc)
	if n != nil {
		b.marks++
	}
	return n
}

// CloseBlock lets go of the marks that were opened and not closed.
func (p marks) CloseBlock(parent ast.Node, block text.Reader, pc parser.Context) {
	if closer, ok := p.InlineParser.(parser.CloseBlocker); ok {
		closer.CloseBlock(parent, block, pc)
	}
}

// withinWord reports whether a run of equal marks has a letter or digit on either side.
func withinWord(block text.Reader) bool {
	line, _ := block.PeekLine()
	run := 1
	for run < len(line) && line[run] == line[0] {
		run++
	}
	after, _ := utf8.DecodeRune(line[run:])
	return isWord(block.PrecendingCharacter()) && isWord(after)
}

func isWord(r rune) bool { return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r)) }

// links makes links of what leads somewhere and has words; images lead to what they show. Everything else in
// brackets is text.
type links struct{ marks }

func (p links) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	line, segment := block.PeekLine()
	at, position := block.Position()
	closes := line[0] == ']'
	seeks := closes && len(line) > 1 && (line[1] == '(' || line[1] == '[')
	b := hurry(pc)
	if seeks && b.tried > maxTried {
		return nil
	}
	n := p.marks.Parse(parent, block, pc)
	if n == nil && seeks {
		b.tried += len(block.Source()) - segment.Start
	}
	if n == nil || !closes {
		return n
	}
	link, opener := asLink(n)
	if link != nil && leadsSomewhere(link, block.Source()) {
		unlink(link, block.Source())
		return link
	}
	if to := destinationOf(n); !mayFollow([]byte(to)) {
		b.unfollowed = append(b.unfollowed, to)
	}
	parent.AppendChild(parent, ast.NewTextSegment(text.NewSegment(n.Pos(), n.Pos()+opener)))
	if link != nil {
		n = link // it has the words
	}
	for c := n.FirstChild(); c != nil; c = n.FirstChild() {
		n.RemoveChild(n, c)
		parent.AppendChild(parent, c)
	}
	block.SetPosition(at, position)
	block.Advance(1)
	return ast.NewTextSegment(segment.WithStop(segment.Start + 1))
}

// asLink returns n as a link, nil for an image around links, and the length of what opened it.
func asLink(n ast.Node) (*ast.Link, int) {
	if link, ok := n.(*ast.Link); ok {
		return link, len("[")
	}
	img := n.(*ast.Image)
	if holdsLink(img) || len(img.Title) > 0 || !mayFollow(img.Destination) {
		return nil, len("![")
	}
	link := ast.NewLink()
	link.Destination = img.Destination
	link.SetPos(img.Pos())
	link.SetAttributeString(imageMark, true)
	for c := img.FirstChild(); c != nil; c = img.FirstChild() {
		img.RemoveChild(img, c)
		link.AppendChild(link, c)
	}
	return link, len("![")
}

func destinationOf(n ast.Node) string {
	if img, ok := n.(*ast.Image); ok {
		return string(img.Destination)
	}
	return string(n.(*ast.Link).Destination)
}

// imageMark is on links that were typed as images.
const imageMark = "image"

func holdsLink(n ast.Node) bool {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if c.Kind() == ast.KindLink || holdsLink(c) {
			return true
		}
	}
	return false
}

// leadsSomewhere reports whether nothing of what was typed would be lost in a link.
func leadsSomewhere(link *ast.Link, source []byte) bool {
	w := textWriter{src: source, bare: true}
	return len(link.Title) == 0 && mayFollow(link.Destination) && !civic.IsBlank(w.inline(link))
}

// unlink turns the addresses among a link's words into plain words: there is no link within a link.
func unlink(n ast.Node, source []byte) {
	for c := n.FirstChild(); c != nil; {
		next := c.NextSibling()
		if a, ok := c.(*ast.AutoLink); ok {
			n.ReplaceChild(n, a, labelOf(a, source))
		} else {
			unlink(c, source)
		}
		c = next
	}
}
