package search

import "unicode/utf8"

// typo is an automaton over the bytes of terms that matches those at most one letter off a word: as it is,
// with one more, one less, another, or two neighbours swapped. Its states are computed, not built, so that a
// word costs nothing before it is looked for.
//
// After k letters the word can have been read as far as k without an error, and with one as far as k-1 (one
// more), k (another) or k+1 (one less); a swap is pending when the letter read was the next but one. A state
// is k, which of these hold, and the bytes of a letter that has been read in part.
type typo []rune

// What can hold in a state.
const (
	asWritten = 1 << iota
	oneMore
	another
	oneLess
	swapping
	holdBits = iota

	letterBits = 21 // of a rune
	leftBits   = 2  // bytes of a letter that are missing
	wordShift  = holdBits + letterBits + leftBits
)

// noMatch is the state from which nothing matches.
const noMatch = -1

func typoState(k, holds int) int { return k<<wordShift | holds }

// Start returns the state before the first byte.
func (w typo) Start() int { return typoState(0, asWritten) }

// IsMatch reports whether what was read is like the word.
func (w typo) IsMatch(state int) bool {
	if state == noMatch || state>>(holdBits+letterBits)&(1<<leftBits-1) != 0 {
		return false
	}
	k, holds := state>>wordShift, state&(1<<holdBits-1)
	switch len(w) - k {
	case -1:
		return holds&oneMore != 0
	case 0:
		return holds&(asWritten|another) != 0
	case 1:
		return holds&(asWritten|oneLess) != 0
	}
	return false
}

// CanMatch reports whether something that begins with what was read can be like the word.
func (w typo) CanMatch(state int) bool { return state != noMatch }

// WillAlwaysMatch reports that nothing makes the rest irrelevant.
func (w typo) WillAlwaysMatch(int) bool { return false }

// Accept returns the state after one more byte.
func (w typo) Accept(state int, b byte) int {
	if state == noMatch {
		return noMatch
	}
	k, holds := state>>wordShift, state&(1<<holdBits-1)
	letter, left := state>>holdBits&(1<<letterBits-1), state>>(holdBits+letterBits)&(1<<leftBits-1)
	switch {
	case left > 0:
		letter, left = letter<<6|int(b&0x3f), left-1
	case b < utf8.RuneSelf:
		letter = int(b)
	case b < 0xe0:
		letter, left = int(b&0x1f), 1
	case b < 0xf0:
		letter, left = int(b&0x0f), 2
	default:
		letter, left = int(b&0x07), 3
	}
	if left > 0 {
		return typoState(k, holds) | letter<<holdBits | left<<(holdBits+letterBits)
	}
	next := w.after(k, holds, rune(letter))
	if next == 0 {
		return noMatch
	}
	return typoState(k+1, next)
}

// after returns what holds after the letter r, when holds did after k letters.
func (w typo) after(k, holds int, r rune) (next int) {
	at := func(i int) bool { return i >= 0 && i < len(w) && w[i] == r }
	if holds&asWritten != 0 {
		next = oneMore
		if k < len(w) {
			next |= another
		}
		if at(k) {
			next |= asWritten
		}
		if at(k + 1) {
			next |= oneLess | swapping
		}
	}
	if holds&oneMore != 0 && at(k-1) {
		next |= oneMore
	}
	if holds&another != 0 && at(k) || holds&swapping != 0 && at(k-1) {
		next |= another
	}
	if holds&oneLess != 0 && at(k+1) {
		next |= oneLess
	}
	return next
}
