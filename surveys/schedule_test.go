package surveys_test

import (
	"testing"
	"time"

	"ascolto/internal/civic"
	"ascolto/surveys"
)

func TestParseTimes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, opening, closing string }{
		{"2026-11-23T09:30", "2026-11-23T08:30:00Z", "2026-11-23T08:30:00Z"},
		{"2026-07-01T00:00", "2026-06-30T22:00:00Z", "2026-06-30T22:00:00Z"},
		{"2026-10-25T01:59", "2026-10-24T23:59:00Z", "2026-10-24T23:59:00Z"},
		{"2026-10-25T02:30", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"}, // comes twice
		{"2026-10-25T03:00", "2026-10-25T02:00:00Z", "2026-10-25T02:00:00Z"},
		{"2026-03-29T01:59", "2026-03-29T00:59:00Z", "2026-03-29T00:59:00Z"},
		{"2026-03-29T03:00", "2026-03-29T01:00:00Z", "2026-03-29T01:00:00Z"},
	} {
		opening, err := surveys.ParseOpening(c.in)
		if err != nil || opening.Format(time.RFC3339) != c.opening {
			t.Errorf("opening at %s is %v (%v), want %s", c.in, opening, err, c.opening)
		}
		closing, err := surveys.ParseClosing(c.in)
		if err != nil || closing.Format(time.RFC3339) != c.closing {
			t.Errorf("closing at %s is %v (%v), want %s", c.in, closing, err, c.closing)
		}
		if back := surveys.FormatLocal(opening); back != c.in {
			t.Errorf("%s came back as %s", c.in, back)
		}
	}
	for _, bad := range []string{"", "2026-03-29T02:00", "2026-03-29T02:59", "2026-13-01T00:00",
		"2026-02-30T10:00", "1999-01-01T00:00",
		"2026-11-23 09:30", "2026-11-23T09:30:00", "2026-11-23T24:00", "٢٠٢٦-11-23T09:30"} {
		if at, err := surveys.ParseOpening(bad); civic.CodeOf(err) != civic.Invalid {
			t.Errorf("%q was read as %v (%v)", bad, at, err)
		}
	}
}

func FuzzParseTimes(f *testing.F) {
	f.Add("2026-10-25T02:30")
	f.Add("2026-03-29T02:30")
	f.Fuzz(func(t *testing.T, s string) {
		opening, err := surveys.ParseOpening(s)
		closing, err2 := surveys.ParseClosing(s)
		if (err == nil) != (err2 == nil) {
			t.Fatalf("%q: %v but %v", s, err, err2)
		}
		if err != nil {
			return
		}
		if surveys.FormatLocal(opening) != s || surveys.FormatLocal(closing) != s || closing.Before(opening) {
			t.Errorf("%q: %v, %v", s, opening, closing)
		}
	})
}

// A survey that opens and closes in nights when clocks change does so at the minute that was set, once.
func TestOpenAcrossClockChanges(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.clock.Set(rome(t, "2026-03-28T12:00"))
	q := o.draft("Ora legale", surveys.Anonymous)
	closes := take(surveys.ParseClosing("2026-10-25T02:30"))(t)
	q = take(o.Publish(t.Context(), comms, q.ID, q.Revision,
		surveys.Publication{Schedule: surveys.Schedule{OpensAt: rome(t, "2026-03-29T03:00"), ClosesAt: closes,
			Grace: 10}}))(t)
	for _, c := range []struct {
		at   string // UTC
		want surveys.Phase
	}{
		{"2026-03-29T00:59:59.999Z", surveys.Coming},
		{"2026-03-29T01:00:00Z", surveys.Open},
		{"2026-10-25T00:30:00Z", surveys.Open}, // 02:30 for the first time
		{"2026-10-25T01:29:59.999Z", surveys.Open},
		{"2026-10-25T01:30:00Z", surveys.InGrace},
		{"2026-10-25T01:39:59Z", surveys.InGrace},
		{"2026-10-25T01:40:00Z", surveys.Over},
	} {
		at := take(time.Parse(time.RFC3339, c.at))(t)
		if got := q.Phase(at); got != c.want {
			t.Errorf("at %s it is %s, want %s", c.at, got, c.want)
		}
	}
}

// take lets a call with two results stand where one value is wanted: take(f(x))(t).
func take[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		return must(t, v, err)
	}
}
