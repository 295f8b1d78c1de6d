package surveys

import (
	"slices"
	"testing"
)

// TestManyNumbersKeepTheirEnds: of very many distinct numbers the least and the greatest stay what was
// answered, whatever days they are added up from, and the distribution stays in order and complete.
func TestManyNumbersKeepTheirEnds(t *testing.T) {
	t.Parallel()
	const days, each = 3, maxNumbers + 700
	var sum Count
	for d := range days {
		var c Count
		for i := range each {
			n := 100_004 + float64(i*37+d)
			numberKind{}.tally(Answer{Number: &n}, &c)
		}
		sum.plus(c)
	}
	first, last, n := sum.Numbers[0].Value, sum.Numbers[len(sum.Numbers)-1].Value, 0
	if want := 100_004 + float64((each-1)*37+days-1); first != 100_004 || last != want {
		t.Errorf("from %.0f to %.0f, want %.0f", first, last, want)
	}
	for _, v := range sum.Numbers {
		n += v.N
	}
	inOrder := slices.IsSortedFunc(sum.Numbers, func(a, b NumberCount) int {
		if a.Value < b.Value {
			return -1
		}
		return 1
	})
	if n != days*each || !inOrder || len(sum.Numbers) > maxNumbers {
		t.Errorf("%d answers in %d numbers, in order: %t", n, len(sum.Numbers), inOrder)
	}
}
