package main

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
)

// openMortal opens the program over a store that may be told to die, and returns what closes both.
func (c *creator) openMortal(t *testing.T, settings map[string]string,
	m *storetest.Mortal) (closeAll func()) {
	t.Helper()
	path := filepath.Join(settings["ASCOLTO_DATA"], storeFile)
	db, err := docstore.Open(t.Context(), docstore.Options{Path: path, BeforeWrite: m.Write})
	if err != nil {
		t.Fatal(err)
	}
	c.db = db
	c.join(t, openedOn(t, settings, db))
	if err := c.RefreshIndex(t.Context()); err != nil {
		t.Fatal(err)
	}
	return func() {
		c.mustClose(t)
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestAProgramThatDiesAtItsNthWrite: whatever a form makes, and at whichever of its writes the program dies,
// the form sent again to the next program completes it: index, timeline, outbox and audit hold what they
// would without the death, once.
func TestAProgramThatDiesAtItsNthWrite(t *testing.T) {
	t.Parallel()
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 64, 64))); err != nil {
		t.Fatal(err)
	}
	settings := here(t)
	c := &creator{picture: picture.Bytes()}
	c.open(t, settings)
	ids := c.sendAll(t)
	want := c.end(t, settings, ids)
	deaths := make([]int, len(creations()))
	for n := 0; ; n++ { // the n-th write is the last
		settings, m := here(t), &storetest.Mortal{}
		c := &creator{picture: picture.Bytes()}
		closeAll := c.openMortal(t, settings, m)
		again, died := make([]civic.ID, 0, len(ids)), 0
		for i, form := range creations() {
			key := fmt.Sprintf("form%020d", i)
			live := m.Dies(n)
			id, err := form.send(t.Context(), c, key)
			if live() {
				died++
				deaths[i]++
				closeAll()
				closeAll = c.openMortal(t, settings, m)
				id, err = form.send(t.Context(), c, key)
			}
			if err != nil || id == "" {
				t.Fatalf("form %d (%s) after %d writes: %q, %v", i, form.action, n, id, err)
			}
			again = append(again, id)
		}
		if err := c.Search.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		closeAll()
		c.open(t, settings)
		if diff := cmp.Diff(ids, again); diff != "" {
			t.Errorf("after %d writes: other documents: %s", n, diff)
		}
		if diff := cmp.Diff(want, c.end(t, settings, again)); diff != "" {
			t.Errorf("after %d writes: what follows differs (-without +with deaths): %s", n, diff)
		}
		if died == 0 {
			break
		}
	}
	for i, form := range creations() {
		if audited := form.action != ""; deaths[i] < 1 || audited && deaths[i] < 2 {
			t.Errorf("form %d (%s): the program died %d times", i, form.action, deaths[i])
		}
	}
	t.Logf("deaths by form: %v", deaths)
}
