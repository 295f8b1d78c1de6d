package locale

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/civic"
)

func load(t *testing.T) (*Catalogues, *bytes.Buffer) {
	t.Helper()
	var log bytes.Buffer
	c, err := Load(slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	return c, &log
}

// catalogue returns the texts of one file: each key with its forms, "other" for a text that has only one.
func catalogue(t *testing.T, name string) map[string]map[string]string {
	t.Helper()
	b, err := files.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(b, &raw); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	out := map[string]map[string]string{}
	for key, value := range raw {
		var text string
		if json.Unmarshal(value, &text) == nil {
			out[key] = map[string]string{"other": text}
			continue
		}
		forms := map[string]string{}
		if err := json.Unmarshal(value, &forms); err != nil {
			t.Errorf("%s: %s is neither a text nor texts by plural form: %v", name, key, err)
		}
		out[key] = forms
	}
	return out
}

// areas returns the areas that have a catalogue, and fails when one exists in one language only.
func areas(t *testing.T) []string {
	t.Helper()
	entries, err := files.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		area, lang, ok := strings.Cut(strings.TrimSuffix(e.Name(), ".json"), ".")
		if !ok || !slices.Contains(Langs(), Lang(lang)) {
			t.Errorf("%s is not named <area>.<language>.json", e.Name())
			continue
		}
		names = append(names, area)
	}
	slices.Sort(names)
	for _, area := range slices.Compact(slices.Clone(names)) {
		if n := len(slices.DeleteFunc(slices.Clone(names),
			func(s string) bool { return s != area })); n != len(Langs()) {
			t.Errorf("area %s has %d catalogues, want one for each language", area, n)
		}
	}
	return slices.Compact(names)
}

var gap = regexp.MustCompile(`{{\s*\.(\w+)\s*}}`)

