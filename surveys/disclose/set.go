package disclose

import (
	"encoding/binary"
	"iter"
	"math/bits"
	"slices"
)

// Set is a set of people, numbered from 0.
type Set []uint64

// Add returns s with person i in it; nobody has a negative number.
func (s Set) Add(i int) Set {
	if i < 0 {
		return s
	}
	for len(s) <= i/64 {
		s = append(s, 0)
	}
	s[i/64] |= 1 << (i % 64)
	return s
}

// all returns everybody in s, in order.
func (s Set) all() iter.Seq[int] {
	return func(yield func(int) bool) {
		for at, w := range s {
			for ; w != 0; w &= w - 1 {
				if !yield(at*64 + bits.TrailingZeros64(w)) {
					return
				}
			}
		}
	}
}

// Len returns how many people are in s.
func (s Set) Len() int {
	n := 0
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

func (s Set) word(i int) uint64 {
	if i < len(s) {
		return s[i]
	}
	return 0
}

// has reports whether person i is in s.
func (s Set) has(i int) bool { return s.word(i/64)>>(i%64)&1 == 1 }

// key returns a string that equal sets, and no others, have in common.
func (s Set) key() string {
	for len(s) > 0 && s[len(s)-1] == 0 {
		s = s[:len(s)-1]
	}
	b := make([]byte, 0, 8*len(s))
	for _, w := range s {
		b = binary.LittleEndian.AppendUint64(b, w)
	}
	return string(b)
}

// within reports whether everybody in s is in o.
func (s Set) within(o Set) bool {
	for i, w := range s {
		if w&^o.word(i) != 0 {
			return false
		}
	}
	return true
}

// meets reports whether somebody is in both.
func (s Set) meets(o Set) bool {
	for i, w := range s {
		if w&o.word(i) != 0 {
			return true
		}
	}
	return false
}

// minus returns who is in s and not in o.
func (s Set) minus(o Set) Set {
	d := slices.Clone(s)
	for i := range d {
		d[i] &^= o.word(i)
	}
	return d
}

// with returns who is in either.
func (s Set) with(o Set) Set {
	u := slices.Clone(s)
	for len(u) < len(o) {
		u = append(u, 0)
	}
	for i, w := range o {
		u[i] |= w
	}
	return u
}
