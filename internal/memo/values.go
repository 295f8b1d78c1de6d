package memo

import "sync"

// Values remembers the last values by key, which say themselves whether they still hold. It has two
// generations of at most half of Most each: the younger takes what is new, and when it is full the older one
// is dropped. It is safe for use by several goroutines; whoever gets a value must not change it.
type Values[K comparable, V any] struct {
	Most int // how many are remembered, at least 2: set before the first use

	mu         sync.RWMutex
	young, old map[K]V
}

// Get returns the value kept under key, and whether there is one.
func (m *Values[K, V]) Get(key K) (V, bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	v, ok := m.young[key]
	if !ok {
		v, ok = m.old[key]
	}
	return v, ok
}

// Put keeps a value under key.
func (m *Values[K, V]) Put(key K, value V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.young[key]; !ok && len(m.young) >= m.Most/2 || m.young == nil {
		m.young, m.old = map[K]V{}, m.young
	}
	m.young[key] = value
}
