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

func TestTexts(t *testing.T) {
	t.Parallel()
	both := Text{Italian: "Parchi", English: "Parks"}
	for what, wrong := range map[string]bool{
		"a text in no language is empty": !Text(nil).Empty() || !(Text{English: ""}).Empty() ||
			both.Empty(),
		"another language falls back to Italian": both.In("de") != "Parchi" || both.In(English) != "Parks",
		"one language of two lacks": !(Text{Italian: "Parchi"}).Lacks(Languages()) ||
			both.Lacks(Languages()),
		"what is not asked for does not lack":   (Text{Italian: "Parchi"}).Lacks([]string{Italian}),
		"signs that show nothing are invisible": !(Text{Italian: "Parchi", English: "\u2800"}).Invisible(),
		"a missing text is not invisible": (Text{Italian: "Parchi"}).Invisible() ||
			Text(nil).Invisible(),
		"TextOf leaves out a language without a text": len(TextOf(func(l string) string {
			return both[l][:0]
		})) != 0,
	} {
		if wrong {
			t.Errorf("not so: %s", what)
		}
	}
	var p Problems
	clean := Text{Italian: " Parchi\ne viali ", English: "too long"}.CleanLine(&p, "name", 14)
	if p.Err() != nil || clean[Italian] != "Parchi e viali" {
		t.Errorf("%q, %v", clean, p.Err())
	}
	if both.CleanLine(&p, "name", 5); p.Err() == nil || p.Err().(*Error).Fields[0].Field != "name.it" {
		t.Errorf("too long: %v", p.Err())
	}
}

func TestFieldNames(t *testing.T) {
	t.Parallel()
	for got, want := range map[string]string{
		Field("name", Italian): "name.it", Field("q1"): "q1", Field("q1", ""): "q1", Field("", "it"): "it",
		Field("option", "a1", "en"): "option.a1.en", FieldAt("emails", 0): "emails.1",
		Field(FieldAt("address", 11), "street"): "address.12.street",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for name, want := range map[string][2]string{"emails.1": {"emails", "1"}, "q1": {"q1", ""},
		"option.a1.en": {"option", "a1.en"}, "": {"", ""}} {
		if outer, rest := SplitField(name); outer != want[0] || rest != want[1] {
			t.Errorf("%q is %q and %q", name, outer, rest)
		}
	}
}
