package hours

import (
	"context"
	"slices"
	"testing"
	"time"

	"ascolto/crm/term"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/testtown"
)

// TestAChangeIsToldByWhoMadeIt: of a change whose author died before its line in the audit, the line comes in
// their name, with what was and what is: when a colleague saves the same, before a colleague's next change,
// and by itself.
func TestAChangeIsToldByWhoMadeIt(t *testing.T) {
	t.Parallel()
	colleague := func(w *town) civic.Actor {
		by := w.admin
		by.Account, by.Name = "colleague", "Piero"
		return by
	}
	for name, next := range map[string]func(context.Context, *town, Week) error{
		"the same once more": func(ctx context.Context, w *town, mornings Week) error {
			_, err := w.SaveWeek(ctx, colleague(w), "urp", Hours{}.Shown(), mornings)
			return err
		},
		"another change": func(ctx context.Context, w *town, _ Week) error {
			_, err := w.SaveClosure(ctx, colleague(w), "urp", Closure{From: "2026-12-24", Until: "2026-12-31",
				Reason: "Natale"})
			return err
		},
		"a minute": func(ctx context.Context, w *town, _ Week) error {
			return w.Repair(ctx, civic.Now().Add(-time.Minute))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			ctx := t.Context()
			mornings, err := NewWeek("2026-03-01", map[time.Weekday]string{time.Monday: "9-13"}, false)
			testtown.Check(t, err)
			h := Hours{} // stored, and nothing more
			h.ID = "urp"
			h.set(mornings)
			before, err := NewWeek("", map[time.Weekday]string{time.Monday: "10-12"}, false)
			testtown.Check(t, err)
			h.note(w.admin, ActionWeekSave, mornings.From, Hours{Weeks: []Week{before}})
			testtown.Check(t, w.hours.Insert(ctx, &h))
			testtown.Check(t, next(ctx, w, mornings))
			testtown.Check(t, w.Repair(ctx, civic.Now().Add(-time.Minute)))
			page, err := w.Log.List(ctx, civic.System("test"), audit.Query{Action: ActionWeekSave})
			testtown.Check(t, err)
			if len(page.Items) != 1 {
				t.Fatalf("%d lines", len(page.Items))
			}
			line := page.Items[0]
			if line.Actor != w.admin.Account || line.Name != w.admin.Name {
				t.Errorf("by %s (%s)", line.Actor, line.Name)
			}
			if d := line.Detail; d["from"] != "2026-03-01" || d["was"] != "mon 10:00-12:00" ||
				d["now"] != "mon 09:00-13:00" {
				t.Errorf("it says %v", d)
			}
		})
	}
}

// TestWhatHoursWereAndBecame: a line of the audit says what a change took away and what it brought.
func TestWhatHoursWereAndBecame(t *testing.T) {
	t.Parallel()
	week := func(from string, days ...Day) Week { return Week{From: from, Days: days} }
	monday := Day{time.Monday, []term.Interval{{Open: "09:00", Close: "13:00"}, {Open: "14:00", Close: "18:00"}}}
	short := Day{time.Monday, []term.Interval{{Open: "09:00", Close: "12:00"}}}
	natale := Closure{"2026-12-24", "2026-12-31", "Natale"}
	ponte := Closure{"2027-01-04", "2027-01-05", "Ponte; patrono"}
	for _, c := range []struct {
		action   audit.Action
		from     string
		was, is  Hours
		old, now string
	}{
		{ActionWeekSave, "2026-03-01", Hours{Weeks: []Week{week("", monday)}},
			Hours{Weeks: []Week{week("", monday), week("2026-03-01", short)}},
			"mon 09:00-13:00, 14:00-18:00", "mon 09:00-12:00"},
		{ActionWeekSave, "2026-03-01", Hours{}, Hours{Weeks: []Week{week("2026-03-01")}}, "", "-"},
		{ActionWeekRemove, "2026-03-01", Hours{Weeks: []Week{week("2026-03-01", short)}}, Hours{},
			"mon 09:00-12:00", ""},
		{ActionClosureSave, natale.From, Hours{}, Hours{Closures: []Closure{natale}}, "",
			"2026-12-24/2026-12-31 Natale"},
		{ActionClosureRemove, natale.From, Hours{Closures: []Closure{natale}}, Hours{},
			"2026-12-24/2026-12-31 Natale", ""},
		{ActionClosureRemove, natale.From, Hours{Closures: []Closure{natale, ponte}}, Hours{},
			"2026-12-24/2026-12-31 Natale\n2027-01-04/2027-01-05 Ponte; patrono", ""},
		{ActionPatronSave, "", Hours{Patron: "01-31"}, Hours{Patron: "06-24"}, "01-31", "06-24"},
	} {
		is := c.is
		is.note(civic.Actor{}, c.action, c.from, c.was)
		if is.Last.Was != c.old || is.Last.Now != c.now {
			t.Errorf("%s: was %q, is %q, want %q and %q", c.action, is.Last.Was, is.Last.Now, c.old, c.now)
		}
		if got := ParseClosures(c.old); c.action == ActionClosureRemove && !slices.Equal(got, c.was.Closures) {
			t.Errorf("%q is read as %+v", c.old, got)
		}
		if w, ok := ParseCode(c.now); c.action == ActionWeekSave && (!ok || w.code() != c.now) {
			t.Errorf("%q is read as %q", c.now, w.code())
		}
	}
}
