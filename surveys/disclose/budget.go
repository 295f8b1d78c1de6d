package disclose

// budget bounds the work of an attack in elementary steps, about one number each, so that what is refused for
// being too much depends neither on the machine nor on what else it does. nil has no bound.
type budget struct{ left int64 }

// releaseWork is what the attacks that decide on one table may take, in steps: about 0.2 seconds of a core.
const releaseWork = 40_000_000

// spend takes steps off, and reports whether there were enough.
func (b *budget) spend(steps int) bool {
	if b == nil {
		return true
	}
	b.left -= int64(steps)
	return b.left >= 0
}

// allows reports whether so many steps are left: what would take more need not be begun.
func (b *budget) allows(steps int) bool { return b == nil || b.left >= int64(steps) }

// isSpent reports whether more was to be done than there was room for: what was found until then proves
// nothing.
func (b *budget) isSpent() bool { return b != nil && b.left < 0 }
