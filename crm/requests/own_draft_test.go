package requests

import (
	"errors"
	"testing"
	"time"

	"ascolto/internal/civic"
)

// What a citizen has begun is erased when its days are over, counted from the last time it was saved; and
// nobody begins any number of them.
func TestDraftsOfACitizenEnd(t *testing.T) {
	t.Parallel()
	w := newTown(t, func(o *Options) { o.DraftDays = 10 })
	w.on(t, "2026-12-01")
	in := asking("istanza")
	if _, err := w.Save(t.Context(), w.anna, in); err != nil {
		t.Fatal(err)
	}
	w.on(t, "2026-12-08")
	in.Text, in.Version = in.Text+" E anche quello accanto.", 1
	d, err := w.Save(t.Context(), w.anna, in)
	if err != nil || d.ExpiresAt.In(civic.Rome()).Format(time.DateOnly) != "2026-12-18" {
		t.Fatalf("%+v, %v", d, err)
	}
	for day, left := range map[string]int{"2026-12-17": 1} {
		w.on(t, day)
		if n, err := w.ExpireDrafts(t.Context()); err != nil || n != 1-left {
			t.Errorf("%s: %d erased, %v", day, n, err)
		}
	}
	w.on(t, "2026-12-19")
	if all, err := w.OwnDrafts(t.Context(), w.anna); err != nil || len(all) != 0 {
		t.Errorf("shown after its end: %+v, %v", all, err)
	}
	if n, err := w.ExpireDrafts(t.Context()); err != nil || n != 1 {
		t.Errorf("%d erased, %v", n, err)
	}
	for n := range maxDrafts {
		if _, err := w.Save(t.Context(), w.anna, asking("reclamo")); err != nil {
			t.Fatalf("draft %d: %v", n, err)
		}
	}
	if _, err := w.Save(t.Context(), w.anna, asking("reclamo")); len(fieldsOf(err)) != 1 {
		t.Errorf("one too many: %v", err)
	}
	for name, by := range map[string]civic.Actor{"a visitor": w.Visitor, "the desk": w.desk} {
		if _, err := w.Save(t.Context(), by, asking("reclamo")); civic.CodeOf(err) != civic.Unauthenticated {
			t.Errorf("%s saves: %v", name, err)
		}
	}
}

// The key of a form belongs to who began it: what waits for an address is not a citizen's to take, nor what a
// citizen began a visitor's.
func TestDraftsAreNotTakenOver(t *testing.T) {
	t.Parallel()
	w, p, _, _ := visited(t)
	mine := asking("istanza")
	if _, err := w.Save(t.Context(), w.anna, mine); err != nil {
		t.Fatal(err)
	}
	in := askingAs("nadia@posta.example")
	in.FormKey = mine.FormKey
	if _, err := w.Ask(t.Context(), w.Visitor, in); civic.CodeOf(err) != civic.Conflict || len(p.asked) != 0 {
		t.Errorf("a visitor takes it over: %v", err)
	}
	if _, err := w.Save(t.Context(), w.bruno, mine); civic.CodeOf(err) != civic.Conflict {
		t.Errorf("another citizen takes it over: %v", err)
	}
	if _, _, err := w.Awaited(t.Context(), civic.ID(mine.FormKey), ""); civic.CodeOf(err) != civic.Gone {
		t.Errorf("it waits for a confirmation: %v", err)
	}
	r, err := w.File(t.Context(), w.anna, mine)
	if err != nil {
		t.Fatal(err)
	}
	if all, err := w.OwnDrafts(t.Context(), w.anna); err != nil || len(all) != 0 {
		t.Errorf("filed as %s it is still a draft: %+v, %v", r.Number, all, err)
	}
}

// What was saved on another device is not lost to an older form: neither saving nor filing passes over it,
// until who does so has seen it; not even to one of the browser that saved after it. In one browser what is
// sent last counts.
func TestAnOlderFormDoesNotReplaceADraft(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	laptop := asking("istanza")
	laptop.Browser = "laptop"
	phone := laptop
	phone.Browser, phone.Text = "phone", "Il lampione davanti al civico 14 non si accende."
	d, err := w.Save(t.Context(), w.anna, laptop)
	if err != nil || d.Version != 1 {
		t.Fatalf("%+v, %v", d, err)
	}
	laptop.Text = "Sono due i lampioni spenti." // with the form that knows of no draft: it is its own
	if d, err = w.Save(t.Context(), w.anna, laptop); err != nil || d.Version != 2 {
		t.Fatalf("saved again in one browser: %+v, %v", d, err)
	}
	phone.Version = 1
	if _, err := w.Save(t.Context(), w.anna, phone); !errors.Is(err, ErrDraftNewer) {
		t.Errorf("an older form saves: %v", err)
	}
	if _, err := w.File(t.Context(), w.anna, phone); !errors.Is(err, ErrDraftNewer) {
		t.Errorf("an older form files: %v", err)
	}
	kept, err := w.OwnDraft(t.Context(), w.anna, d.ID)
	if err != nil || kept.Text != laptop.Text {
		t.Fatalf("kept: %+v, %v", kept, err)
	}
	same := laptop
	same.Browser, same.Version = "phone", 0
	if d, err = w.Save(t.Context(), w.anna, same); err != nil || d.Version != 2 {
		t.Errorf("the same text from elsewhere: %+v, %v", d, err)
	}
	phone.Version = 2 // it was shown
	if d, err = w.Save(t.Context(), w.anna, phone); err != nil || d.Text != phone.Text {
		t.Errorf("who has seen it: %+v, %v", d, err)
	}
	tab := phone // another of the telephone's own: opened after the laptop's text, or before
	tab.Text = "Il lampione è di nuovo acceso."
	for version := range 2 {
		tab.Version = version
		if _, err := w.Save(t.Context(), w.anna, tab); !errors.Is(err, ErrDraftNewer) {
			t.Errorf("a tab of version %d saves over what the laptop wrote: %v", version, err)
		}
		if _, err := w.File(t.Context(), w.anna, tab); !errors.Is(err, ErrDraftNewer) {
			t.Errorf("a tab of version %d files over what the laptop wrote: %v", version, err)
		}
	}
	tab.Version = 2
	if d, err = w.Save(t.Context(), w.anna, tab); err != nil || d.Version != 4 {
		t.Errorf("a tab that knows of it: %+v, %v", d, err)
	}
	laptop.Version = 4
	r, err := w.File(t.Context(), w.anna, laptop)
	if err != nil || r.Text != laptop.Text {
		t.Fatalf("filed: %+v, %v", r, err)
	}
	if again, err := w.File(t.Context(), w.anna, laptop); err != nil || again.Number != r.Number {
		t.Errorf("filed twice: %+v, %v", again, err)
	}
}
