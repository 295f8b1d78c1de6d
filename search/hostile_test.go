package search

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"ascolto/internal/benchline"
	"ascolto/internal/civic"
)

// hostile are two hundred and more texts that other search engines have choked on, or that try to reach what
// is not theirs.
func hostile() []string {
	texts := []string{
		"*", "?", "**", "a*", "*a*", "?????", "/.*/", "/(a+)+$/", "/.{0,9999}/", "segreto~2", "segreto~99",
		"segret*", "segr?to", "/segr.*/",
		"+segreto", "-pubblico", "+scope:staff", "scope:staff", "scope:*", "_id:*", "_all:segreto",
		"stored:segreto", "known:'segreto", "'segreto",
		"=segreto", "^segreto", "kind:note", "facet.tag:segreto", "body:segreto", "title:segreto^1000",
		"segreto^99999999999999999999", "at:>0", "at:[0 TO *]",
		"{\"match_all\":{}}", "{\"query\":\"segreto\"}", "{\"wildcard\":\"*\",\"field\":\"scope\"}", "$where",
		"{$ne:null}", "'; DROP TABLE", "<script>segreto</script>",
		"segreto\x00", "\x00", "\x00\x00staff\x00", "public\x00staff", "segreto OR public", "NOT public",
		"segreto AND staff", "(((((((((((((((((((", ")))))", "\"", "\"\"", "\"\"\"",
		"\"segreto", "segreto\"", "\"segreto nota\"", "“segreto”", "«nota segreto»", "\\", "\\\\",
		"\\\"segreto\\\"", "\r\n", "\t", "%00", "%s%s%s%n", "../../etc/passwd",
		"staff", "office/1", "public", "\u202esegreto", "\u200bsegreto", "s\u0301\u0301\u0301\u0301egreto",
		"ＳＥＧＲＥＴＯ", "ѕegreto", "🔥", "👨‍👩‍👧‍👦", "\ufffd", "\ufeffsegreto",
		"l'l'l'l'l'l'l'", "dell'", "'", "''''''", "d'd'd'segreto", "+39", "0039", "+", "----", "1",
		"12345678901234567890", "+39 333", "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
		"1e309", "NaN", "-1", "0x41", "1/0", "@", "a@b", "@@@@", "segreto@example.org", "x@segreto", "nota@",
		"🇮🇹", "É", "ß", "ǆ", "İstanbul",
		"segreto\u2028nota", "null", "undefined", "true", "[object Object]", "\u0000\u0001\u0002",
		"segreto|nota", "segreto&&nota", "!segreto", "#segreto", "se greto",
	}
	for _, piece := range []string{"a", "à", "*", "?", "\"", "(", "segreto ", "a ", "l'", "1", "\u0301", "~",
		"^", "\\", "aa bb ", "\"a\" ", "de ", "0 ", "@a ", "é\u0301"} {
		for _, n := range []int{2, 16, 17, 199} {
			texts = append(texts, cutRunes(strings.Repeat(piece, n), maxQuery))
		}
	}
	for i := range 30 {
		texts = append(texts, cutRunes(strings.Repeat(fmt.Sprintf("strad%c ", 'a'+i%26), 40), maxQuery))
	}
	return texts
}

func cutRunes(s string, n int) string {
	rs := []rune(s)
	return string(rs[:min(n, len(rs))])
}

