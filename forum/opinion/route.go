package opinion

import "math"

// metaPriority is that of statements about the conversation itself.
const metaPriority = 49

func distance(a, b Point) float64 { return math.Sqrt(squared(a, b)) }

// priority returns how urgently a statement should be shown: more the less people pass on it, the more it
// divides, the more agree, and the fewer have seen it.
func priority(c Count, extremity float64, meta bool) float64 {
	if meta {
		return metaPriority
	}
	p := importance(c, extremity) * (1 + 8*halving(c.Seen))
	return mul(p, p)
}

func importance(c Count, extremity float64) float64 {
	passes := c.Seen - c.Agree - c.Disagree
	return mul(mul(1-smoothed(passes, c.Seen), extremity+1), smoothed(c.Agree, c.Seen))
}

// halving returns 2 to the power of -n/5, from fixed roots so that it is the same on every machine.
func halving(n int) float64 {
	roots := [5]float64{1, 0.8705505632961241, 0.757858283255199, 0.6597539553864471, 0.5743491774985174}
	if n/5 > 1000 {
		return 0
	}
	return math.Ldexp(roots[n%5], -(n / 5))
}

// Next returns the id of the statement to show next: one of those not yet seen, with probability proportional
// to its priority. u is a random number from 0 up to, but not including, 1. It returns false when all were
// seen.
func (m Map) Next(seen func(statement int) bool, u float64) (int, bool) {
	var total float64
	last := -1
	for i, s := range m.Statements {
		if s.Priority > 0 && !seen(s.ID) {
			total += s.Priority
			last = i
		}
	}
	if last < 0 {
		return 0, false
	}
	target := mul(min(max(u, 0), 1), total)
	for _, s := range m.Statements {
		if s.Priority > 0 && !seen(s.ID) {
			if target -= s.Priority; target < 0 {
				return s.ID, true
			}
		}
	}
	return m.Statements[last].ID, true
}
