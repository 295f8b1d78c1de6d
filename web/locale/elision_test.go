package locale

import (
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"time"

	"ascolto/internal/civic"
)

func TestElide(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"8 dicembre 2026": "l'8 dicembre 2026", "11 maggio": "l'11 maggio", "1º maggio": "il 1º maggio",
		"9 maggio": "il 9 maggio", "10 maggio": "il 10 maggio",
		"18 maggio": "il 18 maggio", "21 maggio": "il 21 maggio",
		"28 maggio, ore 8:00": "il 28 maggio, ore 8:00", "08/12/2026": "il 08/12/2026",
		"8/12/2026": "l'8/12/2026",
		"80%":       "l'80%", "8,5%": "l'8,5%", "11%": "l'11%", "1%": "l'1%", "1.000": "il 1.000",
		"11.000": "l'11.000", "8.000": "l'8.000", "110": "il 110", "1943": "il 1943", "800": "l'800",
		"": "il ",
	} {
		if got := elide("il", value); got != want {
			t.Errorf("elide(il, %q) = %q, want %q", value, got, want)
		}
	}
	for article, want := range map[string]string{"al": "all'8", "del": "dell'8", "dal": "dall'8",
		"nel": "nell'8", "sul": "sull'8", "Il": "L'8", "Dal": "Dall'8", "Al": "All'8", "Nel": "Nell'8"} {
		if got := elide(article, "8"); got != want {
			t.Errorf("elide(%s, 8) = %q, want %q", article, got, want)
		}
	}
	if got := elide("entro il"[6:], nil); got != "il <no value>" {
		t.Errorf("without a value: %q", got)
	}
}

// No Italian text says "il 8" or "dal 11", whatever day fills its gap, and nobody's own words are changed.
func TestItalianDatesAreElided(t *testing.T) {
	t.Parallel()
	texts, err := Load(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	it, seen := texts.In(Italian), 0
	wrong := regexp.MustCompile(`(?i)\b(il|al|del|dal|nel|sul) (8|11)\b`)
	messages := map[string]string{}
	for _, area := range areas(t) {
		for key, forms := range catalogue(t, area+".it.json") {
			messages[key] = forms["other"]
		}
	}
	for key, message := range messages {
		args := civic.Args{}
		for _, gap := range regexp.MustCompile(`\{\{\.(\w+)\}\}`).FindAllStringSubmatch(message, -1) {
			args[gap[1]] = time.Date(2026, 12, 8, 12, 0, 0, 0, civic.Rome())
		}
		if len(args) == 0 || !regexp.MustCompile(`(?i)\b(il|al|del|dal|nel|sul) \{\{`).MatchString(message) {
			continue
		}
		seen++
		if got := it.T(key, args); wrong.MatchString(got) {
			t.Errorf("%s: %q", key, got)
		}
	}
	if seen < 15 {
		t.Errorf("only %d texts have an article before a gap", seen)
	}
	args := civic.Args{"Day": it.Date(time.Date(2026, 12, 11, 12, 0, 0, 0, civic.Rome()))}
	if got := it.T("desk.home.due", args); got != "entro l'11 dicembre 2026" {
		t.Errorf("due %q", got)
	}
	if got := it.T("forum.case.version.until",
		civic.Args{"When": "9 maggio 2026",
			"Text": "Il 8 marzo, dal 11"}); !strings.HasSuffix(got, "Il 8 marzo, dal 11") {
		t.Errorf("somebody's words are changed: %q", got)
	}
}