func TestHostileQueries(t *testing.T) {
	t.Parallel()
	var docs []Doc
	for i := range 3_000 {
		docs = append(docs,
			Doc{ID: fmt.Sprint("post/", i), Kind: "post",
				Title: fmt.Sprintf("strad%c pubblica a%d", 'a'+i%26, i),
				Text:  fmt.Sprintf("public testo %d %x", i, i*i)})
		docs = append(docs, Doc{
			ID: fmt.Sprint("note/", i), Kind: "note", Scope: "staff", Title: "segreto nota",
			Text: "segreto staff a aa bb l de 0 1 333", Names: []string{"segreto"},
			Codes:  []string{"segreto@example.org", "+39 333 1234567"},
			Facets: map[string][]string{"tag": {"segreto"}},
		})
	}
	x := filled(t, docs...)
	// the machine may be busy; how long they take on an idle one is TestBenchHostile's matter
	x.patience = time.Minute
	texts := hostile()
	if len(texts) < 200 {
		t.Fatalf("only %d hostile texts", len(texts))
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for _, text := range texts {
		q := Query{Text: text, Scopes: []Scope{Public}, Count: FacetNames(), Size: 100}
		r, err := x.Search(t.Context(), q)
		if err != nil && civic.CodeOf(err) != civic.Invalid {
			t.Errorf("search %q: %v", text, err)
		}
		for _, h := range r.Hits {
			if !strings.HasPrefix(h.ID, "post/") {
				t.Errorf("search %q: the public finds %s", text, h.ID)
			}
		}
		if r.Total > 3_000 || len(r.Facets["tag"]) > 0 {
			t.Errorf("search %q: total %d, tags %v: counts what is not public", text, r.Total,
				r.Facets["tag"])
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 200<<20 {
		t.Errorf("the heap grew by %d MB", grown>>20)
	}
}

func TestTextIsBounded(t *testing.T) {
	t.Parallel()
	x := filled(t, Doc{ID: "post/1", Title: "Fontana"})
	for text, want := range map[string]civic.Code{
		strings.Repeat("à", maxQuery):   "",
		strings.Repeat("à", maxQuery+1): civic.Invalid,
		"font\xff":                      civic.Invalid,
		strings.Repeat("font ", 40):     "",
	} {
		if _, err := x.Search(t.Context(),
			Query{Text: text, Scopes: []Scope{Public}}); civic.CodeOf(err) != want {
			t.Errorf("search %q: %v, want %q", text, err, want)
		}
	}
	many := ""
	for i := range 14 {
		many += fmt.Sprintf("a%d \"b c%d\" ", i, i)
	}
	a, err := parse(many)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, p := range a.parts {
		n += len(p.words)
	}
	if n != maxTerms {
		t.Errorf("%d words are looked for, want %d", n, maxTerms)
	}
}

func TestSearchesWaitForASlot(t *testing.T) {
	t.Parallel()
	x := filled(t, Doc{ID: "post/1", Title: "Fontana"})
	x.patience = 100 * time.Millisecond
	for range searchSlots {
		x.slots <- struct{}{}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := x.Search(ctx, Query{Scopes: []Scope{Public}}); civic.CodeOf(err) != civic.Unavailable {
		t.Errorf("search without a free slot: %v, want Unavailable", err)
	}
	if _, err := x.Search(t.Context(),
		Query{Scopes: []Scope{Public}}); civic.CodeOf(err) != civic.Unavailable {
		t.Errorf("search without a free slot and without hurry: %v, want Unavailable", err)
	}
	x.patience = time.Minute
	for range searchSlots {
		<-x.slots
	}
	var all sync.WaitGroup
	for range 30 {
		all.Go(func() {
			if got := find(t, x, "fontana"); len(got) != 1 {
				t.Errorf("found %v", got)
			}
		})
	}
	all.Wait()
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := x.Search(ended,
		Query{Text: "fontana", Scopes: []Scope{Public}}); civic.CodeOf(err) != civic.Unavailable {
		t.Errorf("cancelled search: %v, want Unavailable", err)
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range hostile() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := parse(text)
		if err != nil {
			if utf8.ValidString(text) && utf8.RuneCountInString(text) <= maxQuery {
				t.Errorf("%q is refused: %v", text, err)
			}
			return
		}
		n := 0
		for _, p := range a.parts {
			n += len(p.words)
			if len(p.words) == 0 {
				t.Errorf("%q: a part without words", text)
			}
			for _, w := range p.words {
				if w.folded == "" || strings.ContainsAny(w.folded, asName+asCode+asTail+"\x00 ") {
					t.Errorf("%q: word %q", text, w.folded)
				}
			}
			for _, w := range p.whole {
				if w == "" || strings.ContainsAny(w, "\x00 ") {
					t.Errorf("%q: whole %q", text, w)
				}
			}
		}
		if n > maxTerms {
			t.Errorf("%q: %d words", text, n)
		}
		if q, err := build(Query{Scopes: []Scope{Public}}, a); err != nil || q == nil {
			t.Errorf("%q: no query: %v", text, err)
		}
	})
}

func FuzzHighlight(f *testing.F) {
	f.Add("fontana", "La <b>fontana</b> d'epoca & \"altro\"")
	f.Add("d'angelo 333", "D’Angelo\x00\xff +39 333")
	f.Fuzz(func(t *testing.T, asked, text string) {
		a, err := parse(asked)
		if err != nil {
			return
		}
		text = cleanValue(text, maxText)
		m := newMarker(a, "")
		for _, got := range []string{m.title(text, true), m.snippet(text, false)} {
			bare := strings.NewReplacer("<mark>", "", "</mark>", "").Replace(got)
			if strings.ContainsAny(bare, `<>"'`) || !utf8.ValidString(got) {
				t.Errorf("asked %q, text %q: unsafe %q", asked, text, got)
			}
		}
		stemmed{}.Analyze([]byte(text))
		literal{}.Analyze([]byte(text))
		known{}.Analyze(knownValue([]string{text}, []string{text}))
	})
}

// TestBenchHostile prints how long the slowest hostile query takes among 50,000 documents.
func TestBenchHostile(t *testing.T) {
	benchAsked(t)
	x := openIndex(t, t.TempDir())
	if err := x.Load(t.Context(), generated(50_000, postDoc)); err != nil {
		t.Fatal(err)
	}
	slowest, worst := time.Duration(0), ""
	for _, text := range hostile() {
		start := time.Now()
		if _, err := x.Search(t.Context(), Query{Text: text, Scopes: []Scope{Public}, Count: FacetNames(),
			Size: 100}); err != nil && civic.CodeOf(err) != civic.Invalid {
			t.Errorf("search %q: %v", text, err)
		}
		if took := time.Since(start); took > slowest {
			slowest, worst = took, text
		}
	}
	t.Logf("slowest: %q", worst)
	benchline.Line("search slowest hostile query among 50,000 posts", slowest.Seconds()*1000, "ms", 2000,
		true)
}
