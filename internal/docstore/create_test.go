package docstore_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// TestCreate: a form that is sent again, at the same time too, makes one document, and its effects are drawn
// each time, the first time as new; another form with its key, or with a unique value that is taken, is
// refused and has none.
func TestCreate(t *testing.T) {
	onEach(t, func(t *testing.T, _ place, db *docstore.DB) {
		c := collect[person](t, db, people)
		var mu sync.Mutex
		var drawn []bool
		send := func(id civic.ID, name, code string, fault error) (person, error) {
			p := named(id, name)
			p.Code = &code
			return c.Create(t.Context(), p, docstore.Creation[person]{
				Same: func(stored *person) bool { return stored.Name == name },
				Effects: func(_ context.Context, stored *person, again bool) error {
					mu.Lock()
					defer mu.Unlock()
					drawn = append(drawn, again)
					return fault
				},
			})
		}
		broken := errors.New("the index is away")
		if _, err := send("a", "Anna", "1", broken); !errors.Is(err, broken) {
			t.Errorf("a failed effect: %v", err)
		}
		each(5, func(int) {
			if p, err := send("a", "Anna", "1", nil); err != nil || p.Name != "Anna" || p.Revision != 1 {
				t.Errorf("sent again: %+v, %v", p.Meta, err)
			}
		})
		each(5, func(int) {
			if _, err := send("b", "Bea", "2", nil); err != nil {
				t.Error(err)
			}
		})
		_, err := send("a", "Carla", "3", nil)
		if fault, ok := errors.AsType[*civic.Error](err); !ok || fault.Code != civic.Conflict ||
			fault.Message.Key != "error.form_used" {
			t.Errorf("another form: %v", err)
		}
		_, err = send("d", "Dora", "1", nil)
		wantCode(t, "a code that is taken", err, civic.Conflict)
		want := []bool{false, true, true, true, true, true, false, true, true, true, true}
		if !slices.Equal(drawn, want) {
			t.Errorf("effects were drawn again: %v, want %v", drawn, want)
		}
		if n, err := c.Count(t.Context(), nil); n != 2 || err != nil {
			t.Errorf("%d documents, %v", n, err)
		}
	})
}
