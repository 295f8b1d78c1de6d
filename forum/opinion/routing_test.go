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
