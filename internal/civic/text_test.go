package civic

import "testing"

func TestIsBlank(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		"": true, " \t\n": true, "\u00A0\u2003\u3000": true, // spaces
		// format
		"\u200B": true, "\u200C\u200D\u2060\uFEFF": true, "\u00AD": true, "\u202E": true,
		"\u2066\u2069": true, "\u180E": true,
		// drawn as nothing
		"\u2800\u2800": true, "\u3164": true, "\u115F\u1160": true, "\uFFA0": true, "\U0001D159": true,
		// tags and selectors
		"\U000E0041\U000E007F": true, "\uFE0F": true, "\U000E0100": true, "\u034F": true, "\u17B4": true,
		"\u0301": true, // an accent without a letter
		"a":      false, "è": false, "e\u0301": false, "perché\u00ADno": false, "!": false, "-": false,
		"。": false, "م": false, "한": false,
		"👩\u200D👩\u200D👧": false, "🏳️\u200D🌈": false, "🏴\U000E0067\U000E0062\U000E007F": false,
		"1\uFE0F\u20E3": false, "€": false,
	} {
		if got := IsBlank(s); got != want {
			t.Errorf("IsBlank(%+q) = %v", s, got)
		}
		line, err := CleanLine(s, 50)
		if text, err2 := CleanText(s, 50); err != nil || err2 != nil || (line == "") != want ||
			(text == "") != want {
			t.Errorf("%+q is cleaned to %+q and %+q: %v, %v", s, line, text, err, err2)
		}
	}
	if got := VisibleLength("a\u200B\u00AD è👩\u200D👩"); got != 4 {
		t.Errorf("%d signs are visible", got)
	}
}
