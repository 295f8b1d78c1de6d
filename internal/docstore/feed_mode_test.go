package docstore_test

import (
	"testing"
	"time"

	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
)

// TestFeedOfAnotherMode: a program that reads rows knows nothing any more when another relies on change
// streams and writes none, however many rows still come; when rows are written again, it is told that
// something was lost, and so is one that goes on from before.
func TestFeedOfAnotherMode(t *testing.T) {
	t.Parallel()
	o, dbs, cs := twoPrograms(t)
	if !docstore.Polled(dbs[0]) {
		t.Skip("SKIPPED: the server has change streams")
	}
	l := follow(t, dbs[1], "")
	mustInsert(t, cs[0], named("a", "Anna"))
	within(t, inTime, "told", l.toldOf("a"))
	at := l.position()
	fresh := func() bool { return docstore.Edition(cs[1]) != "" }
	within(t, inTime, "known", fresh)
	claim := func(rows bool) {
		t.Helper()
		if err := docstore.ClaimMode(t.Context(), dbs[0], rows); err != nil {
			t.Fatal(err)
		}
	}
	claim(false)
	if _, _, known := cs[1].Changes(t.Context(), 1); known {
		t.Error("it claims to know what was written without rows a moment ago")
	}
	within(t, inTime, "not known any more", func() bool { return !fresh() })
	if _, _, known := cs[1].Changes(t.Context(), 1); known {
		t.Error("it claims to know what changed")
	}
	claim(true)
	within(t, 2*inTime, "known again", fresh)
	lost := 0
	for _, n := range l.told() {
		if n.Lost {
			lost++
		}
	}
	if lost != 2 {
		t.Errorf("it was told %d times that something was lost, and not at the start and after the change",
			lost)
	}
	l.end()
	again := storetest.OpenOptions(t, o)
	collect[person](t, again, followedPeople())
	if l = follow(t, again, at); !l.told()[0].Lost {
		t.Error("it goes on from a place before which others wrote no rows")
	}
}

// TestFeedGoesOverToStreams: a program that reads rows goes over to change streams as others did, when the
// server has them: it is told of a loss, knows again, and announces no more rows, without being started
// again.
func TestFeedGoesOverToStreams(t *testing.T) {
	t.Parallel()
	_, dbs, cs := twoPrograms(t)
	if !docstore.Polled(dbs[0]) {
		t.Skip("SKIPPED: the server has change streams")
	}
	docstore.GiveStreams(dbs[1], "b")
	l := follow(t, dbs[1], "")
	mustInsert(t, cs[0], named("a", "Anna"))
	within(t, inTime, "told by a row", l.toldOf("a"))
	if err := docstore.ClaimMode(t.Context(), dbs[0], false); err != nil {
		t.Fatal(err)
	}
	within(t, inTime, "told by the stream", l.toldOf("a", "b"))
	within(t, inTime, "known again", func() bool { return docstore.Edition(cs[1]) != "" })
	lost := 0
	for _, n := range l.told() {
		if n.Lost {
			lost++
		}
	}
	rows := docstore.Announced(t.Context(), dbs[0])
	mustInsert(t, cs[1], named("c", "Carla"))
	if now := docstore.Announced(t.Context(), dbs[0]); lost != 2 || docstore.Polled(dbs[1]) || now != rows {
		t.Errorf("told %d times of a loss; it announced %d rows more", lost, now-rows)
	}
}

// TestFeedGoesOverToRows: a program whose server has no change streams any more reads rows and announces what
// it writes, without being started again. It is told of a loss, and so is another that reads rows already.
func TestFeedGoesOverToRows(t *testing.T) {
	t.Parallel()
	_, dbs, cs := twoPrograms(t)
	if !docstore.Polled(dbs[0]) {
		t.Skip("SKIPPED: the server has change streams")
	}
	other := follow(t, dbs[0], "")
	within(t, inTime, "known", func() bool { return docstore.Edition(cs[0]) != "" })
	if err := docstore.TakeStreams(t.Context(), dbs[1], "b"); err != nil {
		t.Fatal(err)
	}
	within(t, inTime, "not known", func() bool { return docstore.Edition(cs[0]) == "" })
	l := follow(t, dbs[1], "")
	within(t, 2*inTime, "told by the stream and known by rows", func() bool {
		return l.toldOf("b")() && docstore.Polled(dbs[1]) && docstore.Edition(cs[1]) != ""
	})
	within(t, 2*inTime, "known by the other", func() bool { return docstore.Edition(cs[0]) != "" })
	mustInsert(t, cs[0], named("c", "Carla"))
	within(t, inTime, "told by a row", l.toldOf("b", "c"))
	mustInsert(t, cs[1], named("d", "Dario"))
	within(t, inTime, "told to the other", other.toldOf("d"))
	for who, l := range map[string]*listener{"the program": l, "the other": other} {
		lost := 0
		for _, n := range l.told() {
			if n.Lost {
				lost++
			}
		}
		if lost != 2 {
			t.Errorf("%s was told %d times of a loss, and not at the start and after the change", who, lost)
		}
	}
}

// TestFeedExpectsNoRemovalOfNothing: the removal of a document that is not there is not expected to be
// heard, where it would hide a later removal by another program.
func TestFeedExpectsNoRemovalOfNothing(t *testing.T) {
	t.Parallel()
	_, dbs, cs := twoPrograms(t)
	follow(t, dbs[1], "")
	if err := cs[1].Delete(t.Context(), "nobody"); err != nil {
		t.Fatal(err)
	}
	if n := docstore.Expected(cs[1]); n != 0 {
		t.Errorf("%d writes are expected", n)
	}
}

// TestFeedMarksGo: what a program leaves to be seen in a change stream is removed after a day.
func TestFeedMarksGo(t *testing.T) {
	t.Parallel()
	_, dbs, _ := twoPrograms(t)
	for _, ago := range []time.Duration{time.Minute, 23 * time.Hour, 25 * time.Hour, 100 * time.Hour} {
		if err := docstore.LeaveMark(t.Context(), dbs[0], ago); err != nil {
			t.Fatal(err)
		}
	}
	if left, err := docstore.TidyMarks(t.Context(), dbs[0]); err != nil || left != 2 {
		t.Errorf("%d marks are left: %v", left, err)
	}
}
