package search

import (
	"testing"

	"ascolto/internal/civic"
)

func TestDriftIsSeen(t *testing.T) {
	t.Parallel()
	all := posts(100, civic.Now())
	all["post/gone"] = changed{Doc{ID: "post/gone", Deleted: true}, civic.Now()}
	x := filled(t)
	check := func(s Source, want Drift) {
		t.Helper()
		got, err := x.Drift(t.Context(), s)
		if err != nil || got != want || got.IsZero() != (want == Drift{}) {
			t.Errorf("drift %+v, %v; want %+v", got, err, want)
		}
	}
	check(all, Drift{Missing: 100})
	if err := x.CatchUp(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	check(all, Drift{})
	put(t, x, Doc{ID: "post/0001", Deleted: true}, Doc{ID: "ghost/1", Title: "Fantasma"},
		Doc{ID: "ghost/2", Scope: "staff"})
	check(all, Drift{Missing: 1, Extra: 2})
	if err := x.Rebuild(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	check(all, Drift{})
	// what is put while the sources are read is no drift
	check(during{all, func() { put(t, x, Doc{ID: "post/new", Title: "Nuovo"}) }}, Drift{})
	if _, err := x.Drift(t.Context(), failing{all}); err == nil {
		t.Error("a source that breaks off gives no error")
	}
}
