package search

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/document"
	"github.com/blevesearch/bleve/v2/mapping"
	index "github.com/blevesearch/bleve_index_api"
)

// mappingVersion is kept in every index. Raise it when a field or its analysis changes: indexes of another
// version are set aside and built again.
const mappingVersion = "5"

// The fields of the index. User text is looked up in title, body, exact and known only.
const (
	fieldKind   = "kind"
	fieldScope  = "scope"
	fieldAt     = "at"     // eight letters that sort like the instant
	fieldTitle  = "title"  // stems of the title
	fieldBody   = "body"   // stems of the text
	fieldExact  = "exact"  // words of title and text with their places
	fieldKnown  = "known"  // names and codes, each after a letter that tells which
	fieldAbout  = "about"  // stems of the title of what it is a part of
	fieldGroup  = "group"  // what it is a part of, or itself
	fieldStored = "stored" // what a hit shows
	facetPrefix = "facet." // one keyword field for each facet
)

// The most of a document that is indexed and kept for snippets.
const (
	maxTitle  = 1_000   // bytes
	maxText   = 100_000 // bytes
	maxValues = 100     // names, codes, values of one facet
)

// The options of the kinds of fields. Keyword fields need neither frequency nor length. Values for counting
// stay compressed: with SkipDVCompression zapx 17.2.5 counts from what it read before.
const (
	keyword  = index.IndexField | index.SkipFreqNorm
	counted  = keyword | index.DocValues
	analysed = index.IndexField
	placed   = index.IndexField | index.IncludeTermVectors
	kept     = index.StoreField
)

// newMapping returns the mapping of a new index. Documents come with their fields already made, so it has
// none.
func newMapping() mapping.IndexMapping {
	m := bleve.NewIndexMapping()
	m.DefaultMapping = bleve.NewDocumentDisabledMapping()
	return m
}

// stored is what the index keeps of a Doc to show a hit.
type stored struct {
	Kind   string              `json:"k"`
	Title  string              `json:"t"`
	Text   string              `json:"x,omitempty"`
	Path   string              `json:"p"`
	At     time.Time           `json:"a"`
	Facets map[string][]string `json:"f,omitempty"`
	Named  bool                `json:"n,omitempty"`
	Group  string              `json:"g,omitempty"`
	Others map[string]Wording  `json:"o,omitempty"`
}

// in returns s in the words of a language, where it has them.
func (s stored) in(language string) stored {
	w, ok := s.Others[language]
	if ok {
		s.Title, s.Text = cmp.Or(w.Title, s.Title), cmp.Or(w.Text, s.Text)
	}
	return s
}

// entry returns d as the index takes it.
func entry(d Doc) (*document.Document, error) {
	shown := storedOf(d)
	title, text, facets := shown.titles(), shown.texts(), shown.Facets
	blob, err := json.Marshal(shown)
	if err != nil {
		return nil, fmt.Errorf("search: encode %s: %w", d.Kind, err)
	}
	e := document.NewDocument(d.ID)
	add := func(field string, value []byte, options index.FieldIndexingOptions, a analysis.Analyzer) {
		if len(value) > 0 {
			e.AddField(document.NewTextFieldCustom(field, nil, value, options, a))
		}
	}
	add(fieldKind, []byte(d.Kind), counted, nil)
	add(fieldScope, scopesValue(d), keyword, each{})
	add(fieldAt, sortable(d.At), counted, nil)
	own := title
	switch {
	case d.Part:
		own = ""
		add(fieldAbout, []byte(title), analysed, stemmed{})
	case len(d.Names) == 0: // a name has no forms: Rossi is not the plural of Rosso
		add(fieldTitle, []byte(title), analysed, stemmed{})
	}
	add(fieldGroup, []byte(cmp.Or(d.Group, d.ID)), counted, nil)
	add(fieldBody, []byte(text), analysed, stemmed{})
	add(fieldExact, []byte(own+string(fieldBreak)+text), placed, literal{})
	add(fieldKnown, knownValue(d.Names, d.Codes), keyword, known{})
	for _, name := range FacetNames() {
		add(facetPrefix+name, []byte(strings.Join(facets[name], string(fieldBreak))), counted, each{})
	}
	add(fieldStored, blob, kept, nil)
	return e, nil
}

// storedOf returns what is kept of d.
func storedOf(d Doc) stored {
	s := stored{
		Kind: d.Kind, Title: cleanValue(d.Title, maxTitle), Text: cleanValue(d.Text, maxText), Path: d.Path,
		At:     d.At,
		Facets: cleanFacets(d.Facets), Named: len(d.Names) > 0, Group: d.Group,
	}
	if y := d.At.UTC().Year(); y < 0 || y > 9999 {
		s.At = time.Time{} // it could not be kept, and one document must not keep out those written with it
	}
	for language, w := range d.Others {
		if s.Others == nil {
			s.Others = make(map[string]Wording, len(d.Others))
		}
		s.Others[language] = Wording{Title: cleanValue(w.Title, maxTitle), Text: cleanValue(w.Text, maxText)}
	}
	return s
}

// titles returns the titles in all languages as the value of one field.
func (s stored) titles() string { return s.joined(s.Title, func(w Wording) string { return w.Title }) }

// texts returns the texts in all languages as the value of one field.
func (s stored) texts() string { return s.joined(s.Text, func(w Wording) string { return w.Text }) }

func (s stored) joined(own string, of func(Wording) string) string {
	for _, language := range slices.Sorted(maps.Keys(s.Others)) {
		if other := of(s.Others[language]); other != "" {
			own += string(fieldBreak) + other
		}
	}
	return own
}

// scopesValue returns the scopes of d as the value of their field.
func scopesValue(d Doc) []byte {
	out := []byte(d.Scope)
	for _, s := range d.Also {
		out = append(append(out, fieldBreak), s...)
	}
	return out
}

// cleanValue returns s as valid UTF-8 without fieldBreak, at most max bytes of it.
func cleanValue(s string, max int) string {
	s = strings.ToValidUTF8(cut(s, max), "\uFFFD")
	return strings.ReplaceAll(s, string(fieldBreak), " ")
}

// cleanFacets returns the known facets with each value once, so that one document counts once for a value.
func cleanFacets(facets map[string][]string) map[string][]string {
	out := map[string][]string{}
	for name, values := range facets {
		if !slices.Contains(FacetNames(), name) {
			continue
		}
		for _, v := range values {
			v = cleanValue(v, maxTitle)
			if v != "" && !slices.Contains(out[name], v) && len(out[name]) < maxValues {
				out[name] = append(out[name], v)
			}
		}
	}
	return out
}

// sortable returns eight letters that sort like t, to the second, from 1970 to 2106.
func sortable(t time.Time) []byte {
	return fmt.Appendf(nil, "%08x", min(max(t.Unix(), 0), math.MaxUint32))
}

// instant returns the seconds since 1970 that sortable wrote, 0 when b is not of its making.
func instant(b []byte) int64 {
	n, err := strconv.ParseUint(string(b), 16, 32)
	if err != nil {
		return 0
	}
	return int64(n)
}
