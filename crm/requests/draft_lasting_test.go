package requests

import (
	"context"
	"testing"
	"time"

	"ascolto/internal/blob"
	"ascolto/internal/civic"
)

// A draft is kept its days from when it was last saved, as it was, too; saving it again at once stores
// nothing.
func TestADraftSavedAgainIsKeptLonger(t *testing.T) {
	t.Parallel()
	w, p, _, _ := visited(t)
	in := asking("istanza")
	first, err := w.Save(t.Context(), w.anna, in)
	if err != nil {
		t.Fatal(err)
	}
	w.Clock.Pass(time.Hour)
	same, err := w.Save(t.Context(), w.anna, in)
	if err != nil || same.Revision != first.Revision {
		t.Errorf("saved as it is within the hour it is stored: %+v, %v", same, err)
	}
	w.Clock.Pass(29*24*time.Hour - time.Hour)
	last, err := w.Save(t.Context(), w.anna, in)
	whole := func(d Draft) bool { // it has all its days before it
		return d.ExpiresAt.Sub(w.Clock.Now()) > 30*24*time.Hour-time.Minute
	}
	if err != nil || !whole(last) || last.Version != first.Version {
		t.Errorf("saved on its last day: %+v, %v", last, err)
	}
	in.Text += " E anche quello accanto."
	in.Version = last.Version
	w.Clock.Pass(time.Hour)
	other, err := w.Save(t.Context(), w.anna, in)
	if err != nil || !whole(other) {
		t.Errorf("changed an hour later: until %v of %v, %v", other.ExpiresAt, w.Clock.Now(), err)
	}

	asked := askingAs("nadia@posta.example")
	d, err := w.Ask(t.Context(), w.Visitor, asked)
	if err != nil {
		t.Fatal(err)
	}
	w.Clock.Pass(ConfirmTime + time.Minute) // and nobody has swept
	asked.Code = p.asked[0].Code
	if _, err = w.Ask(t.Context(), w.Visitor, asked); err != nil {
		t.Fatal(err)
	}
	if again, proved, err := w.Awaited(t.Context(), d.ID, asked.Code); err != nil || !proved ||
		again.Version != d.Version {
		t.Errorf("sent again as it was: %+v, %v", again, err)
	}
}

// releasing is a shelf that somebody acts beside.
type releasing struct {
	shelf
	during func(document civic.ID)
}

func (r *releasing) Release(ctx context.Context, document civic.ID) error {
	if r.during != nil {
		r.during(document)
	}
	return r.shelf.Release(ctx, document)
}

// What is saved while old drafts are erased is not erased with them: it is kept, or who saves it is told.
func TestADraftSavedWhileOthersEndStays(t *testing.T) {
	t.Parallel()
	files := &releasing{shelf: shelf{map[civic.ID]blob.File{}, map[civic.ID][]civic.ID{}}}
	w := newTown(t, withPost(&post{kept: map[civic.ID]Letter{}}), func(o *Options) { o.Files = files })
	forms := []FileInput{asking("istanza"), asking("istanza")}
	for i := range forms {
		if _, err := w.Save(t.Context(), w.anna, forms[i]); err != nil {
			t.Fatal(err)
		}
		w.Clock.Pass(time.Second)
	}
	w.Clock.Pass(31 * 24 * time.Hour)
	var ended civic.Code
	kept := ""
	files.during = func(document civic.ID) {
		files.during = nil
		for _, in := range forms {
			in.Text = "Il lampione è acceso."
			_, err := w.Save(t.Context(), w.anna, in)
			if civic.Key("request_draft", civic.ID(in.FormKey)) == document {
				ended = civic.CodeOf(err)
			} else if kept = in.FormKey; err != nil {
				t.Errorf("the other: %v", err)
			}
		}
	}
	if n, err := w.ExpireDrafts(t.Context()); err != nil || n != 1 {
		t.Errorf("%d erased, %v", n, err)
	}
	if ended != civic.Unavailable {
		t.Errorf("who saves what is being erased is told %q", ended)
	}
	if all, err := w.OwnDrafts(t.Context(), w.anna); err != nil || len(all) != 1 || string(all[0].ID) != kept {
		t.Errorf("left: %+v, %v", all, err)
	}
}

// A draft whose request was filed as the program died is forgotten by the next that draws its effects, also
// when the office was quicker.
func TestADraftOfAFiledRequestIsForgotten(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	in := asking("istanza")
	if _, err := w.Save(t.Context(), w.anna, in); err != nil {
		t.Fatal(err)
	}
	left, err := w.drafts.Get(t.Context(), civic.ID(in.FormKey))
	if err != nil {
		t.Fatal(err)
	}
	r, err := w.File(t.Context(), w.anna, in)
	if err != nil {
		t.Fatal(err)
	}
	left.Revision = 0
	if err := w.drafts.Insert(t.Context(), &left); err != nil {
		t.Fatal(err)
	}
	if r, err = w.requests.Get(t.Context(), r.ID); err != nil {
		t.Fatal(err)
	}
	r.Events = append(r.Events, Event{ID: "2", Act: ActAssign, By: "desk", At: w.Clock.Now()})
	if err := w.derived(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	if all, err := w.OwnDrafts(t.Context(), w.anna); err != nil || len(all) != 0 {
		t.Errorf("it is still a draft: %+v, %v", all, err)
	}
}

// An erasure by addresses reads what waits for an address, and not what citizens have begun.
func TestErasuresReadNoDraftsOfCitizens(t *testing.T) {
	t.Parallel()
	w, _, _, _ := visited(t)
	for _, by := range []civic.Actor{w.anna, w.bruno} {
		for range maxDrafts {
			if _, err := w.Save(t.Context(), by, asking("reclamo")); err != nil {
				t.Fatal(err)
			}
		}
	}
	d, err := w.Ask(t.Context(), w.Visitor, askingAs("nadia@posta.example"))
	if err != nil {
		t.Fatal(err)
	}
	before := w.DB.Stats().Read
	if err := w.eraseDraftsTo(t.Context(), []string{"nadia@posta.example"}); err != nil {
		t.Fatal(err)
	}
	if read := w.DB.Stats().Read - before; read >= maxDrafts {
		t.Errorf("%d documents were read", read)
	}
	if _, err := w.drafts.Get(t.Context(), d.ID); civic.CodeOf(err) != civic.NotFound {
		t.Errorf("of the address: %v", err)
	}
}
