package opinion

import "math"

// significant is the one-sided 90 % point of the normal distribution, by which a statement counts as
// representative or as agreed on by all.
const significant = 1.2816

// smoothed returns the probability of a success with one success and one failure added.
func smoothed(success, trials int) float64 { return float64(success+1) / float64(trials+2) }

// oneProportion returns the z by which successes differ from a half.
func oneProportion(success, trials int) float64 {
	n := float64(trials + 1)
	return 2 * math.Sqrt(n) * (float64(success+1)/n - 0.5)
}

// twoProportions returns the z by which two shares differ, each with one success added, with the pooled
// variance; 0 when the pooled share is 0 or 1.
func twoProportions(in, out, trialsIn, trialsOut int) float64 {
	a, b := float64(in+1), float64(out+1)
	n, m := float64(trialsIn+1), float64(trialsOut+1)
	pooled := (a + b) / (n + m)
	if pooled <= 0 || pooled >= 1 {
		return 0
	}
	return (a/n - b/m) / math.Sqrt(mul(mul(pooled, 1-pooled), 1/n+1/m))
}

// jeffreys returns the probability of a success with half a success and half a failure added (Jeffreys'
// prior): it pulls small numbers to a half less than smoothed does.
func jeffreys(success, trials int) float64 { return (float64(success) + 0.5) / (float64(trials) + 1) }

// root returns the k-th root of a number from 0 to 1. It is found with sums, products and quotients alone
// (Newton's method, from above), which every machine rounds alike; logarithms are not.
func root(x float64, k int) float64 {
	if x <= 0 || k <= 1 {
		return max(0, x)
	}
	y := 1.0
	for range 1000 {
		power := 1.0
		for range k - 1 {
			power = mul(power, y)
		}
		next := (mul(float64(k-1), y) + x/power) / float64(k)
		if next >= y {
			break
		}
		y = next
	}
	return y
}
