package hours

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/merge"
	"ascolto/internal/testtown"
)

// TestTwoWhoSetHours: of two who opened the page at the same time, each keeps what they alone changed; the
// second is asked only about the week, or the day of the patron, that both changed, and told who did. A page
// that shows nothing of a week knows nothing of it.
func TestTwoWhoSetHours(t *testing.T) {
	t.Parallel()
	week := func(from, hours string) Week {
		w, err := NewWeek(from, map[time.Weekday]string{time.Monday: hours}, hours == "")
		testtown.Check(t, err)
		return w
	}
	save := func(from, hours string) doing {
		return func(ctx context.Context, w *town, by civic.Actor, shown string) error {
			_, err := w.SaveWeek(ctx, by, Town, shown, week(from, hours))
			return err
		}
	}
	remove := func(from string) doing {
		return func(ctx context.Context, w *town, by civic.Actor, shown string) error {
			_, err := w.RemoveWeek(ctx, by, Town, shown, from)
			return err
		}
	}
	patron := func(day string) doing {
		return func(ctx context.Context, w *town, by civic.Actor, shown string) error {
			_, err := w.SavePatron(ctx, by, shown, day)
			return err
		}
	}
	closed := func(until string) doing {
		return func(ctx context.Context, w *town, by civic.Actor, _ string) error {
			_, err := w.SaveClosure(ctx, by, Town, Closure{From: "2026-12-24", Until: until, Reason: "Ponte"})
			return err
		}
	}
	blind := func(do doing) doing { // of a page that carries nothing
		return func(ctx context.Context, w *town, by civic.Actor, _ string) error { return do(ctx, w, by, "") }
	}
	const march, may = "2026-03-01", "2026-05-01"
	for what, c := range map[string]struct {
		before, first, second doing
		want                  string // hours on Monday of the weeks since march and may, closures, patron
		clash                 string
	}{
		"two weeks":     {nil, save(march, "9-12"), save(may, "8-12"), "09:00-12:00 08:00-12:00 0 -", ""},
		"one week":      {nil, save(march, "9-12"), save(march, "8-12"), "09:00-12:00 - 0 -", "week." + march},
		"the same week": {nil, save(march, "9-12"), save(march, "9-12"), "09:00-12:00 - 0 -", ""},
		"a week that was there": {save(march, "7-12"), save(march, "9-12"), save(march, "8-12"),
			"09:00-12:00 - 0 -", "week." + march},
		"a week sent as it was": {save(march, "7-12"), save(march, "9-12"), save(march, "7-12"),
			"09:00-12:00 - 0 -", ""},
		"a week that was taken away": {save(march, "7-12"), remove(march), save(march, "8-12"), "- - 0 -",
			"week." + march},
		"a week to take away": {save(march, "7-12"), save(march, "9-12"), remove(march), "09:00-12:00 - 0 -",
			"week." + march},
		"another week to take away": {save(march, "7-12"), save(may, "9-12"), remove(march), "- 09:00-12:00 0 -",
			""},
		"a week that is always closed": {nil, save(march, ""), save(may, "9-12"), "closed 09:00-12:00 0 -", ""},
		"a week and the patron":        {nil, save(march, "9-12"), patron("31/01"), "09:00-12:00 - 0 01-31", ""},
		"the patron":                   {nil, patron("24/06"), patron("31/01"), "- - 0 06-24", "patron"},
		"closures":                     {nil, closed("2026-12-24"), closed("2026-12-26"), "- - 2 -", ""},
		"the same closure":             {nil, closed("2026-12-24"), closed("2026-12-24"), "- - 1 -", ""},
		"a closure and a week":         {nil, closed("2026-12-24"), save(may, "9-12"), "- 09:00-12:00 1 -", ""},
		"nothing shown, one week": {nil, save(march, "9-12"), blind(save(march, "8-12")), "09:00-12:00 - 0 -",
			"week." + march},
		"nothing shown, two weeks": {nil, save(march, "9-12"), blind(save(may, "8-12")), "09:00-12:00 - 0 -",
			"week." + may},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			w, ctx := newTown(t), t.Context()
			ada, ugo := w.admin, w.admin
			ada.Account, ada.Name, ugo.Account, ugo.Name = "ada", "Ada Neri", "ugo", "Ugo Sala"
			if c.before != nil {
				testtown.Check(t, c.before(ctx, w, ada, Hours{}.Shown()))
			}
			h, err := w.Hours(ctx, Town)
			testtown.Check(t, err)
			shown := h.Shown()
			testtown.Check(t, c.first(ctx, w, ada, shown))
			for range 2 {
				err = c.second(ctx, w, ugo, shown)
				conflict, clash := errors.AsType[*merge.Conflict[Hours]](err)
				if err != nil && !clash {
					t.Fatal(err)
				}
				got := ""
				if clash && len(conflict.Clashes) == 1 {
					got = conflict.Clashes[0].Field
				}
				if got != c.clash {
					t.Errorf("asked of %q, want %q", got, c.clash)
				}
				if clash && c.clash != "week."+may && conflict.Clashes[0].Name != "Ada Neri" {
					t.Errorf("changed by %+v", conflict.Clashes[0])
				}
			}
			h, err = w.Hours(ctx, Town)
			testtown.Check(t, err)
			if got := said(h, march, may); got != c.want {
				t.Errorf("it is %s, want %s", got, c.want)
			}
			if c.clash == "" || strings.HasPrefix(what, "nothing shown") {
				return
			}
			testtown.Check(t, c.second(ctx, w, ugo, h.Shown())) // on purpose
			now, err := w.Hours(ctx, Town)
			testtown.Check(t, err)
			if said(now, march, may) == c.want {
				t.Error("what was sent on purpose was not stored")
			}
		})
	}
}

// doing is a change of the town's hours from a page that carries what it showed.
type doing func(ctx context.Context, w *town, by civic.Actor, shown string) error

// said returns the hours on Monday of the weeks that begin on two days, how many closures there are, and the
// day of the patron.
func said(h Hours, first, second string) string {
	var all []string
	for _, from := range []string{first, second} {
		text := "-"
		if w, ok := h.Starting(from); ok {
			if text = Text(w.Of(time.Monday)); text == "" {
				text = "closed"
			}
		}
		all = append(all, text)
	}
	patron := h.Patron
	if patron == "" {
		patron = "-"
	}
	return strings.Join(append(all, string(rune('0'+len(h.Closures))), patron), " ")
}

// TestEditsOfHoursAreBounded: who changed a week last is kept of the weeks that were changed last.
func TestEditsOfHoursAreBounded(t *testing.T) {
	t.Parallel()
	w, ctx := newTown(t), t.Context()
	h, day := Hours{}, time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)
	for range maxEdits + 5 {
		from := day.Format(time.DateOnly)
		wk, err := NewWeek(from, map[time.Weekday]string{time.Monday: "9-13"}, false)
		testtown.Check(t, err)
		h, err = w.SaveWeek(ctx, w.admin, "urp", h.Shown(), wk)
		testtown.Check(t, err)
		h, err = w.RemoveWeek(ctx, w.admin, "urp", h.Shown(), from)
		testtown.Check(t, err)
		day = day.AddDate(0, 0, 1)
	}
	if last := weekField(day.AddDate(0, 0, -1).Format(time.DateOnly)); len(h.Edits) != maxEdits ||
		h.Edits.Of(last).At.IsZero() {
		t.Errorf("%d edits, the last of %v", len(h.Edits), h.Edits.Of(last))
	}
}
