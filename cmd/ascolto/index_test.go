package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ascolto/search"
)

// TestIndexHoldsWhatTheStoreHas: what the domains put while they work is what they list afterwards, so that
// the nightly comparison finds no difference where there is none, and a rebuilt index is the same.
func TestIndexHoldsWhatTheStoreHas(t *testing.T) {
	t.Parallel()
	settings := here(t)
	var out bytes.Buffer
	args := []string{"demo", "-contacts", "150", "-interactions", "60", "-answers", "60", "-threads", "8",
		"-posts", "60", "-requests", "24"}
	if err := run(t.Context(), args, func(name string) string { return settings[name] }, nil, nil, &out,
		&out); err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	a := opened(t, settings)
	defer a.mustClose(t)
	check := func(when string, want search.Drift) {
		t.Helper()
		if drift, err := a.Search.Drift(t.Context(), a.Sources()...); err != nil || drift != want {
			t.Errorf("%s: %+v, %v; want %+v", when, drift, err, want)
		}
	}
	check("after the demo", search.Drift{})
	a.Search.Put(search.Doc{ID: "post/ghost", Scope: search.Public, Title: "Fantasma"})
	check("with a ghost", search.Drift{Extra: 1})
	if err := a.CompareIndex(t.Context()); err != nil {
		t.Fatal(err)
	}
	if did, err := a.Work.WorkOne(t.Context()); err != nil || !did {
		t.Fatalf("nobody makes the index anew: %t, %v", did, err)
	}
	check("after the nightly comparison", search.Drift{})
	if err := a.RefreshIndex(t.Context()); err != nil {
		t.Fatal(err)
	}
	check("after a refresh", search.Drift{})
}

// TestDemoLeavesACompleteIndex: the program that is started after the demo finds the index as it is and does
// not make it again.
func TestDemoLeavesACompleteIndex(t *testing.T) {
	t.Parallel()
	settings := here(t)
	out, err := once(t, settings, "demo", "-contacts", "120", "-interactions", "20", "-answers", "30",
		"-threads", "4", "-posts", "20", "-requests", "24")
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	quiet(t, out)
	builds := func() string {
		all, err := filepath.Glob(filepath.Join(settings["ASCOLTO_DATA"], "search", "index-*"))
		if err != nil || len(all) != 1 {
			t.Fatalf("builds of the index: %v, %v", all, err)
		}
		return all[0]
	}
	before := builds()
	p := start(t, settings)
	if err := p.Stop(20 * time.Second); err != nil {
		t.Fatal(err)
	}
	quiet(t, p.out.String())
	if after := builds(); after != before {
		t.Errorf("the index was made again: %s, then %s", before, after)
	}
	a := opened(t, settings)
	defer a.mustClose(t)
	if a.Search.NeedsRebuild() {
		t.Error("the index does not know that it holds everything")
	}
	if drift, err := a.Search.Drift(t.Context(), a.Sources()...); err != nil || !drift.IsZero() {
		t.Errorf("%+v, %v", drift, err)
	}
}

// TestNewFolderSaysNothingAlarming: the first start of an installation is no fault.
func TestNewFolderSaysNothingAlarming(t *testing.T) {
	t.Parallel()
	settings := here(t)
	out, err := once(t, settings, "user", "add", "-email", "ada@comune.example.it", "-name", "Ada Bianchi")
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	quiet(t, out)
	p := start(t, settings)
	if err := p.Stop(20 * time.Second); err != nil {
		t.Fatal(err)
	}
	quiet(t, p.out.String())
}

// quiet demands that a log holds neither warnings nor errors.
func quiet(t *testing.T, log string) {
	t.Helper()
	for line := range strings.SplitSeq(log, "\n") {
		if strings.Contains(line, `"level":"WARN"`) || strings.Contains(line, `"level":"ERROR"`) {
			t.Errorf("alarming: %s", line)
		}
	}
}
