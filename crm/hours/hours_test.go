package hours

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"ascolto/crm/term"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/testtown"
)

// town is a municipality with hours.
type town struct {
	*testtown.Ground
	*Service
	options     Options
	admin, desk civic.Actor
}

func newTown(t *testing.T) *town {
	t.Helper()
	grants := civic.Grants{civic.Administrator: {PermWrite}}
	w := &town{Ground: testtown.Open(t, testtown.Ticking()),
		admin: testtown.Colleague(grants, "admin", civic.Administrator),
		desk:  testtown.Colleague(grants, "desk", civic.Operator, "urp")}
	w.options = Options{DB: w.DB, Audit: w.Log, Reference: w.Ground.Reference(t)}
	var err error
	w.Service, err = New(t.Context(), w.options)
	testtown.Check(t, err)
	return w
}

func (w *town) audited(t *testing.T) []string { return w.Ground.Audited(t, audit.Query{}) }

// TestParseDay: hours are read as people write them, and told back in one way.
func TestParseDay(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"8:30-13, 14-17:30": "08:30-13:00, 14:00-17:30", "8.30–12.15": "08:30-12:15", "": "",
		" 09:00 - 13:00 ; 15:00-24:00 ": "09:00-13:00, 15:00-24:00", "9-12/12-13": "09:00-12:00, 12:00-13:00",
	} {
		all, err := ParseDay(typed)
		if got := Text(all); err != nil || got != want {
			t.Errorf("%q is %q, %v, want %q", typed, got, err, want)
		}
	}
	for _, wrong := range []string{"x", "9", "9-9", "13-9", "9-25", "9-13, 12-17", ",", "9-13-14", "9-13 14-17",
		"9:60-10"} {
		if all, err := ParseDay(wrong); civic.CodeOf(err) != civic.Invalid {
			t.Errorf("%q is taken for %v, %v", wrong, all, err)
		}
	}
}

// TestHours: an office goes by the town's hours until it has its own, from their first day; the town's
// closures and its patron's day hold for all; who may not, changes nothing; a form that is sent twice changes
// once, and one that is older than what is stored is refused.
func TestHours(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	ctx := t.Context()
	mornings, err := NewWeek("2026-03-01", map[time.Weekday]string{time.Monday: "9-13"}, false)
	testtown.Check(t, err)
	none := Hours{}.Shown()
	for range 2 {
		_, err = w.SaveWeek(ctx, w.admin, "urp", none, mornings)
		testtown.Check(t, err)
	}
	_, err = w.SaveClosure(ctx, w.admin, Town, Closure{From: "2026-03-16", Until: "2026-03-20",
		Reason: "Trasloco"})
	testtown.Check(t, err)
	_, err = w.SavePatron(ctx, w.admin, none, "31/1")
	testtown.Check(t, err)
	book, err := w.Book(ctx)
	testtown.Check(t, err)
	if book.Edition != 1+1+2 {
		t.Errorf("edition %d", book.Edition)
	}
	for day, works := range map[string][2]bool{ // of the URP, and of an office without hours of its own
		"2026-02-23": {true, true},   // before the week of the URP: as the town
		"2026-02-24": {true, true},   // a Tuesday before it
		"2026-03-02": {true, true},   // a Monday
		"2026-03-03": {false, true},  // a Tuesday
		"2026-03-16": {false, false}, // closed
		"2028-01-31": {false, false}, // the patron's, a Monday
		"2026-04-06": {false, false}, // Easter Monday
	} {
		d, err := term.ParseDate(day)
		testtown.Check(t, err)
		if got := [2]bool{book.Of("urp").Working(d), book.Of("cultura").Working(d)}; got != works {
			t.Errorf("%s: they work %v, want %v", day, got, works)
		}
	}
	other, err := NewWeek("2026-03-01", map[time.Weekday]string{time.Monday: "15-18"}, false)
	testtown.Check(t, err)
	_, err = w.SaveWeek(ctx, w.admin, "urp", none, other)
	testtown.WantCode(t, err, civic.Conflict)
	for name, do := range map[string]func(context.Context, civic.Actor) error{
		"a week": func(ctx context.Context, by civic.Actor) error {
			_, err := w.SaveWeek(ctx, by, "urp", none, other)
			return err
		},
		"a closure": func(ctx context.Context, by civic.Actor) error {
			_, err := w.RemoveClosure(ctx, by, Town, Closure{From: "2026-03-16", Until: "2026-03-20",
				Reason: "Trasloco"})
			return err
		},
		"the patron": func(ctx context.Context, by civic.Actor) error {
			_, err := w.SavePatron(ctx, by, none, "")
			return err
		},
	} {
		if code := civic.CodeOf(do(ctx, w.desk)); code != civic.Forbidden {
			t.Errorf("an operator changes %s: %s", name, code)
		}
	}
	lines := slices.DeleteFunc(w.audited(t), func(a string) bool { return !strings.HasPrefix(a, "hours.") })
	if got := strings.Join(lines, " "); got != "hours.patron_save hours.closure_save hours.week_save" {
		t.Errorf("the audit says %s", got)
	}
}

