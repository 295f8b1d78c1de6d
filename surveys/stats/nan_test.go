package stats

import (
	"fmt"
	"math"
	"reflect"
	"testing"
)

// TestNothingIsNaN gives every function what makes no sense.
func TestNothingIsNaN(t *testing.T) {
	t.Parallel()
	nan, inf := math.NaN(), math.Inf(1)
	columns := map[string][]float64{
		"empty": {}, "one": {3}, "two alike": {3, 3}, "all missing": {nan, nan, nan}, "zeros": {0, 0, 0, 0},
		"infinite": {inf, -inf, 1},
		"huge":     {1e308, -1e308, 1e308}, "negative": {-1, -2, -3}, "usual": {1, 2, 3, 4, 5, 6, 7},
	}
	for name, y := range columns {
		n := len(y)
		one, bools := make([]uint8, n), make([]bool, n)
		designs := map[string]*Design{
			"equal": Equal(n), "zero": {Weights: make([]float64, n)}, "column": {Weights: y},
			"short":            {Weights: []float64{1}},
			"one stratum each": {Weights: Equal(n).Weights, Strata: make([]int32, n), Population: y},
			"one cluster":      {Weights: Equal(n).Weights, Clusters: make([]int32, n)},
		}
		for i := range n {
			designs["one stratum each"].Strata[i] = int32(i)
		}
		for dname, d := range designs {
			results := []any{
				d.Mean(y, nil, 0.95), d.Total(y, nil, 0.95), d.Mean(y, bools, 0.95),
				d.Quantile(y, nil, 0.5, 0.95), d.Proportion(bools, nil, 0.95),
				d.NPS(y, nil, 0.95), d.TopBox(y, 4, nil, 0.95), d.Mean(y, nil, 0), d.Mean(y, nil, nan),
				d.Quantile(y, nil, nan, 0.95),
				d.Servqual([]Dimension{{[][]float64{y}, [][]float64{y}, y}}, 0.95),
				d.Correlation(y, y, nil, 0.95), d.Jackknife(sumOf, 0.95, false),
			}
			if tab, why := NewCrosstab(one, one, 2, 2, d); why == "" {
				results = append(results, tab.RaoScott(), tab.ColumnShare(0, 0, 0.95),
					tab.RowShare(1, 1, 0.95), tab.ColumnPairs())
			}
			for i, r := range results {
				if where := notFinite(reflect.ValueOf(r), "result"); where != "" {
					t.Errorf("%s, %s, %d: %s", name, dname, i, where)
				}
			}
		}
		c := Rake(y, []Margin{{"m", make([]int, n), y}}, RakeOptions{})
		for i, r := range []any{
			*c, Cronbach([][]float64{y, y, y}, y), Correlation(y, y, 0.95), KruskalWallis([][]float64{y, y}),
			Rankings([][]float64{y, y}),
			Bonferroni(y[:0]), Holm(nil), BenjaminiHochberg(nil), ResponseBalance(y), Wilson(0, 0, 0.95),
			Wilson(5, 3, 0.95), ClopperPearson(1, 1, 0.95),
			NewcombeDifference(0, 0, 1, 1, 0.95), TwoProportions(0, 5, 0, 5),
			NPS(0, 0, 0, 0.95), NPS(3, 0, 0, 0.95), PanelChange(0, 0, 0, 0, 0.95),
			PanelChange(5, 0, 0, 5, 0.95), Pearson([][]int{{0, 0}, {0, 0}}),
			Pearson([][]int{{5, 5}}), Fisher([][]int{{0}}), Fisher(nil),
			TrendInProportions([]int{1}, []int{2}, nil), EqualProportions(nil, nil),
		} {
			if where := notFinite(reflect.ValueOf(r), "result"); where != "" {
				t.Errorf("%s, %d: %s", name, i, where)
			}
		}
		for _, f := range []func() (float64, Why){
			func() (float64, Why) { return Krippendorff([][]float64{y, y}, Nominal) },
			func() (float64, Why) { return Dissimilarity(y, y) },
			func() (float64, Why) { return FleissKappa(nil) },
			func() (float64, Why) { return SampleSize(0, 0.5, 0, 0.95) },
			func() (float64, Why) { return MarginOfError(0, 0, 0.95) },
		} {
			if v, _ := f(); !finite(v) {
				t.Errorf("%s: %v", name, v)
			}
		}
	}
}

// notFinite returns where a value holds NaN or an infinity.
func notFinite(v reflect.Value, at string) string {
	switch v.Kind() {
	case reflect.Float64:
		if !finite(v.Float()) {
			return at
		}
	case reflect.Struct:
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			// the input
			if name == "Base" || name == "Margins" || name == "Quantities" || name == "known" ||
				name == "factor" || name == "again" {
				continue
			}
			if w := notFinite(v.Field(i), at+"."+name); w != "" {
				return w
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			if w := notFinite(v.Index(i), fmt.Sprintf("%s[%d]", at, i)); w != "" {
				return w
			}
		}
	case reflect.Interface, reflect.Pointer:
		if !v.IsNil() {
			return notFinite(v.Elem(), at)
		}
	}
	return ""
}
