package stats

import "math"

// Bonferroni returns p-values adjusted for how many there are: each times their number, at most 1. It and
// Holm are for a family of tests named beforehand, BenjaminiHochberg for exploring. What is no number counts
// as 1.
func Bonferroni(p []float64) []float64 {
	out := probabilities(p)
	for i, x := range out {
		out[i] = math.Min(1, x*float64(len(p)))
	}
	return out
}

// Holm returns p-values adjusted step by step, the smallest times their number, the next times one fewer
// (Holm 1979): less strict than Bonferroni, it keeps the same promise, that the chance of any false finding
// stays below the level.
func Holm(p []float64) []float64 {
	p = probabilities(p)
	order, out := ascending(p), make([]float64, len(p))
	running := 0.0
	for rank, i := range order {
		running = math.Max(running, math.Min(1, p[i]*float64(len(p)-rank)))
		out[i] = running
	}
	return out
}

// BenjaminiHochberg returns p-values adjusted so that, of what is found below a level, no larger share than
// the level is false on average (Benjamini and Hochberg 1995).
func BenjaminiHochberg(p []float64) []float64 {
	p = probabilities(p)
	order, out := ascending(p), make([]float64, len(p))
	running := 1.0
	for rank := len(order) - 1; rank >= 0; rank-- {
		i := order[rank]
		running = math.Min(running, p[i]*float64(len(p))/float64(rank+1))
		out[i] = running
	}
	return out
}

// probabilities returns a copy of p within 0 and 1.
func probabilities(p []float64) []float64 {
	out := make([]float64, len(p))
	for i, x := range p {
		if out[i] = clamp(x, 0, 1); math.IsNaN(x) {
			out[i] = 1
		}
	}
	return out
}
