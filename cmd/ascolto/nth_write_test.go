package main

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/png"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// errDead is what a program meets that died: nothing it does reaches the store any more.
var errDead = errors.New("the program is dead")

// mortal is a store that takes some more writes and then none, as if the program had been killed.
type mortal struct {
	mu    sync.Mutex
	armed bool
	left  int
	died  bool
}

// write is docstore's BeforeWrite.
func (m *mortal) write(string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.armed {
		return nil
	}
	if m.left--; m.left >= 0 {
		return nil
	}
	m.died = true
	return errDead
}

// dies has the store take n writes until live is called, and reports whether there was one more.
func (m *mortal) dies(n int) (live func() (died bool)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.armed, m.left, m.died = true, n, false
	return func() bool {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.armed = false
		return m.died
	}
}

// openMortal opens the program over a store that may be told to die, and returns what closes both.
func (c *creator) openMortal(t *testing.T, settings map[string]string, m *mortal) (closeAll func()) {
	t.Helper()
	path := filepath.Join(settings["ASCOLTO_DATA"], storeFile)
	db, err := docstore.Open(t.Context(), docstore.Options{Path: path, BeforeWrite: m.write})
	if err != nil {
		t.Fatal(err)
	}
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
		settings, m := here(t), &mortal{}
		c := &creator{picture: picture.Bytes()}
		closeAll := c.openMortal(t, settings, m)
		again, died := make([]civic.ID, 0, len(ids)), 0
		for i, form := range creations() {
			key := fmt.Sprintf("form%020d", i)
			live := m.dies(n)
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
