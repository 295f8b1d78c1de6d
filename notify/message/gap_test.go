package message

import (
	"strings"
	"testing"
)

// TestTextClosesAroundAnEmptyField: "Letture in biblioteca, {{nome}}" went out as "Letture in biblioteca,".
func TestTextClosesAroundAnEmptyField(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Letture in biblioteca, {{nome}}":             "Letture in biblioteca",
		"{{nome}}, letture in biblioteca":             "Letture in biblioteca",
		"Gentile {{nome}}, la aspettiamo":             "Gentile, la aspettiamo",
		"Gentile {{nome}} {{cognome}}, la aspettiamo": "Gentile, la aspettiamo",
		"Letture, {{nome}}, in biblioteca":            "Letture, in biblioteca",
		"Ciao {{nome}}!":                              "Ciao!",
		"A {{quartiere}} si legge":                    "A si legge",
		"Quartiere: {{quartiere}}\nOre 10":            "Quartiere:\nOre 10",
		"Nel quartiere ({{quartiere}}) oggi":          "Nel quartiere () oggi",
		"{{nome}}":                                    "",
		"{{nome|cittadino}}, buongiorno":              "cittadino, buongiorno",
	} {
		p, err := parsePattern(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.fillText(map[string]string{"given_name": " "}); got != want {
			t.Errorf("%q without a name reads %q, want %q", text, got, want)
		}
		if with := p.fillText(map[string]string{"given_name": "Anna", "family_name": "Neri",
			"district": "Centro"}); strings.Contains(with, "{{") || strings.Contains(with, "  ") {
			t.Errorf("%q filled in reads %q", text, with)
		}
	}
	b, err := parseBody("Gentile **{{nome}}**, la aspettiamo.\n\n{{nome}}, a presto\n\nDa {{nome}}")
	if err != nil {
		t.Fatal(err)
	}
	got := b.html.fillHTML(nil)
	for _, want := range []string{"Gentile<strong></strong>, la", ">A presto<", ">Da<"} {
		if !strings.Contains(got, want) {
			t.Errorf("the page has no %q: %s", want, got)
		}
	}
}
