package storetest

import (
	"errors"
	"sync"
)

// errDead is what a program meets that died: nothing it does reaches the store any more.
var errDead = errors.New("the program is dead")

// Mortal has a store take some more writes and then none, as if the program had been killed: its Write is the
// store's BeforeWrite.
type Mortal struct {
	mu    sync.Mutex
	armed bool
	left  int
	died  bool
}

// Write is docstore's BeforeWrite.
func (m *Mortal) Write(string) error {
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

// Dies has the store take n writes until live is called, which reports whether there was one more.
func (m *Mortal) Dies(n int) (live func() (died bool)) {
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
