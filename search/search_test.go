package search

import (
	"context"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/civic"
)

// quiet is a log nobody reads.
var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

// openIndex opens an index in dir that is closed with the test.
func openIndex(t testing.TB, dir string) *Index {
	t.Helper()
	x, err := Open(t.Context(), Options{Dir: dir, Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return x
}

// filled returns an index that holds docs; those without a scope are public.
func filled(t testing.TB, docs ...Doc) *Index {
	t.Helper()
	x := openIndex(t, t.TempDir())
	put(t, x, docs...)
	return x
}

func put(t testing.TB, x *Index, docs ...Doc) {
	t.Helper()
	for i := range docs {
		if docs[i].Scope == "" {
			docs[i].Scope = Public
		}
	}
	x.Put(docs...)
	if err := x.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// find returns the ids of what text finds for the public, or for the scopes given.
func find(t testing.TB, x *Index, text string, scopes ...Scope) []string {
	t.Helper()
	if len(scopes) == 0 {
		scopes = []Scope{Public}
	}
	r, err := x.Search(t.Context(), Query{Text: text, Scopes: scopes, Size: 100})
	if err != nil {
		t.Fatalf("search %q: %v", text, err)
	}
	ids := []string{}
	for _, h := range r.Hits {
		ids = append(ids, h.ID)
	}
	if r.Total < len(ids) {
		t.Errorf("search %q: total %d, hits %d", text, r.Total, len(ids))
	}
	return ids
}

// source is a Source over documents held in memory.
type source map[string]changed

type changed struct {
	doc Doc
	at  time.Time
}

func (s source) SearchDocs(_ context.Context, since time.Time) iter.Seq2[Doc, error] {
	return func(yield func(Doc, error) bool) {
		for _, c := range s {
			if !c.at.Before(since) && !yield(c.doc, nil) {
				return
			}
		}
	}
}

func TestFindsItalianForms(t *testing.T) {
	t.Parallel()
	x := filled(t,
		Doc{ID: "post/1", Kind: "post", Title: "Buche pericolose in via Mameli",
			Text: "I marciapiedi sono rotti vicino alla scuola."},
		Doc{ID: "post/2", Kind: "post", Title: "La città vecchia",
			Text: "Più luce nelle piazze, perché di sera è buio."},
		Doc{ID: "post/3", Kind: "post", Title: "Acqua",
			Text: "Il colore dell'acqua potabile nel quartiere; l’illuminazione invece funziona."},
		Doc{ID: "post/4", Kind: "post", Title: "Parchi e laghi", Text: "Gli alberi del parco giochi."},
	)
	for text, want := range map[string][]string{
		"buca":                    {"post/1"},
		"buche":                   {"post/1"},
		"buco":                    {"post/1"},
		"pericoloso":              {"post/1"},
		"marciapiede":             {"post/1"},
		"MARCIAPIEDI":             {"post/1"},
		"marciapide":              {"post/1"}, // one letter missing
		"marciapeide":             {"post/1"}, // two swapped
		"citta":                   {"post/2"},
		"città":                   {"post/2"},
		"citta\u0300":             {"post/2"}, // decomposed accent
		"piazza":                  {"post/2"},
		"luci":                    {"post/2"},
		"acqua":                   {"post/3"},
		"dell'acqua":              {"post/3"},
		"DELL’ACQUA":              {"post/3"},
		"l'illuminazione":         {"post/3"},
		"lago":                    {"post/4"},
		"parco":                   {"post/4"},
		"albero":                  {"post/4"},
		`"alberi del parco"`:      {"post/4"},
		`"albero del parco"`:      {},
		`"via mameli"`:            {"post/1"},
		`"mameli i marciapiedi"`:  {}, // spans title and text
		"buche via mameli":        {"post/1"},
		"della nel per":           {}, // stop words that nothing contains together
		"fontana":                 {},
		"???":                     {},
		"marciapiedi rotti acqua": {"post/1"}, // two of three
	} {
		if diff := cmp.Diff(want, find(t, x, text)); diff != "" {
			t.Errorf("search %q (-want +got):\n%s", text, diff)
		}
	}
}

func TestFindsPeopleByParts(t *testing.T) {
	t.Parallel()
	staff := Scope("staff")
	contact := func(n int, name string, codes ...string) Doc {
		return Doc{ID: fmt.Sprintf("contact/%d", n), Kind: "contact", Scope: staff, Title: name,
			Names: []string{name}, Codes: codes}
	}
	x := filled(t,
		contact(1, "Nicolò D'Angelo", "nicolo.dangelo@example.org", "+39 333 1234567"),
		contact(2, "Maria De Luca", "m.deluca@example.com", "045 807 7111"),
		contact(3, "Sara Rossini", "2026/000123"),
		contact(4, "Giosuè Rossi", "giosue@example.net"),
		Doc{ID: "post/1", Kind: "post", Scope: Public, Title: "Grazie a Rossi"},
	)
	for text, want := range map[string][]string{
		"nicolo":                     {"contact/1"},
		"Nicolò":                     {"contact/1"},
		"nico":                       {"contact/1"},
		"D'Angelo":                   {"contact/1"},
		"d’angelo":                   {"contact/1"},
		"dangelo":                    {"contact/1"},
		"angelo":                     {"contact/1"},
		"d angelo":                   {"contact/1"},
		"de luca":                    {"contact/2"},
		"deluca":                     {"contact/2"},
		"luca maria":                 {"contact/2"},
		"nicolo.dangelo@example.org": {"contact/1"},
		"NICOLO.DANGELO@EXAMPLE.ORG": {"contact/1"},
		"nicolo.dan":                 {"contact/1"},
		"3331234567":                 {"contact/1"},
		"34567":                      {"contact/1"},
		"333 1234567":                {"contact/1"},
		"333 12 34 567":              {"contact/1"},
		"+39 333 1234567":            {"contact/1"},
		"0039 3331234567":            {"contact/1"},
		"4567":                       {"contact/1"},
		"045 8077111":                {"contact/2"},
		"045/8077111":                {"contact/2"},
		"7111":                       {"contact/2"},
		"2026/000123":                {"contact/3"},
		"000123":                     {"contact/3"},
		"sara":                       {"contact/3"},
		"giosue rossi":               {"contact/4"},
		"rossi":                      {"contact/4", "contact/3"}, // whole before beginning
	} {
		if diff := cmp.Diff(want, find(t, x, text, staff)); diff != "" {
			t.Errorf("search %q (-want +got):\n%s", text, diff)
		}
		for _, id := range find(t, x, text) {
			if id != "post/1" {
				t.Errorf("search %q: the public finds %s", text, id)
			}
		}
	}
}

func TestScopesHoldEverywhere(t *testing.T) {
	t.Parallel()
	tag := map[string][]string{"tag": {"segreto"}}
	x := filled(t,
		Doc{ID: "post/1", Kind: "post", Title: "Panchine nuove",
			Facets: map[string][]string{"tag": {"verde"}}},
		Doc{ID: "note/1", Kind: "note", Scope: "staff", Title: "Panchine: nota riservata", Facets: tag},
		Doc{ID: "note/2", Kind: "note", Scope: "office/5", Title: "Panchine dell'ufficio", Facets: tag},
	)
	for _, q := range []Query{{Text: "panchine"}, {}} {
		q.Count = []string{"tag"}
		if _, err := x.Search(t.Context(), q); civic.CodeOf(err) != civic.Forbidden {
			t.Errorf("search %q without scope: %v, want Forbidden", q.Text, err)
		}
		q.Scopes = []Scope{Public}
		r, err := x.Search(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if r.Total != 1 || len(r.Hits) != 1 || r.Hits[0].ID != "post/1" {
			t.Errorf("search %q: the public gets %+v", q.Text, r)
		}
		if diff := cmp.Diff(map[string][]FacetCount{"tag": {{"verde", 1}}}, r.Facets); diff != "" {
			t.Errorf("search %q: facets (-want +got):\n%s", q.Text, diff)
		}
		q.Scopes = []Scope{Public, "office/5"}
		if n, err := x.Count(t.Context(), q); err != nil || n != 2 {
			t.Errorf("count %q for an office: %d, %v; want 2", q.Text, n, err)
		}
		q.Scopes = []Scope{"office/6"}
		if n, err := x.Count(t.Context(), q); err != nil || n != 0 {
			t.Errorf("count %q for another office: %d, %v; want 0", q.Text, n, err)
		}
	}
}

func TestHidesAtOnce(t *testing.T) {
	t.Parallel()
	x := filled(t, Doc{ID: "post/1", Kind: "post", Title: "Fontana spenta"},
		Doc{ID: "post/2", Kind: "post", Title: "Fontana accesa"})
	put(t, x, Doc{ID: "post/1", Kind: "post", Scope: "staff", Title: "Fontana spenta"},
		Doc{ID: "post/2", Deleted: true})
	if got := find(t, x, "fontana"); len(got) != 0 {
		t.Errorf("the public still finds %v", got)
	}
	if got := find(t, x, "fontana", "staff", Public); !slices.Equal(got, []string{"post/1"}) {
		t.Errorf("staff find %v, want post/1", got)
	}
}

func TestHighlightsAreSafe(t *testing.T) {
	t.Parallel()
	evil := `<script>alert("fontana")</script> & <img src=x onerror=alert(1)> <mark>fontana</mark> ` +
		strings.Repeat("parola ", 80) + `fontane "rotte" d'epoca`
	x := filled(t, Doc{ID: "post/1", Kind: "post", Title: `Fontana <b>"rotta"</b>`, Text: evil})
	for _, text := range []string{"fontana", "fontane rotte", `"fontane rotte"`, "fontanna", "script",
		"alert", "mark", "", "quot", "lt", "amp"} {
		r, err := x.Search(t.Context(), Query{Text: text, Scopes: []Scope{Public}})
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range r.Hits {
			for _, got := range []string{h.Title, h.Snippet} {
				bare := strings.NewReplacer("<mark>", "", "</mark>", "").Replace(got)
				if strings.ContainsAny(bare, `<>"'`) ||
					strings.Count(got, "<mark>") != strings.Count(got, "</mark>") {
					t.Errorf("search %q: unsafe %q", text, got)
				}
			}
		}
	}
	r, err := x.Search(t.Context(), Query{Text: "fontana rotta", Scopes: []Scope{Public}})
	if err != nil {
		t.Fatal(err)
	}
	if want := `<mark>Fontana</mark> &lt;b&gt;&#34;<mark>rotta</mark>&#34;&lt;/b&gt;`; r.Hits[0].Title != want {
		t.Errorf("title %q, want %q", r.Hits[0].Title, want)
	}
}
