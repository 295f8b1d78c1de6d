package textfold_test

import (
	"strings"
	"testing"

	"ascolto/internal/textfold"
)

func TestFold(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"":             "",
		"ABC 1":        "abc 1",
		"Città è già":  "citta e gia",
		"Łucja Đanilo": "lucja danilo",
		"Þór Öberg":    "thor oberg",
		"İzmir ıŞık":   "izmir isik",
		"Straße ﬁne":   "strasse fine",
		"日本":           "日本",
	} {
		if got := textfold.Fold(s); got != want {
			t.Errorf("Fold(%q) = %q, want %q", s, got, want)
		}
	}
}

func TestSlug(t *testing.T) {
	t.Parallel()
	for title, want := range map[string]string{
		"Perché l'autobus è così lento?":          "perche-l-autobus-e-cosi-lento",
		"  Dov’è   finito il   n. 7?":             "dov-e-finito-il-n-7",
		"Łódź in mostra":                          "lodz-in-mostra",
		"日本":                                      "",
		strings.Repeat("parola ", 20):             "parola-parola-parola-parola-parola-parola-parola-parola",
		strings.Repeat("x", 100):                  strings.Repeat("x", 60),
		"<script>alert(1)</script>/../etc/passwd": "script-alert-1-script-etc-passwd",
	} {
		if got := textfold.Slug(title, 60); got != want {
			t.Errorf("Slug(%q) = %q, want %q", title, got, want)
		}
		if again := textfold.Slug(want, 60); again != want {
			t.Errorf("Slug(%q) = %q, not itself", want, again)
		}
	}
}
