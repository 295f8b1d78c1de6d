// Package pdf writes sheets that somebody keeps: a title, rows of a label and a value, and notes. The fonts
// go with the file, so that every accent is read as it was written.
package pdf

import (
	"bytes"
	"fmt"
	"html"
	"strings"
	"sync"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/text/unicode/norm"
)

// Row is a label and what stands behind it; Link, where there is one, is where that leads.
type Row struct {
	Label, Value string
	Link         string
	Strong       bool
}

// Sheet is what a file says.
type Sheet struct {
	Lang   string // "it": how the words are read aloud
	Author string // whose sheet it is
	Title  string
	Lead   string
	Rows   []Row
	Notes  []string
	Made   time.Time
	Page   func(n int) string // the foot of a page
}

// The measures of a page, in millimetres and points.
const (
	margin, labelWidth, gap, lineHeight = 20.0, 55.0, 4.0, 5.5
	width                               = 210 - 2*margin
	titleSize, textSize, footSize       = 16.0, 10.5, 8.5
	font                                = "go"
)

// Bytes returns the sheet as a PDF. A character that the fonts do not have, as of Arabic or Chinese, is
// written as a square.
func (s Sheet) Bytes() ([]byte, error) {
	f := fpdf.New("P", "mm", "A4", "")
	f.SetCatalogSort(true)
	f.SetCreationDate(s.Made.UTC())
	f.SetModificationDate(s.Made.UTC())
	f.SetLang(s.Lang)
	f.SetTitle(readable(s.Title), true)
	f.SetAuthor(readable(s.Author), true)
	f.SetProducer("Ascolto", true)
	f.SetXmpMetadata(s.metadata())
	f.AddUTF8FontFromBytes(font, "", goregular.TTF)
	f.AddUTF8FontFromBytes(font, "B", gobold.TTF)
	f.SetMargins(margin, margin, margin)
	f.SetAutoPageBreak(true, margin)
	f.SetCellMargin(0)
	f.SetFooterFunc(func() {
		f.SetY(-margin + lineHeight)
		f.SetFont(font, "", footSize)
		f.CellFormat(width, lineHeight, readable(s.Page(f.PageNo())), "", 0, "C", false, 0, "")
	})
	f.AddPage()
	s.text(f, "B", textSize, s.Author)
	s.text(f, "B", titleSize, s.Title)
	s.text(f, "", textSize, s.Lead)
	for _, r := range s.Rows {
		r.write(f)
	}
	f.Ln(lineHeight)
	for _, note := range s.Notes {
		s.text(f, "", textSize, note)
	}
	var b bytes.Buffer
	if err := f.Output(&b); err != nil {
		return nil, fmt.Errorf("pdf: %w", err)
	}
	return b.Bytes(), nil
}

// text writes a paragraph.
func (s Sheet) text(f *fpdf.Fpdf, style string, size float64, text string) {
	if text == "" {
		return
	}
	f.SetFont(font, style, size)
	f.MultiCell(width, size/textSize*lineHeight, readable(text), "", "L", false)
	f.Ln(lineHeight / 2)
}

// write writes a row, which no page's end cuts unless it is longer than a page.
func (r Row) write(f *fpdf.Fpdf) {
	style := ""
	if r.Strong {
		style = "B"
	}
	label, value := readable(r.Label), readable(r.Value)
	f.SetFont(font, "", textSize)
	lines := len(f.SplitText(label, labelWidth-gap))
	f.SetFont(font, style, textSize)
	lines = max(lines, len(f.SplitText(value, width-labelWidth)))
	_, pageHeight := f.GetPageSize()
	height := float64(lines) * lineHeight
	if f.GetY()+height > pageHeight-margin && height < pageHeight-2*margin {
		f.AddPage()
	}
	top, page := f.GetY(), f.PageNo()
	f.SetFont(font, "", textSize)
	f.MultiCell(labelWidth-gap, lineHeight, label, "", "L", false)
	labelled := f.GetY()
	f.SetXY(margin+labelWidth, top)
	f.SetLeftMargin(margin + labelWidth)
	f.SetFont(font, style, textSize)
	f.MultiCell(width-labelWidth, lineHeight, value, "", "L", false)
	f.SetLeftMargin(margin)
	if r.Link != "" && f.PageNo() == page {
		f.LinkString(margin+labelWidth, top, width-labelWidth, f.GetY()-top, r.Link)
	}
	end := f.GetY()
	if f.PageNo() == page {
		end = max(end, labelled)
	}
	f.SetXY(margin, end+lineHeight/4)
}

// metadata returns what programs read about the file.
func (s Sheet) metadata() []byte {
	lang, title, author := html.EscapeString(s.Lang), html.EscapeString(readable(s.Title)),
		html.EscapeString(readable(s.Author))
	return fmt.Appendf(nil, `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">%s</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>%s</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>%s</rdf:li></rdf:Bag></dc:language>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>`, title, author, lang)
}

// glyphs is a font that can be asked for what it has.
var glyphs = sync.OnceValue(func() *sfnt.Font {
	f, err := sfnt.Parse(goregular.TTF)
	if err != nil {
		panic(err) // the font is part of the program, and a test reads it
	}
	return f
})

// lacking is written for what the fonts do not have.
const lacking = '□'

// readable returns text with only what the fonts have, and a space for what moves the pen.
func readable(text string) string {
	var b sfnt.Buffer
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\u2011': // a hyphen that does not break
			r = '-'
		case r == '\u02BC': // a letter in Ukrainian
			r = '’'
		case r < ' ':
			return ' '
		case r > 0xFFFF:
			return lacking
		}
		if n, err := glyphs().GlyphIndex(&b, r); err != nil || n == 0 {
			return lacking
		}
		return r
	}, norm.NFC.String(text))
}
