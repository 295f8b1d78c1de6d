package search

import (
	"encoding/json"
	"fmt"
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

// mappingVersion is kept in every index. Raise it when a field or its analysis changes: indexes of another version are set
// aside and built again.
const mappingVersion = "1"

// The fields of the index. User text is looked up in title, body, exact, name, code and part only.
const (
	fieldKind   = "kind"
	fieldScope  = "scope"
	fieldAt     = "at"     // sixteen letters that sort like the instant
	fieldTitle  = "title"  // stems of the title
	fieldBody   = "body"   // stems of title and text
	fieldExact  = "exact"  // words of title and text with their places
	fieldName   = "name"   // whole words of names
	fieldCode   = "code"   // whole codes and their parts
	fieldPart   = "part"   // beginnings of names and codes, endings of telephone numbers
	fieldStored = "stored" // what a hit shows
	facetPrefix = "facet." // one keyword field for each facet
)

// The most of a document that is indexed and kept for snippets.
const (
	maxTitle  = 1_000   // bytes
	maxText   = 100_000 // bytes
	maxValues = 100     // names, codes, values of one facet
)

// The options of the kinds of fields. Keyword fields need neither frequency nor length.
const (
	keyword  = index.IndexField | index.SkipFreqNorm
	counted  = keyword | index.DocValues
	analysed = index.IndexField
	placed   = index.IndexField | index.IncludeTermVectors
	kept     = index.StoreField
)

// newMapping returns the mapping of a new index. Documents come with their fields already made, so it decides scoring only.
func newMapping() mapping.IndexMapping {
	m := bleve.NewIndexMapping()
	m.DefaultMapping = bleve.NewDocumentDisabledMapping()
	m.ScoringModel = index.BM25Scoring
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
}

// entry returns d as the index takes it.
func entry(d Doc) (*document.Document, error) {
	title, text := cleanValue(d.Title, maxTitle), cleanValue(d.Text, maxText)
	facets := cleanFacets(d.Facets)
	blob, err := json.Marshal(stored{Kind: d.Kind, Title: title, Text: text, Path: d.Path, At: d.At, Facets: facets, Named: len(d.Names) > 0})
	if err != nil {
		return nil, fmt.Errorf("search: encode %s: %w", d.Kind, err)
	}
	e := document.NewDocument(d.ID)
	add := func(field string, value []byte, options index.FieldIndexingOptions, a analysis.Analyzer) {
		if len(value) > 0 {
			e.AddField(document.NewTextFieldCustom(field, nil, value, options, a))
		}
	}
	add(fieldKind, []byte(d.Kind), keyword, nil)
	add(fieldScope, []byte(d.Scope), keyword, nil)
	add(fieldAt, sortable(d.At), index.DocValues|keyword, nil)
	add(fieldTitle, []byte(title), analysed, stemmed{})
	body := []byte(title + string(fieldBreak) + text)
	add(fieldBody, body, analysed, stemmed{})
	add(fieldExact, body, placed, literal{})
	names, codes := cleanValues(d.Names), cleanValues(d.Codes)
	add(fieldName, names, analysed, listed(nameTerms))
	add(fieldCode, codes, keyword, listed(codeTerms))
	add(fieldPart, names, keyword, listed(nameBeginnings))
	add(fieldPart, codes, keyword, listed(codeBeginnings))
	for _, name := range FacetNames() {
		for _, v := range facets[name] {
			add(facetPrefix+name, []byte(v), counted, nil)
		}
	}
	add(fieldStored, blob, kept, nil)
	return e, nil
}

// cleanValue returns s as valid UTF-8 without fieldBreak, at most max bytes of it.
func cleanValue(s string, max int) string {
	s = strings.ToValidUTF8(cut(s, max), "\uFFFD")
	return strings.ReplaceAll(s, string(fieldBreak), " ")
}

func cleanValues(values []string) []byte {
	clean := make([]string, 0, len(values))
	for _, v := range values[:min(len(values), maxValues)] {
		clean = append(clean, cleanValue(v, maxTitle))
	}
	return []byte(strings.Join(clean, string(fieldBreak)))
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

// sortable returns sixteen letters that sort like t, to the millisecond.
func sortable(t time.Time) []byte {
	return fmt.Appendf(nil, "%016x", uint64(t.UnixMilli())^(1<<63))
}

// instant returns the milliseconds since 1970 that sortable wrote, 0 when b is not of its making.
func instant(b []byte) int64 {
	n, err := strconv.ParseUint(string(b), 16, 64)
	if err != nil {
		return 0
	}
	return int64(n ^ (1 << 63))
}
