package main

import (
	"compress/gzip"
	"io"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"ascolto/internal/docstore"
	"ascolto/web/webtest"
)

// formsPassword is that of the accounts of the stored forms, which are demos.
const formsPassword = "tre cicogne sul campanile"

// unpack lays a stored folder of an earlier form into the data folder of settings, and returns how many
// documents each collection has.
func unpack(t *testing.T, form string, settings map[string]string) map[string]int {
	t.Helper()
	data := settings["ASCOLTO_DATA"]
	if err := os.MkdirAll(data, 0o700); err != nil {
		t.Fatal(err)
	}
	packed, err := os.Open(filepath.Join(form, "ascolto.db.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	content, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(content)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := os.ReadFile(filepath.Join(form, secretFile))
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{storeFile: raw, secretFile: secret} {
		if err := os.WriteFile(filepath.Join(data, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	held, err := docstore.Inspect(t.Context(), filepath.Join(data, storeFile))
	if err != nil {
		t.Fatal(err)
	}
	return held
}

// TestEarlierFormsOpen: a store that an earlier program wrote is served whole: nothing is lost, and every
// page that a member of staff can click to opens.
func TestEarlierFormsOpen(t *testing.T) {
	t.Parallel()
	forms, err := filepath.Glob("testdata/forms/*")
	if err != nil || len(forms) == 0 {
		t.Fatalf("no stored forms: %v", err)
	}
	for _, form := range forms {
		t.Run(filepath.Base(form), func(t *testing.T) {
			t.Parallel()
			settings := with(here(t), "ASCOLTO_REQUESTS", "10000")
			before := unpack(t, form, settings)
			p := start(t, settings)
			for _, who := range []string{"operatrice", "responsabile", "comunicazione", "moderatrice", "dpo",
				"amministratrice"} {
				b := (&webtest.Site{Origin: p.URL}).Browser(t)
				login := url.Values{"email": {who + "@example.it"}, "password": {formsPassword}}
				if page := b.Submit(b.Get("/desk/login"), "/desk/login", login); page.Status != 303 {
					t.Fatalf("%s cannot sign in: status %d", who, page.Status)
				}
				crawl(t, who, b, "/desk", 120)
			}
			crawl(t, "a visitor", (&webtest.Site{Origin: p.URL}).Browser(t), "/", 80)
			if err := p.Stop(20 * time.Second); err != nil {
				t.Fatal(err)
			}
			after, err := docstore.Inspect(t.Context(), filepath.Join(settings["ASCOLTO_DATA"], storeFile))
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range slices.Sorted(maps.Keys(before)) {
				if after[name] < before[name] && name != "sessions" {
					t.Errorf("%s had %d documents and has %d", name, before[name], after[name])
				}
			}
		})
	}
}

// crawl opens what the pages lead to, each kind of page a few times, and fails for one that does not open.
func crawl(t *testing.T, who string, b *webtest.Browser, from string, most int) {
	t.Helper()
	const alike = 4
	waiting, seen, kinds, opened := []string{from}, map[string]bool{from: true}, map[string]int{}, 0
	for len(waiting) > 0 && opened < most {
		path := waiting[0]
		waiting = waiting[1:]
		page := b.Get(path)
		opened++
		if page.Status == 403 {
			continue // what may be opened is another test's
		}
		if page.Status != 200 && page.Status != 303 {
			t.Errorf("%s: %s has status %d: %.300s", who, path, page.Status, page.Text())
			continue
		}
		for _, a := range page.Tags(atom.A) {
			to := linked(a)
			if to == "" || seen[to] || kinds[kindOf(to)] >= alike {
				continue
			}
			seen[to] = true
			kinds[kindOf(to)]++
			waiting = append(waiting, to)
		}
	}
	if opened < 20 {
		t.Errorf("%s: only %d pages could be opened", who, opened)
	}
}

// linked returns the local address a link leads to, empty for others.
func linked(a *html.Node) string {
	to, _, _ := strings.Cut(webtest.Attr(a, "href"), "#")
	if !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.HasPrefix(to, "/accedi") {
		return ""
	}
	return to
}

// kindOf returns a path with its ids taken out, so that pages of one kind are told to be alike.
func kindOf(path string) string {
	path, query, _ := strings.Cut(path, "?")
	parts := strings.Split(path, "/")
	for i, part := range parts {
		if len(part) > 12 || strings.ContainsAny(part, "0123456789") {
			parts[i] = "*"
		}
	}
	if query != "" {
		parts = append(parts, "?")
	}
	return strings.Join(parts, "/")
}
