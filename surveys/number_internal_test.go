package surveys

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/civic"
)

// Numbers are read as people of both languages write them, and nothing else is.
func TestNumbersAreReadAsTyped(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		typed    string
		decimals int
		want     string // as plainNumber writes it, "" for none, otherwise the key of the error
	}{
		{"", 0, ""}, {" ", 2, ""}, {"7", 0, "7"}, {"+7", 0, "7"}, {"-7", 0, "-7"}, {"−7", 0, "-7"},
		{"-0", 0, "0"}, {"007", 0, "7"},
		{"1.500", 0, "1500"}, {"1.500", 2, "1500"}, {"1,500", 0, "surveys.error.number_comma"},
		{"-1,125", 2, "surveys.error.number_comma"},
		{"1,125", 3, "1.125"}, {"0,500", 1, "0.5"}, {"1234,567", 2, "surveys.error.number_decimals"},
		{"1.500", 3, "1.5"},
		{"0.500", 1, "0.5"}, {"1 500", 0, "1500"},
		{"1’500", 0, "1500"}, {"1\u00A0500,5", 1, "1500.5"}, {"1.234.567", 0, "1234567"},
		{"1.234.567,89", 2, "1234567.89"},
		{"1,234,567.89", 2, "1234567.89"}, {"2,5", 1, "2.5"}, {"2.5", 1, "2.5"},
		{".5", 1, "surveys.error.number"}, {"2,50", 1, "2.5"},
		{"2,5", 0, "surveys.error.number_whole"}, {"2,55", 1, "surveys.error.number_decimals"},
		{"2,", 1, "surveys.error.number"},
		{"12.34.56", 2, "surveys.error.number"}, {"1,2,3", 2, "surveys.error.number"},
		{"1.5,000.2", 1, "surveys.error.number"},
		{"-", 0, "surveys.error.number"}, {"--1", 0, "surveys.error.number"},
		{"1e3", 0, "surveys.error.number"}, {"dieci", 0, "surveys.error.number"},
		{"NaN", 0, "surveys.error.number"}, {"١٢", 0, "surveys.error.number"},
		{"999.999.999.999", 0, "999999999999"},
		{"1000000000000", 0, "surveys.error.number"}, {"1.", 1, "surveys.error.number"},
		{"..1", 1, "surveys.error.number"},
	} {
		n, err := parseNumber(tt.typed, tt.decimals)
		got := ""
		if e, ok := err.(*civic.Error); ok {
			got = e.Message.Key
		} else if n != nil {
			got = plainNumber(*n)
		}
		if got != tt.want {
			t.Errorf("%q with %d decimals: %q, want %q", tt.typed, tt.decimals, got, tt.want)
		}
	}
}

// What is typed in English is read as it is written there: the comma parts thousands and the point never
// does.
func TestNumbersAreReadInTheirLanguage(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{"1,500": "1500", " -1,234.5": "-1234.5", "2.5": "2.5",
		"1500":  "1500",
		"1.125": "surveys.error.number_comma", "2,5": "2.5", "1.234.567": "1234567", "1,23": "1.23"} {
		got := ""
		n, err := parseNumber(NumberTyped(typed, civic.English), 2)
		if e, ok := err.(*civic.Error); ok {
			got = e.Message.Key
		} else {
			got = plainNumber(*n)
		}
		if got != want {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
	}
	if typed := NumberTyped("1.500", civic.Italian); typed != "1.500" {
		t.Errorf("in Italian: %q", typed)
	}
}

func FuzzParseNumber(f *testing.F) {
	f.Add("1.234,5", 2)
	f.Fuzz(func(t *testing.T, typed string, decimals int) {
		decimals = min(max(decimals, 0), MaxDecimals)
		n, err := parseNumber(typed, decimals)
		if err != nil || n == nil {
			return
		}
		again, err := parseNumber(localNumber(*n, civic.Italian), decimals)
		if err != nil || *again != *n {
			t.Errorf("%q is %v, and typed again %v, %v", typed, *n, again, err)
		}
	})
}

// A chart of numbers has at most ten round classes that hold every number once.
func TestClassesOfNumbers(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		values []float64
		digits int
		want   []string // label: count
	}{
		"one": {[]float64{7, 7}, 0, []string{"7: 2"}},
		"few": {[]float64{1, 3, 3}, 0, []string{"1: 1", "2: 0", "3: 2"}},
		"wide": {[]float64{3, 18, 97}, 0, []string{"0 – 9: 1", "10 – 19: 1", "20 – 29: 0", "30 – 39: 0",
			"40 – 49: 0", "50 – 59: 0", "60 – 69: 0", "70 – 79: 0", "80 – 89: 0", "90 – 98: 1"}},
		"negative": {[]float64{-12, 12}, 0, []string{"−15 – −11: 1", "−10 – −6: 0", "−5 – −1: 0", "0 – 4: 0",
			"5 – 9: 0", "10 – 14: 1"}},
		"decimals": {[]float64{0.1, 0.3}, 1, []string{"0,1: 1", "0,2: 0", "0,3: 1"}},
		"halves": {[]float64{0, 2.4}, 1, []string{"0,0 – 0,4: 1", "0,5 – 0,9: 0", "1,0 – 1,4: 0",
			"1,5 – 1,9: 0", "2,0 – 2,4: 1"}},
	} {
		c := Count{}
		for _, v := range tt.values {
			c.addNumber(NumberCount{v, 1})
		}
		var got []string
		for _, o := range classes(c.Numbers, tt.digits, 98) {
			got = append(got, o.Label[civic.Italian]+": "+plainNumber(float64(o.N)))
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// However many different numbers are answered, what is kept of them is bounded, and their sum exact.
func TestManyNumbersAreKeptInLittle(t *testing.T) {
	t.Parallel()
	c, want := Count{Codes: map[string]int{}}, 0.0
	for i := range 50_000 {
		n := float64(1_000_000 + i*7)
		want += n
		numberKind{}.tally(Answer{Number: &n}, &c)
	}
	total := 0
	for _, v := range c.Numbers {
		total += v.N
	}
	if len(c.Numbers) > maxNumbers || total != 50_000 || c.Sum != want {
		t.Errorf("%d numbers, %d answers, sum %v not %v", len(c.Numbers), total, c.Sum, want)
	}
	if m := median(c.Numbers); m < 1_170_000 || m > 1_180_000 {
		t.Errorf("median %v", m)
	}
}
