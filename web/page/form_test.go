package page

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/civic"
)

const formType = "application/x-www-form-urlencoded"

func read(t *testing.T, body string) *Form {
	t.Helper()
	values, err := parseForm(formType, []byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return newForm(nil, values)
}

// TestUnreadableTextComesBackCleaned: bytes that are no UTF-8 and NUL are a problem of their field, and the
// rest is kept.
func TestUnreadableTextComesBackCleaned(t *testing.T) {
	t.Parallel()
	f := read(t, "name=Nicol%f2+D%27Al%C3%B2&notes=prima%00seconda&town=Modena&csrf=x%00")
	got := []string{f.String("name"), f.Text("notes", 100), f.String("town"), f.Values().Get("notes"),
		f.AsSent().Get("notes"), f.AsSent().Get("town")}
	if d := cmp.Diff([]string{"Nicol\uFFFD D'Alò", "primaseconda", "Modena", "primaseconda",
		"prima\x00seconda",
		"Modena"}, got); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"csrf: error.text.encoding", "name: error.text.encoding",
		"notes: error.text.encoding"}, faults(f)); d != "" {
		t.Error(d)
	}
	if f.AsSent().Has("csrf") {
		t.Error("the form's own token is handed on")
	}
}

// faults returns what a form found wrong, as field: key.
func faults(f *Form) []string {
	var e *civic.Error
	if !errors.As(f.Err(), &e) {
		return nil
	}
	var out []string
	for _, x := range e.Fields {
		out = append(out, x.Field+": "+x.Message.Key)
	}
	return out
}

func TestFormReads(t *testing.T) {
	t.Parallel()
	f := read(t, url.Values{
		"name": {"  Niccolò\tD'Alò \r\n"}, "notes": {"prima\r\nseconda \x07"}, "tag": {"a", " ", "b"},
		"yes": {"1"},
		"no":  {""},
		"age": {" 42 "}, "id": {"01ABC"}, "password": {" p w "}, "when": {"2026-11-23T09:30"},
		"day": {"2026-05-01"},
	}.Encode())
	got := map[string]any{
		"name": f.String("name"), "notes": f.Text("notes", 100), "tag": f.Strings("tag"),
		"yes": f.Bool("yes"),
		"no":  f.Bool("no"),
		"age": f.Int("age"), "id": f.ID("id"), "password": f.Raw("password"), "absent": f.String("absent"),
		"none": f.Int("none"),
		"when": f.LocalTime("when"), "day": f.LocalDate("day"), "never": f.LocalTime("never").IsZero(),
	}
	want := map[string]any{
		"name": "Niccolò D'Alò", "notes": "prima\nseconda", "tag": []string{"a", "b"}, "yes": true,
		"no":  false,
		"age": 42, "id": civic.ID("01ABC"), "password": " p w ", "absent": "", "none": 0,
		"when": time.Date(2026, 11, 23, 8, 30, 0, 0, time.UTC),
		"day":  time.Date(2026, 4, 30, 22, 0, 0, 0, time.UTC), "never": true,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if err := f.Err(); err != nil {
		t.Error(err)
	}
}

func TestFormGathersProblems(t *testing.T) {
	t.Parallel()
	f := read(t, url.Values{
		"name": {strings.Repeat("à", MaxLine+1)}, "age": {"quaranta"}, "id": {"../../etc"}, "when": {"ieri"},
		"day": {"2026-02-30"},
		"ids": {"ok", "no no"}, "notes": {"troppo"},
	}.Encode())
	f.String("name")
	f.Int("age")
	f.ID("id") // dots and slashes are part of composed ids
	f.LocalTime("when")
	f.LocalDate("day")
	f.IDs("ids")
	f.Text("notes", 3)
	f.Problem("name", "error.required")
	want := []string{
		"name: error.text.long", "age: error.integer", "when: error.date_time", "day: error.date",
		"ids: error.id",
		"notes: error.text.long", "name: error.required",
	}
	if d := cmp.Diff(want, faults(f)); d != "" {
		t.Error(d)
	}
}

// TestSilenceIsNoAnswer: a number that must be typed is missed when the field is empty, not when the form
// does not have it, and neither of two answers is taken for a no.
func TestSilenceIsNoAnswer(t *testing.T) {
	t.Parallel()
	f := read(t, "empty=+&seven=7&yes=give&no=withdraw&neither=&other=perhaps")
	if f.Number("empty") != 0 || f.Number("absent") != 0 || f.Number("seven") != 7 {
		t.Error("numbers are read wrongly")
	}
	for name, want := range map[string]bool{
		"yes": true, "no": false, "neither": false, "other": false, "unsaid": false,
	} {
		if f.Either(name, "give", "withdraw") != want {
			t.Errorf("%s is not %v", name, want)
		}
	}
	got := faults(f)
	slices.Sort(got)
	if d := cmp.Diff([]string{"empty: error.required", "neither: error.required", "other: error.required",
		"unsaid: error.required"}, got); d != "" {
		t.Error(d)
	}
}

// Clocks in Rome go from 2:00 to 3:00 on 29 March 2026 and from 3:00 back to 2:00 on 25 October 2026.
func TestLocalTimeAcrossClockChanges(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"2026-03-29T01:59": "2026-03-29T00:59:00Z",
		"2026-03-29T03:00": "2026-03-29T01:00:00Z",
		"2026-10-25T01:59": "2026-10-24T23:59:00Z",
		"2026-10-25T02:30": "2026-10-25T00:30:00Z", // the first pass
		"2026-10-25T03:00": "2026-10-25T02:00:00Z",
	} {
		f := read(t, url.Values{"t": {in}}.Encode())
		if got := f.LocalTime("t").Format(time.RFC3339); got != want || f.Err() != nil {
			t.Errorf("%s is read as %s (%v), want %s", in, got, f.Err(), want)
		}
	}
	for in, want := range map[string]string{
		"2026-10-25T02:30": "2026-10-25T01:30:00Z", // the second pass
		"2026-10-25T01:59": "2026-10-24T23:59:00Z",
		"2026-10-25T03:00": "2026-10-25T02:00:00Z",
	} {
		f := read(t, url.Values{"t": {in}}.Encode())
		if got := f.LocalEnd("t").Format(time.RFC3339); got != want || f.Err() != nil {
			t.Errorf("until %s is read as %s (%v), want %s", in, got, f.Err(), want)
		}
	}
	f := read(t, "t=2026-03-29T02:30")
	if f.LocalTime("t"); f.Err() == nil {
		t.Error("2:30 on the day it does not exist is accepted")
	}
}

