package memo

import "testing"

func TestReadsAreOfOneEdition(t *testing.T) {
	t.Parallel()
	var m Reads[string, int]
	wantRead := func(edition, key string, want int, wantOK bool) {
		t.Helper()
		if got, ok := m.Get(edition, key); got != want || ok != wantOK {
			t.Errorf("%q of %q: %d, %t", key, edition, got, ok)
		}
	}
	wantRead("1", "a", 0, false)
	m.Put("1", "a", 10)
	m.Put("1", "b", 20)
	wantRead("1", "a", 10, true)
	wantRead("2", "a", 0, false)
	m.Put("2", "a", 11)
	wantRead("2", "a", 11, true)
	wantRead("2", "b", 0, false)
	wantRead("1", "b", 0, false)
}

func TestReadsKeepNothingWhereOthersWrite(t *testing.T) {
	t.Parallel()
	var m Reads[string, int]
	m.Put("", "a", 1)
	if _, ok := m.Get("", "a"); ok {
		t.Error("a value is kept for the empty edition")
	}
}

func TestReadsStayWithinTheirBound(t *testing.T) {
	t.Parallel()
	var m Reads[int, int]
	for n := range 10 * MostReads {
		m.Put("1", n, n)
		if v, ok := m.Get("1", n); !ok || v != n || len(m.values) > MostReads {
			t.Fatalf("%d: %d, %t; %d are kept", n, v, ok, len(m.values))
		}
	}
}
