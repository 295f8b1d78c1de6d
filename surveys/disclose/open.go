package disclose

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// Round returns a count as open data may show it: 0 stays 0, one to seven become 5, anything else the nearest
// ten, halves up (the rule of Eurostat's Integrated Farm Statistics 2023). Totals are rounded by themselves
// and need not be the sum of their parts, which is what keeps the parts from being worked out. A negative
// count is 0.
func Round(count int) int {
	switch {
	case count <= 0:
		return 0
	case count <= 7:
		return 5
	default:
		return (count + 5) / 10 * 10
	}
}

// Generalise makes a value of an attribute coarser: level 0 is the value itself, the last level says nothing
// ("*").
type Generalise func(value string, level int) string

// Attribute is one of the things by which somebody could be recognised: an age, a district.
type Attribute struct {
	Levels     int // how many there are, at least 1
	Generalise Generalise
}

// Anonymity is the outcome of Anonymise.
type Anonymity struct {
	Levels  []int      // of each attribute
	Records [][]string // as they may be shown; nil for those left out
	LeftOut int
}

// ErrAnonymity says that no generalisation makes the records anonymous enough, or that records and attributes
// do not fit.
var ErrAnonymity = errors.New("disclose: the records cannot be made anonymous as asked")

// maxLevels bounds the combinations of levels that are tried.
const maxLevels = 100_000

// Anonymise makes each record like at least k-1 others in all its attributes (k-anonymity: Samarati and
// Sweeney 1998; DefaultThreshold when k is 0): it takes the least generalisation, by the sum of its levels,
// under which at most the given share of records (0 to 1) must be left out for being like too few. Of several
// such, the one that leaves out fewest is taken, then the first in order of levels. It returns ErrAnonymity
// when there is none, when records and attributes do not fit, or when the levels allow more than 100,000
// combinations.
//
// The attributes are all that somebody could be recognised by; what is left in a record beside them says
// nothing of who it is.
func Anonymise(records [][]string, attributes []Attribute, k int, share float64) (Anonymity, error) {
	if k == 0 {
		k = DefaultThreshold
	}
	if k < 0 || !fit(records, attributes) {
		return Anonymity{}, ErrAnonymity
	}
	allowed := 0
	if share > 0 { // and so is a number
		allowed = int(min(share, 1) * float64(len(records)))
	}
	all := vectors(attributes)
	for len(all) > 0 {
		n := 1
		for n < len(all) && sum(all[n]) == sum(all[0]) {
			n++
		}
		best := Anonymity{LeftOut: len(records) + 1}
		for _, levels := range all[:n] {
			if a := generalise(records, attributes, levels, k); a.LeftOut <= allowed &&
				a.LeftOut < best.LeftOut {
				best = a
			}
		}
		if best.LeftOut <= len(records) {
			return best, nil
		}
		all = all[n:]
	}
	return Anonymity{}, ErrAnonymity
}

// fit reports whether every record has a value for every attribute, and the levels are few enough to try.
func fit(records [][]string, attributes []Attribute) bool {
	combinations := 1
	for _, a := range attributes {
		if a.Levels < 1 || a.Levels > maxLevels/combinations || a.Generalise == nil {
			return false
		}
		combinations *= a.Levels
	}
	return len(attributes) > 0 &&
		!slices.ContainsFunc(records, func(r []string) bool { return len(r) != len(attributes) })
}

// vectors returns every combination of levels, from the finest.
func vectors(attributes []Attribute) [][]int {
	all := [][]int{{}}
	for _, a := range attributes {
		var longer [][]int
		for _, v := range all {
			for level := range a.Levels {
				longer = append(longer, append(slices.Clone(v), level))
			}
		}
		all = longer
	}
	slices.SortStableFunc(all, func(a, b []int) int { return cmp.Compare(sum(a), sum(b)) })
	return all
}

func sum(v []int) int {
	n := 0
	for _, x := range v {
		n += x
	}
	return n
}

// generalise makes records coarser and leaves out those that are like fewer than k-1 others.
func generalise(records [][]string, attributes []Attribute, levels []int, k int) Anonymity {
	out := Anonymity{Levels: levels, Records: make([][]string, len(records))}
	size := map[string]int{}
	keys := make([]string, len(records))
	for i, r := range records {
		coarse := make([]string, len(r))
		for j, value := range r {
			coarse[j] = attributes[j].Generalise(value, levels[j])
		}
		keys[i] = fmt.Sprintf("%q", coarse) // quoted, so that no two records have the same key by chance
		size[keys[i]]++
		out.Records[i] = coarse
	}
	for i, key := range keys {
		if size[key] < k {
			out.Records[i] = nil
			out.LeftOut++
		}
	}
	return out
}
