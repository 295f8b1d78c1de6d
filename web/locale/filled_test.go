package locale

import (
	"log/slog"
	"testing"
	"time"

	"ascolto/internal/civic"
)

func TestFilledTextsAreToldApart(t *testing.T) {
	t.Parallel()
	c, err := Load(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 11, 29, 23, 30, 0, 0, time.UTC)
	names := map[string]civic.Args{}
	for _, args := range []civic.Args{
		{}, {"A": "1"}, {"A": 1}, {"A": int64(1)}, {"B": "1"}, {"A": "1", "B": "2"}, {"A": "1\x00B=s1:2"},
		{"A": day}, {"A": day.Add(time.Nanosecond)},
		{"A": "12", "B": "3"}, {"A": "1", "B": "23"},
	} {
		name, ok := filledName("key", args)
		if had, taken := names[name]; taken || !ok {
			t.Errorf("%v is named like %v", args, had)
		}
		names[name] = args
	}
	if _, ok := filledName("key", civic.Args{"A": 1.5}); ok {
		t.Error("a fraction has a name")
	}
	for range 2 { // made, then remembered
		for n, want := range map[int]string{1: "1 risultato", 2: "2 risultati", 1234: "1.234 risultati"} {
			if got := c.In(Italian).T("core.count.results", civic.Args{"Count": n}); got != want {
				t.Errorf("%d: %q", n, got)
			}
		}
		if got := c.In(English).T("core.count.results", civic.Args{"Count": 1234}); got != "1,234 results" {
			t.Errorf("English: %q", got)
		}
	}
	if c.In(Italian).filled.Size() == 0 {
		t.Error("nothing is remembered")
	}
	missing := c.In(Italian).filled.Size()
	c.In(Italian).T("no.such.key", civic.Args{"Count": 1})
	if c.In(Italian).filled.Size() != missing {
		t.Error("a text that is missing is remembered")
	}
}
