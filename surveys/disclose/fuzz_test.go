package disclose

import (
	"errors"
	"strings"
	"testing"
)

func FuzzSuppress(f *testing.F) {
	f.Add([]byte{3, 50, 60, 40, 55, 70}, uint8(3), uint8(5))
	f.Fuzz(func(t *testing.T, data []byte, cols, threshold uint8) {
		w := int(cols%8) + 1
		var counts [][]int
		for i := 0; i+w <= len(data) && len(counts) < 10; i += w {
			row := make([]int, w)
			for j := range row {
				row[j] = int(data[i+j])
			}
			counts = append(counts, row)
		}
		tab, err := NewTable(counts)
		if err != nil {
			return
		}
		k := int(threshold%10) + 2
		p := Suppress(tab, Options{Threshold: k})
		for i := 0; i <= tab.Rows; i++ {
			for j := 0; j <= tab.Cols; j++ {
				if n := tab.Count(i, j); n > 0 && n < k && (!p.Hidden(i, j) || p.Bounds(i, j).Exact()) {
					t.Fatalf("%v: %d people at %d,%d are known", counts, n, i, j)
				}
			}
		}
	})
}

func FuzzHistory(f *testing.F) {
	f.Add([]byte("a town of some people who answer two questions each, and one filter"), uint8(3), uint8(1))
	f.Fuzz(func(t *testing.T, data []byte, threshold, without uint8) {
		if len(data) > 120 {
			return
		}
		var a, b, c []int
		for _, x := range data {
			a, b, c = append(a, int(x)%3), append(b, int(x)/3%4), append(c, int(x)/12%3)
		}
		h := NewHistory(Options{Threshold: int(threshold)%6 + 1, Groups: threshold > 100})
		for _, members := range [][][]Set{
			cross(a, b, 3, 4, everybody), cross(c, b, 3, 4, everybody),
			cross(a, b, 3, 4, func(i int) bool { return c[i] != int(without)%3 }),
		} {
			p, err := h.Release(members)
			if err != nil {
				if !errors.Is(err, ErrDifferencing) {
					t.Fatal(err)
				}
				continue
			}
			for at, n := range p.table.counts {
				if n > 0 && n < h.options.Threshold && p.reasons[at] == Published {
					t.Fatalf("%d people published", n)
				}
			}
		}
		if found, err := h.Audit(); err != nil || len(found) > 0 {
			t.Fatalf("%v, %v", found, err)
		}
	})
}

func FuzzAnonymise(f *testing.F) {
	f.Add("anna\nbruno\nanna\ncarla\nanna", uint8(2), 0.3)
	f.Fuzz(func(t *testing.T, lines string, k uint8, share float64) {
		var records [][]string
		for _, line := range strings.Split(lines, "\n") {
			records = append(records, []string{line, line[:len(line)/2]})
		}
		short := Attribute{Levels: 3, Generalise: func(v string, level int) string {
			if level == 2 {
				return "*"
			}
			return v[:len(v)/(level+1)]
		}}
		a, err := Anonymise(records, []Attribute{short, short}, int(k), share)
		if err != nil {
			return
		}
		kept, size := 0, map[[2]string]int{}
		for _, r := range a.Records {
			if r != nil {
				kept++
				size[[2]string(r)]++
			}
		}
		for r, n := range size {
			if n < int(k) {
				t.Errorf("%q: %d records", r, n)
			}
		}
		if kept+a.LeftOut != len(records) || a.LeftOut > 0 &&
			float64(a.LeftOut) > share*float64(len(records)) {
			t.Errorf("%d kept, %d left out of %d", kept, a.LeftOut, len(records))
		}
	})
}
