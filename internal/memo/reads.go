package memo

import "sync"

// Reads remembers what was read while nothing changed: values of one edition, by key. The first value of
// another edition, and one more than there is room for, make it forget all others, so that nothing stays that
// has long been written over. Its zero value is empty and remembers up to MostReads. It is safe for use by
// several goroutines; whoever gets a value must not change it.
type Reads[K comparable, V any] struct {
	mu      sync.RWMutex
	edition string
	values  map[K]V
}

// MostReads is how many values of one edition are remembered.
const MostReads = 100

// Get returns the value kept under key for this edition, and whether there is one. Nothing is kept for the
// empty edition.
func (m *Reads[K, V]) Get(edition string, key K) (V, bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if edition == "" || edition != m.edition {
		var none V
		return none, false
	}
	v, ok := m.values[key]
	return v, ok
}

// Put keeps a value that was read after the edition was asked for.
func (m *Reads[K, V]) Put(edition string, key K, value V) {
	if edition == "" {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.values == nil || edition != m.edition || len(m.values) >= MostReads {
		m.edition, m.values = edition, map[K]V{}
	}
	m.values[key] = value
}
