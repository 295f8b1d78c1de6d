package opinion

import (
	"reflect"
	"testing"
)

func FuzzCompute(f *testing.F) {
	f.Add([]byte{0, 0, 1, 1, 0, 2, 2, 1, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		var casts []Cast
		for i := 0; i+2 < len(data); i += 3 {
			casts = append(casts, Cast{Person: int(data[i]), Statement: int(data[i+1]) % 12,
				Vote: Vote(data[i+2]%5) - 1, At: int64(i)})
		}
		var st []Statement
		for j := range 10 {
			st = append(st, Statement{ID: j, Hidden: j == 8, Meta: j == 9})
		}
		m := Compute(New(st, casts))
		if where := notFinite(reflect.ValueOf(m), "map"); where != "" {
			t.Error(where)
		}
	})
}
