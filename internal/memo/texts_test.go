package memo

import (
	"strconv"
	"strings"
	"sync"
	"testing"
)

func TestTextsStayWithinTheirBound(t *testing.T) {
	t.Parallel()
	const bound = 64 << 10
	m := NewTexts(bound, Bytes)
	for n := range 10_000 {
		key := strconv.Itoa(n)
		m.Put(key, strings.Repeat("x", n%500))
		m.Get("0") // asked for again and again
		if m.Size() > bound {
			t.Fatalf("%d bytes after %d texts", m.Size(), n+1)
		}
		if text, ok := m.Get(key); !ok || len(text) != n%500 {
			t.Fatalf("%s: %d bytes, %t", key, len(text), ok)
		}
	}
	if _, ok := m.Get("0"); !ok {
		t.Error("what was asked for all the time is gone")
	}
	if _, ok := m.Get("1"); ok {
		t.Error("what nobody asked for is still there")
	}
}

func TestTextsReplace(t *testing.T) {
	t.Parallel()
	m := NewTexts(8<<10, Bytes)
	for range 100 {
		m.Put("key", "before")
	}
	size := m.Size()
	m.Put("key", "beyond")
	if text, ok := m.Get("key"); text != "beyond" || !ok || m.Size() != size {
		t.Errorf("%q, %t, %d bytes where there were %d", text, ok, m.Size(), size)
	}
	if m.Put("large", strings.Repeat("x", 1<<10)); m.Size() != size {
		t.Error("a text is kept that would crowd out the others")
	}
}

func TestTextsForSeveral(t *testing.T) {
	t.Parallel()
	m := NewTexts(16<<10, Bytes)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for n := range 2_000 {
				key := strconv.Itoa(n % 300)
				if text, ok := m.Get(key); ok && text != "text "+key {
					t.Errorf("%s: %q", key, text)
				}
				m.Put(key, "text "+key)
			}
		})
	}
	all.Wait()
}
