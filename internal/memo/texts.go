// Package memo remembers texts that are costly to make again, within a bound.
package memo

import "sync"

// overhead is what an entry takes besides its bytes, roughly.
const overhead = 64

// Texts remembers texts by key. It holds two generations of at most half its bound each: the younger takes
// what is new or was asked for again, and when it is full the older one, which nobody asked for meanwhile, is
// dropped. It is safe for use by several goroutines.
type Texts[K comparable] struct {
	bound int
	weigh func(K) int

	mu         sync.RWMutex
	young, old map[K]string
	youngSize  int
	oldSize    int
}

// NewTexts returns an empty memory of at most bound bytes, of which weigh says how many a key takes.
func NewTexts[K comparable](bound int, weigh func(K) int) *Texts[K] {
	return &Texts[K]{bound: bound, weigh: weigh, young: map[K]string{}}
}

// Bytes weighs keys that are texts themselves.
func Bytes(key string) int { return len(key) }

// Get returns the text kept under key, and whether there is one.
func (m *Texts[K]) Get(key K) (string, bool) {
	m.mu.RLock()
	text, fresh := m.young[key]
	aged, ok := "", false
	if !fresh {
		aged, ok = m.old[key]
	}
	m.mu.RUnlock()
	if fresh {
		return text, true
	}
	if ok {
		m.Put(key, aged) // asked for again: it outlives its generation
	}
	return aged, ok
}

// Put keeps text under key; what alone takes more than an eighth of the bound is not kept.
func (m *Texts[K]) Put(key K, text string) {
	size := m.weigh(key) + len(text) + overhead
	if size > m.bound/8 {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if had, ok := m.young[key]; ok {
		m.youngSize -= m.weigh(key) + len(had) + overhead
		delete(m.young, key)
	}
	if m.youngSize+size > m.bound/2 {
		m.old, m.oldSize = m.young, m.youngSize
		m.young, m.youngSize = map[K]string{}, 0
	}
	m.young[key] = text
	m.youngSize += size
}

// Size returns how many bytes are kept.
func (m *Texts[K]) Size() int {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.youngSize + m.oldSize
}
