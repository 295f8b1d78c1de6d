package disclose

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

// TestReasonsAreNotPublic: nothing that can be reached from what is published knows a reason or a hidden
// count.
func TestReasonsAreNotPublic(t *testing.T) {
	t.Parallel()
	forbidden := []reflect.Type{reflect.TypeFor[Reason](), reflect.TypeFor[Table](),
		reflect.TypeFor[Decision](), reflect.TypeFor[Interval]()}
	var walk func(at string, v reflect.Type)
	walk = func(at string, v reflect.Type) {
		for _, f := range forbidden {
			if v == f {
				t.Errorf("%s is a %s", at, v)
			}
		}
		switch v.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Array:
			walk(at+"[]", v.Elem())
		case reflect.Struct:
			for i := range v.NumField() {
				walk(at+"."+v.Field(i).Name, v.Field(i).Type)
			}
		}
		for _, methods := range []reflect.Type{v, reflect.PointerTo(v)} {
			for i := range methods.NumMethod() {
				m := methods.Method(i)
				for k := range m.Type.NumOut() {
					if out := m.Type.Out(k); out != v {
						walk(at+"."+m.Name+"()", out)
					}
				}
			}
		}
	}
	walk("PublicTable", reflect.TypeFor[PublicTable]())
}

// TestPublicTablesDependOnPublishedCountsAlone: a small count and a complementary one look the same, and the
// hidden counts of two tables that publish the same cannot be told apart.
func TestPublicTablesDependOnPublishedCountsAlone(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(31, 31))
	hidden := 0
	for range 300 {
		p := Suppress(random(t, rnd, 1+rnd.IntN(6), 1+rnd.IntN(6), 2+rnd.IntN(40)), Options{})
		public := p.Public()
		for i := 0; i <= public.Rows; i++ {
			for j := 0; j <= public.Cols; j++ {
				n, shown := public.Count(i, j)
				if shown != !p.Hidden(i, j) || public.Hidden(i, j) == shown ||
					shown && n != p.Table().Count(i, j) || !shown && n != 0 {
					t.Fatalf("cell %d,%d: %d, %v", i, j, n, shown)
				}
			}
		}
		other := &Decision{table: &Table{Rows: p.table.Rows, Cols: p.table.Cols,
			counts: append([]int{}, p.table.counts...)}, reasons: append([]Reason{}, p.reasons...)}
		for at, r := range p.reasons {
			if r != Published {
				hidden++
				other.table.counts[at], other.reasons[at] = 1+rnd.IntN(50), []Reason{Small, Group,
					Complementary, Differencing}[rnd.IntN(4)]
			}
		}
		if !reflect.DeepEqual(other.Public(), public) {
			t.Fatal("what is hidden shows in what is published")
		}
	}
	if hidden < 1000 {
		t.Errorf("%d hidden cells: this test proves little", hidden)
	}
}

// TestDecisionsAreNotWrittenOut: neither as JSON nor by a format.
func TestDecisionsAreNotWrittenOut(t *testing.T) {
	t.Parallel()
	p := Suppress(table(t, [][]int{{3, 50, 60}, {40, 55, 70}, {45, 65, 80}}), Options{})
	for _, v := range []any{p, map[string]any{"table": p}} {
		if b, err := json.Marshal(v); !errors.Is(err, ErrStaffOnly) {
			t.Errorf("%s, %v", b, err)
		}
	}
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		if s := fmt.Sprintf(format, p); strings.ContainsAny(s, "0123456789{[") {
			t.Errorf("%s: %s", format, s)
		}
	}
	if b, err := json.Marshal(p.Public()); err != nil || strings.Contains(string(b), "reason") {
		t.Errorf("%s, %v", b, err)
	}
}