// FuzzLocalTime: what somebody types as a time is that time in Rome, or a problem; never another time.
func FuzzLocalTime(f *testing.F) {
	for _, s := range []string{"2026-10-25T02:30", "2026-03-29T02:30", "2026-11-23T09:30:59",
		"0000-01-01T00:00",
		"9999-12-31T23:59", "0001-01-01T00:49:56", "2026-02-30", "2026-1-1",
		"@every 1s", "TZ=UTC", "* * * * *", "2026-11-23T09:30Z", "2026-11-23T24:00", "-001-01-01T00:00",
		"20261-01-01T00:00", "2026-11-23T09:30+01:00", "٢٠٢٦-١١-٢٣"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		form := &Form{values: url.Values{"t": {s}, "d": {s}}}
		at, on := form.LocalTime("t"), form.LocalDate("d")
		said := strings.TrimSpace(s)
		for name, got := range map[string]time.Time{"t": at, "d": on} {
			problem := slices.ContainsFunc(faults(form),
				func(f string) bool { return strings.HasPrefix(f, name+":") })
			if problem == (said == "" || !got.IsZero()) {
				t.Fatalf("%q as %s: %v, problem %v", s, name, got, problem)
			}
		}
		rome := civic.Rome()
		if !at.IsZero() && at.In(rome).Format("2006-01-02T15:04") != said &&
			at.In(rome).Format("2006-01-02T15:04:05") != said {
			t.Errorf("%q is read as %v", s, at)
		}
		if !on.IsZero() && on.In(rome).Format(time.DateOnly) != said {
			t.Errorf("%q is read as %v", s, on)
		}
	})
}

func TestFormKey(t *testing.T) {
	t.Parallel()
	key := NewFormKey()
	if got := read(t, "form_key="+key).Key(); got != civic.ID(key) {
		t.Errorf("the key %s is read as %s", key, got)
	}
	for _, bad := range []string{
		"", "short", "poll/anna/aaaaaaaaaaaaaa", strings.Repeat("a", 65), "aaaaaaaaaaaaaaaa%00",
	} {
		values := url.Values{"form_key": {bad}}
		f := &Form{values: values}
		if got := f.Key(); got == civic.ID(bad) || len(got) < 16 {
			t.Errorf("the key %q is taken as %q", bad, got)
		}
	}
}

func FuzzParseForm(f *testing.F) {
	for _, s := range []string{
		"a=1&b=2", "a=%ff", "a%00=1", "a=1;b=2", "%", "=", "&&", "a=" + strings.Repeat("x", 1000),
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		values, err := parseForm(formType, []byte(body))
		if err != nil {
			if code := civic.CodeOf(err); code != civic.Invalid && code != civic.TooLarge {
				t.Errorf("%q: code %s", body, code)
			}
			return
		}
		form := newForm(nil, values)
		for name, all := range form.values {
			if !utf8.ValidString(name) || strings.Contains(name, "\x00") {
				t.Errorf("the name %q came through", name)
			}
			for _, s := range all {
				if !utf8.ValidString(s) || strings.Contains(s, "\x00") {
					t.Errorf("the value %q came through", s)
				}
			}
			form.String(name)
			form.Text(name, 100)
			form.Strings(name)
			form.Int(name)
			form.ID(name)
			form.LocalTime(name)
		}
		_ = form.Err()
	})
}
