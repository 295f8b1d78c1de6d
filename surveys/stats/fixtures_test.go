package stats

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// near compares to the digits a source prints.
func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if math.IsNaN(got) || math.Abs(got-want) > tolerance*math.Max(1, math.Abs(want)) {
		t.Errorf("%s: %.10g, want %.10g", what, got, want)
	}
}

// fixtures returns the folder of the reference data, or skips the test where it is absent. The data of the
// package survey is read from there and is no part of the project.
func fixtures(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("ASCOLTO_FIXTURES")
	if dir == "" {
		dir = "../../../shared/fixtures"
	}
	dir = filepath.Join(dir, "statistics")
	if _, err := os.Stat(filepath.Join(dir, "golden.json")); err != nil {
		t.Skip("skipped: the reference values are not here (ASCOLTO_FIXTURES)")
	}
	return dir
}

// columns reads a CSV as columns of text.
func columns(t testing.TB, name string) map[string][]string {
	t.Helper()
	f, err := os.Open(filepath.Join(fixtures(t), name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for _, row := range rows[1:] {
		for j, name := range rows[0] {
			out[name] = append(out[name], row[j])
		}
	}
	return out
}

func numbers(t testing.TB, column []string) []float64 {
	t.Helper()
	out := make([]float64, len(column))
	for i, s := range column {
		var err error
		if out[i], err = strconv.ParseFloat(s, 64); err != nil {
			out[i] = math.NaN()
		}
	}
	return out
}

// codes numbers the values of a column in the given order.
func codes(column []string, order ...string) []int {
	at := map[string]int{}
	for i, v := range order {
		at[v] = i
	}
	out := make([]int, len(column))
	for i, v := range column {
		out[i] = at[v]
	}
	return out
}

func int32s(column []float64) []int32 {
	out := make([]int32, len(column))
	for i, v := range column {
		out[i] = int32(v)
	}
	return out
}

func bytesOf(column []int) []uint8 {
	out := make([]uint8, len(column))
	for i, v := range column {
		out[i] = uint8(v)
	}
	return out
}

// apiclus1 is the one-stage cluster sample of the package survey.
func apiclus1(t testing.TB) (map[string][]string, *Design) {
	c := columns(t, "apiclus1_min.csv")
	return c, &Design{Weights: numbers(t, c["pw"]), Clusters: int32s(numbers(t, c["dnum"])),
		Population: numbers(t, c["fpc"])}
}

// apistrat is the stratified sample of the package survey.
func apistrat(t testing.TB) (map[string][]string, *Design) {
	c := columns(t, "apistrat_min.csv")
	d := &Design{Weights: numbers(t, c["pw"]), Population: numbers(t, c["fpc"])}
	for _, k := range codes(c["stype"], "E", "H", "M") {
		d.Strata = append(d.Strata, int32(k))
	}
	return c, d
}

// repeated returns the codes of respondents whom a table of counts stands for.
func repeated(counts [][]float64) (rows, cols []int) {
	for i, row := range counts {
		for j, n := range row {
			for range int(n) {
				rows, cols = append(rows, i), append(cols, j)
			}
		}
	}
	return rows, cols
}
