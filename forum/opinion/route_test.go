package opinion

import (
	"math"
	"testing"
)

func TestNext(t *testing.T) {
	t.Parallel()
	st, casts := town(30, 10, 2, 0.5, 4)
	st[3].Hidden = true
	m := Compute(New(st, casts))
	seen, order := map[int]bool{}, []int{}
	for {
		id, ok := m.Next(func(s int) bool { return seen[s] }, 0.999999)
		if !ok {
			break
		}
		if seen[id] || id == st[3].ID {
			t.Fatalf("statement %d shown again, or though hidden", id)
		}
		seen[id] = true
		order = append(order, id)
	}
	if len(order) != 9 {
		t.Errorf("%d statements shown: %v", len(order), order)
	}
	drawn := map[int]int{}
	var total float64
	for _, s := range m.Statements {
		total += s.Priority
	}
	const tries = 100_000
	for i := range tries {
		id, _ := m.Next(func(int) bool { return false }, (float64(i)+0.5)/tries)
		drawn[id]++
	}
	for _, s := range m.Statements {
		if want := s.Priority / total * tries; math.Abs(float64(drawn[s.ID])-want) > 2 {
			t.Errorf("statement %d drawn %d times, want %.1f", s.ID, drawn[s.ID], want)
		}
	}
}

// TestPrioritiesCountThoseWhoAreGrouped works the published priorities out again, from the votes of those who
// are grouped, for the public conversations and for one of which half are in no group.
func TestPrioritiesCountThoseWhoAreGrouped(t *testing.T) {
	t.Parallel()
	st, casts := town(60, 20, 2, 0.35, 8)
	st[3].Meta = true
	tables := []*Votes{New(st, casts)}
	if len(Compute(tables[0]).People) == 0 || Compute(tables[0]).Ungrouped < 10 {
		t.Fatal("everybody is grouped: this test proves little")
	}
	if given() {
		for _, name := range []string{"15-per-hour-seattle", "brexit-consensus"} {
			v, _ := conversation(t, name)
			tables = append(tables, v)
		}
	}
	for _, v := range tables {
		m := Compute(v)
		for j, s := range m.Statements {
			var agree, pass, seen float64
			for i, p := range m.People {
				if vote := v.At(i, j); p.Group >= 0 && vote != Missing {
					seen++
					switch vote {
					case Agree:
						agree++
					case Pass:
						pass++
					}
				}
			}
			importance := (1 - (pass+1)/(seen+2)) * (s.Extremity + 1) * (agree + 1) / (seen + 2)
			want := math.Pow(importance*(1+8*math.Exp2(-seen/5)), 2)
			if st := v.Statements()[j]; st.Meta {
				want = 49
			} else if st.Hidden {
				want = 0
			}
			if !near(s.Priority, want, 1e-9*max(1, want)) {
				t.Errorf("statement %d: %v, want %v", s.ID, s.Priority, want)
			}
		}
	}
}
