package requests

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
	"ascolto/internal/testtown"
)

// balky is an Outbox that takes no letters about some requests.
type balky struct {
	*tray
	refuse map[civic.ID]func() error
}

func (o balky) QueueLetter(ctx context.Context, l Letter) (bool, error) {
	if f := o.refuse[l.Request.ID]; f != nil && l.Kind == LetterAlert {
		return false, f()
	}
	return o.tray.QueueLetter(ctx, l)
}

// TestOneRequestKeepsNoOtherFromItsClocks: requests whose letters are refused, one that makes the program
// panic, one that other hours cannot be worked out for and a document that cannot be read keep all others
// neither from being worked out nor from their reminders; the pass says what went wrong.
func TestOneRequestKeepsNoOtherFromItsClocks(t *testing.T) {
	t.Parallel()
	ctx, db := t.Context(), storetest.Open(t)
	type misfit struct {
		docstore.Meta `bson:",inline"`
		Open          bool      `bson:"open"`
		Number        string    `bson:"number"`
		Events        string    `bson:"events"`
		Planned       int64     `bson:"planned"`
		NextAt        time.Time `bson:"nextAt"`
	}
	c, err := docstore.Collect[misfit](ctx, db, docstore.Spec{Name: "requests"})
	testtown.Check(t, err)
	testtown.Check(t, c.Insert(ctx, &misfit{Open: true, Number: "x", Events: "none",
		NextAt: at(t, "2026-01-01 10:00")}))
	o := balky{&tray{}, map[civic.ID]func() error{}}
	w := newTown(t, func(opt *Options) { opt.Outbox, opt.DB, opt.Log = o, db, slog.New(slog.DiscardHandler) })
	w.on(t, "2026-03-01")
	w.promising(t, "istanza", 8, 0)
	all, err := DefaultSteps()
	testtown.Check(t, err)
	testtown.Check(t, w.SeedSteps(ctx, root, all))
	fault := errors.New("refused")
	var refused Request
	for range 2 * atOnce { // more than are dealt with at a time
		refused = w.filed(t, "istanza", "2026-03-02")
		o.refuse[refused.ID] = func() error { return fault }
	}
	panics := w.filed(t, "istanza", "2026-03-02")
	unknown := w.filed(t, "istanza", "2026-03-02")
	fine := w.filed(t, "istanza", "2026-03-03") // its turn comes after all others
	o.refuse[panics.ID] = func() error { panic("letters") }
	_, err = w.requests.Update(ctx, unknown.ID, func(r *Request) error {
		r.Rules.Term.Unit, r.Planned = "moons", 0
		return nil
	})
	testtown.Check(t, err)
	w.Clock.Set(at(t, "2026-03-18 10:00"))
	for range 3 { // as long as it lasts
		if _, err := w.KeepClocks(ctx); !errors.Is(err, fault) {
			t.Errorf("the pass says %v", err)
		}
	}
	stored, err := w.requests.Get(ctx, fine.ID)
	if err != nil || len(stored.Misses) != 1 || len(stored.Raised) != 2 || len(o.told(fine)) != 2 {
		t.Errorf("told %v; missed %+v, raised %+v, %v", o.told(fine), stored.Misses, stored.Raised, err)
	}
	if len(o.told(refused))+len(o.told(panics)) != 0 {
		t.Errorf("told %v and %v", o.told(refused), o.told(panics))
	}
}
