package main

import (
	"bytes"
	"io"
	"testing"

	"ascolto/internal/civic"
	"ascolto/search"
)

// TestIndexHoldsWhatTheStoreHas: what the domains put while they work is what they list afterwards, so that the nightly
// comparison finds no difference where there is none, and a rebuilt index is the same.
func TestIndexHoldsWhatTheStoreHas(t *testing.T) {
	t.Parallel()
	settings := here(t)
	getenv := func(name string) string { return settings[name] }
	var out bytes.Buffer
	args := []string{"demo", "-contacts", "150", "-interactions", "60", "-answers", "60", "-threads", "8", "-posts", "60"}
	if err := run(t.Context(), args, getenv, nil, &out, &out); err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	cfg, err := loadConfig(getenv)
	if err != nil {
		t.Fatal(err)
	}
	a, err := openApp(t.Context(), cfg, "http://localhost", io.Discard, civic.Now, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.close(); err != nil {
			t.Error(err)
		}
	})
	check := func(when string, want search.Drift) {
		t.Helper()
		if drift, err := a.index.Drift(t.Context(), a.sources()...); err != nil || drift != want {
			t.Errorf("%s: %+v, %v; want %+v", when, drift, err, want)
		}
	}
	check("after the demo", search.Drift{})
	a.index.Put(search.Doc{ID: "post/ghost", Scope: search.Public, Title: "Fantasma"})
	check("with a ghost", search.Drift{Extra: 1})
	if err := a.compareIndex(t.Context()); err != nil {
		t.Fatal(err)
	}
	check("after the nightly comparison", search.Drift{})
	if err := a.refreshIndex(t.Context()); err != nil {
		t.Fatal(err)
	}
	check("after a refresh", search.Drift{})
}