func gaps(text string) []string {
	var names []string
	for _, m := range gap.FindAllStringSubmatch(text, -1) {
		names = append(names, m[1])
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func TestCataloguesAgree(t *testing.T) {
	t.Parallel()
	for _, area := range areas(t) {
		it, en := catalogue(t, area+".it.json"), catalogue(t, area+".en.json")
		for key, forms := range it {
			if !strings.HasPrefix(key, area+".") && !(area == "core" && strings.HasPrefix(key, "error.")) {
				t.Errorf("%s: key %s does not begin with its area", area, key)
			}
			other, ok := en[key]
			if !ok {
				t.Errorf("%s: %s is missing in English", area, key)
				continue
			}
			if (len(forms) > 1) != (len(other) > 1) {
				t.Errorf("%s: %s has plural forms in one language only", area, key)
			}
			if d := cmp.Diff(gaps(forms["other"]), gaps(other["other"])); d != "" {
				t.Errorf("%s: the gaps of %s differ: %s", area, key, d)
			}
			for lang, f := range map[string]map[string]string{"it": forms, "en": other} {
				checkForms(t, area+"."+lang+" "+key, f)
			}
		}
		for key := range en {
			if _, ok := it[key]; !ok {
				t.Errorf("%s: %s is missing in Italian", area, key)
			}
		}
	}
}

func checkForms(t *testing.T, where string, forms map[string]string) {
	t.Helper()
	for form, text := range forms {
		if strings.TrimSpace(text) == "" {
			t.Errorf("%s: the form %s is empty", where, form)
		}
		if n := strings.Count(text, "{{"); n != len(gap.FindAllString(text, -1)) {
			t.Errorf("%s: the form %s has braces that are no gap", where, form)
		}
	}
	if forms["other"] == "" || len(forms) > 1 && forms["one"] == "" {
		t.Errorf("%s: needs the form other, and one when it has several", where)
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	c, log := load(t)
	it, en := c.In(Italian), c.In(English)
	for _, test := range []struct{ got, want string }{
		// pages escape, texts do not
		{it.T("core.menu.living", civic.Args{"City": "L'Aquila <b>"}), "Vivere L'Aquila <b>"},
		{en.T("core.menu.living", civic.Args{"City": "Modena"}), "Living in Modena"},
		{it.T("error.text.long", civic.Args{"Max": 12000}),
			"Il testo può avere al massimo 12.000 caratteri."},
		{it.T("core.count.results", civic.Args{"Count": 0}), "0 risultati"},
		{it.T("core.count.results", civic.Args{"Count": 1}), "1 risultato"},
		{it.T("core.count.results", civic.Args{"Count": 1_000_000}), "1.000.000 risultati"},
		{en.T("core.count.results", civic.Args{"Count": 1}), "1 result"},
		{en.T("core.count.results", civic.Args{"Count": int64(2500)}), "2,500 results"},
		{c.In("xx").T("core.search"), "Cerca"},
		{it.Message(civic.Msg("core.search")), "Cerca"},
	} {
		if test.got != test.want {
			t.Errorf("got %q, want %q", test.got, test.want)
		}
	}
	if log.Len() > 0 {
		t.Errorf("logged: %s", log)
	}
}

// A text that is missing must not take the page with it.
func TestMissingTextShowsItsKey(t *testing.T) {
	t.Parallel()
	c, log := load(t)
	for range 3 {
		if got := c.In(English).T("core.no_such_text", civic.Args{"Count": 3}); got != "core.no_such_text" {
			t.Errorf("got %q, want the key", got)
		}
	}
	if lines := strings.Count(log.String(), "key=core.no_such_text"); lines != 1 {
		t.Errorf("the log names the key %d times, want once: %s", lines, log)
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	c, _ := load(t)
	for accept, want := range map[string]Lang{
		"": Italian, "en": English, "en-GB,en;q=0.9": English, "it-IT,en;q=0.8": Italian,
		"de, en;q=0.5": English,
		"zh":           Italian, "*": Italian, "en;q=broken": Italian, strings.Repeat("en,", 10_000): Italian,
	} {
		if got := c.Match(accept); got != want {
			t.Errorf("Match(%.20q) = %s, want %s", accept, got, want)
		}
	}
}

func TestFormats(t *testing.T) {
	t.Parallel()
	c, _ := load(t)
	it, en := c.In(Italian), c.In(English)
	winter := time.Date(2026, 11, 22, 23, 5, 0, 0, time.UTC) // past midnight in Rome
	summer := time.Date(2026, 4, 30, 22, 30, 0, 0, time.UTC)
	for _, test := range []struct{ got, want string }{
		{it.Date(winter), "23 novembre 2026"},
		{en.Date(winter), "23 November 2026"},
		{it.DateTime(winter), "23 novembre 2026, ore 0:05"},
		{en.DateTime(winter), "23 November 2026, 00:05"},
		{it.Date(summer), "1º maggio 2026"},
		{it.Deadline(time.Date(2026, 12, 22, 23, 0, 0, 0, time.UTC)), "22 dicembre 2026"},
		{it.Deadline(time.Date(2026, 12, 22, 17, 30, 0, 0, time.UTC)), "22 dicembre 2026, ore 18:30"},
		{it.ShortDate(winter), "23/11/2026"},
		{it.Weekday(winter), "lunedì"},
		{en.Weekday(winter), "Monday"},
		{ISO(winter), "2026-11-22T23:05:00Z"},
		{it.Date(time.Time{}) + it.DateTime(time.Time{}), ""},
		{it.Int(-1234567), "−1.234.567"},
		{it.Int(999), "999"},
		{en.Int(1000), "1,000"},
		{it.Decimal(1234.56, 1), "1.234,6"},
		{en.Decimal(-0.04, 1), "0.0"},
		{en.Decimal(-0.06, 1), "−0.1"},
		{it.Decimal(math.NaN(), 1), "–"},
		{it.Percent(0.4567, 1), "45,7%"},
		{en.Percent(1, 0), "100%"},
	} {
		if test.got != test.want {
			t.Errorf("got %q, want %q", test.got, test.want)
		}
	}
}

// Italian texts have one apostrophe, the straight one, in every area.
func TestOneApostrophe(t *testing.T) {
	t.Parallel()
	for _, area := range areas(t) {
		for key, text := range catalogue(t, area+".it.json") {
			if strings.Contains(fmt.Sprint(text), "’") {
				t.Errorf("%s: %v", key, text)
			}
		}
	}
}

// TestNoKeyStandsTwice: of two texts under one key only the last would be shown, in silence.
func TestNoKeyStandsTwice(t *testing.T) {
	t.Parallel()
	line := regexp.MustCompile(`(?m)^  ("[a-z0-9_.]+"):`)
	entries, err := files.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := files.ReadFile(e.Name())
		if err != nil {
			t.Fatal(err)
		}
		keys := line.FindAllStringSubmatch(string(b), -1)
		seen := map[string]bool{}
		for _, key := range keys {
			if seen[key[1]] {
				t.Errorf("%s: %s stands twice", e.Name(), key[1])
			}
			seen[key[1]] = true
		}
		if len(keys) < 10 {
			t.Errorf("%s: only %d keys were found", e.Name(), len(keys))
		}
	}
}
