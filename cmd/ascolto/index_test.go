package main

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ascolto/search"
)

// TestIndexHoldsWhatTheStoreHas: what the domains put while they work is what they list afterwards, so that the nightly
// comparison finds no difference where there is none, and a rebuilt index is the same.
func TestIndexHoldsWhatTheStoreHas(t *testing.T) {
	t.Parallel()
	settings := here(t)
	var out bytes.Buffer
	args := []string{"demo", "-contacts", "150", "-interactions", "60", "-answers", "60", "-threads", "8", "-posts", "60"}
	if err := run(t.Context(), args, func(name string) string { return settings[name] }, nil, nil, &out, &out); err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	a := opened(t, settings)
	defer a.mustClose(t)
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

// TestMailGoesOnWithoutTheIndex: campaigns find their people in the store, so an index that cannot be used keeps no mail back.
func TestMailGoesOnWithoutTheIndex(t *testing.T) {
	t.Parallel()
	settings := here(t)
	a := opened(t, settings)
	defer a.mustClose(t)
	if err := a.index.Close(); err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(a.jobs(), func(j job) bool { return j.Name == "mail" })
	if err := a.jobs()[i].Run(t.Context()); err != nil {
		t.Errorf("the mail job needs the index: %v", err)
	}
}

// TestDemoLeavesACompleteIndex: the program that is started after the demo finds the index as it is and does not make it again.
func TestDemoLeavesACompleteIndex(t *testing.T) {
	t.Parallel()
	settings := here(t)
	out, err := once(t, settings, "demo", "-contacts", "120", "-interactions", "20", "-answers", "30", "-threads", "4", "-posts", "20")
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
	if a.index.NeedsRebuild() {
		t.Error("the index does not know that it holds everything")
	}
	if drift, err := a.index.Drift(t.Context(), a.sources()...); err != nil || !drift.IsZero() {
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