// TestWrongHours: what cannot be is refused with the field; the town keeps hours, and only offices that there
// are have some.
func TestWrongHours(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	ctx := t.Context()
	_, err := NewWeek("", map[time.Weekday]string{time.Monday: "9-8"}, false)
	if f := testtown.Fields(err); len(f) != 1 || f[0] != "day.mon" {
		t.Errorf("a wrong day: %v", f)
	}
	nine := map[time.Weekday]string{time.Monday: "9-13"}
	for _, c := range []struct {
		typed  map[time.Weekday]string
		closed bool
		wrong  bool
	}{{nil, false, true}, {nil, true, false}, {nine, true, false}, {nine, false, false}} {
		_, err := NewWeek("", c.typed, c.closed)
		if f := testtown.Fields(err); (len(f) == 1 && f[0] == ClosedField) != c.wrong {
			t.Errorf("%v, closed %v: %v", c.typed, c.closed, f)
		}
	}
	for field, c := range map[string]Closure{
		"from": {From: "x", Until: "2026-03-20", Reason: "Y"}, "reason": {From: "2026-03-20", Until: "2026-03-20"},
		"until": {From: "2026-03-20", Until: "2026-03-19", Reason: "Y"},
	} {
		_, err := w.SaveClosure(ctx, w.admin, Town, c)
		if f := testtown.Fields(err); len(f) != 1 || f[0] != field {
			t.Errorf("a wrong %s: %v", field, f)
		}
	}
	mistypedYears(t, w)
	_, err = w.SavePatron(ctx, w.admin, "", "31/2")
	testtown.WantCode(t, err, civic.Invalid)
	_, err = w.RemoveWeek(ctx, w.admin, Town, "", "")
	testtown.WantCode(t, err, civic.Invalid)
	_, err = w.SaveWeek(ctx, w.admin, "nessuno", "", Week{})
	testtown.WantCode(t, err, civic.NotFound)
	if book, err := w.Book(ctx); err != nil || len(book.Week("urp", time.Now()).Days) != 5 {
		t.Errorf("the town has no hours: %+v, %v", book, err)
	}
	winter, err := NewWeek("2027-01-07", map[time.Weekday]string{time.Monday: "9-13"}, false)
	testtown.Check(t, err)
	h, err := w.SaveWeek(ctx, w.admin, Town, Hours{}.Shown(), winter)
	testtown.Check(t, err)
	_, err = w.RemoveWeek(ctx, w.admin, Town, h.Shown(), "") // nobody would have hours until January
	testtown.WantCode(t, err, civic.Invalid)
	shown := h.Shown()
	for range 2 { // the second form changes nothing more
		h, err = w.RemoveWeek(ctx, w.admin, Town, shown, winter.From)
		testtown.Check(t, err)
	}
	if len(h.Weeks) != 1 || h.Weeks[0].From != "" {
		t.Errorf("left are %+v", h.Weeks)
	}
}

// mistypedYears: a year that somebody mistyped neither closes an office for centuries nor announces hours
// that nobody sees; a whole year can be closed.
func mistypedYears(t *testing.T, w *town) {
	t.Helper()
	const day = 24 * time.Hour
	soon := civic.Now().Add(30 * day).In(civic.Rome())
	on := func(years, days int) string { return soon.AddDate(years, 0, days).Format(time.DateOnly) }
	for want, c := range map[string]Closure{
		"from error.date.far":    {From: "2999-12-24", Until: "2999-12-31"},
		"until hours.error.long": {From: on(0, 0), Until: "2999-01-06"}, "until": {From: on(0, 0), Until: on(1, 1)},
		"": {From: on(0, 0), Until: on(1, 0)},
	} {
		c.Reason = "Ponte"
		err := c.check(civic.Now())
		var got string
		if e, ok := errors.AsType[*civic.Error](err); ok && len(e.Fields) == 1 {
			got = e.Fields[0].Field + " " + e.Fields[0].Message.Key
		}
		if !strings.HasPrefix(got, want) || (want == "") != (err == nil) {
			t.Errorf("%+v: %q, want %q: %v", c, got, want, err)
		}
	}
	far, err := NewWeek("2999-01-01", map[time.Weekday]string{time.Monday: "9-13"}, false)
	testtown.Check(t, err)
	_, err = w.SaveWeek(t.Context(), w.admin, Town, "", far)
	if f := testtown.Fields(err); len(f) != 1 || f[0] != "from" {
		t.Errorf("a week from 2999: %v, %v", f, err)
	}
	_, err = w.SaveClosure(t.Context(), w.admin, Town, Closure{From: on(0, 0), Until: "2999-01-06",
		Reason: "Y"})
	if f := testtown.Fields(err); len(f) != 1 || f[0] != "until" {
		t.Errorf("a closure until 2999: %v, %v", f, err)
	}
}

// TestHoursThatAreAnnounced: an office whose first own hours are of a day to come goes by the town's as they
// are until then, also when those change in between, and by its own from that day on.
func TestHoursThatAreAnnounced(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	ctx := t.Context()
	for _, c := range []struct {
		office         civic.ID
		from, weekdays string
	}{{Town, "2026-12-01", "9-12"}, {Town, "2027-02-01", "10-12"}, {"urp", "2027-01-07", "9-13"}} {
		typed := map[time.Weekday]string{}
		for _, day := range Weekdays() {
			typed[day] = c.weekdays
		}
		wk, err := NewWeek(c.from, typed, false)
		testtown.Check(t, err)
		h, err := w.Hours(ctx, c.office)
		testtown.Check(t, err)
		_, err = w.SaveWeek(ctx, w.admin, c.office, h.Shown(), wk)
		testtown.Check(t, err)
	}
	book, err := w.Book(ctx)
	testtown.Check(t, err)
	for day, want := range map[string]string{ // Thursdays
		"2026-11-26": "08:30-13:00, 14:00-17:30", "2026-12-03": "09:00-12:00", "2027-01-07": "09:00-13:00",
		"2027-02-04": "09:00-13:00",
	} {
		at, err := time.ParseInLocation(time.DateOnly, day, civic.Rome())
		testtown.Check(t, err)
		if got := Text(book.Week("urp", at).Of(time.Thursday)); got != want {
			t.Errorf("%s: %s, want %s", day, got, want)
		}
		d, err := term.ParseDate(day)
		testtown.Check(t, err)
		opens, err := book.Of("urp").After(at, 0)
		if got := opens.In(civic.Rome()).Format("15:04"); err != nil || want[:5] != got ||
			!book.Of("urp").Working(d) {
			t.Errorf("%s: it opens at %s, %v", day, got, err)
		}
	}
}
