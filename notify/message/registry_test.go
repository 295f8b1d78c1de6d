package message

import (
	"fmt"
	"strings"
	"testing"

	"ascolto/internal/civic"
)

// testRegistry has one template of each sort, whose texts show their key and fields.
func testRegistry(t *testing.T) *Registry {
	t.Helper()
	r, err := NewRegistry(func(language string, m civic.Message) string {
		return fmt.Sprintf("%s %s %v %v", language, m.Key, m.Args["Code"], m.Args["Minutes"])
	}, Template{ID: "a.code", Fields: []Field{
		{Name: "Code", Kind: FieldCode, Meaning: "a.field.code"},
		{Name: "Minutes", Kind: FieldNumber, Meaning: "a.field.minutes"},
	}}, Template{ID: "a.test", SubjectOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestATemplateTakesExactlyItsFields(t *testing.T) {
	t.Parallel()
	r := testRegistry(t)
	got, err := r.Compose("a.code", "it", civic.Args{"Code": "123", "Minutes": 10})
	if want := (Composed{"it a.code.subject 123 10", "it a.code.text 123 10"}); err != nil || got != want {
		t.Errorf("got %+v, %v", got, err)
	}
	if got, err := r.Compose("a.test", "en", nil); err != nil || got.Text != "" || got.Subject == "" {
		t.Errorf("a subject alone: %+v, %v", got, err)
	}
	for name, c := range map[string]struct {
		id     string
		values civic.Args
		want   string
	}{
		"missing":    {"a.code", civic.Args{"Code": "123"}, "Minutes is missing"},
		"undeclared": {"a.code", civic.Args{"Code": "123", "Minutes": 10, "Town": "x"}, "Town is not declared"},
		"kind":       {"a.code", civic.Args{"Code": "123", "Minutes": "10"}, "Minutes is no number"},
		"empty":      {"a.code", civic.Args{"Code": "", "Minutes": 10}, "Code is no code"},
		"none":       {"a.test", civic.Args{"Code": "123"}, "Code is not declared"},
		"unknown":    {"a.other", nil, "no template"},
	} {
		got, err := r.Compose(c.id, "it", c.values)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "123") ||
			got != (Composed{}) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestWrongDeclarationsAreRefused(t *testing.T) {
	t.Parallel()
	field := Field{Name: "Code", Kind: FieldCode, Meaning: "a.field.code"}
	for name, templates := range map[string][]Template{
		"without a name": {{}},
		"twice":          {{ID: "a"}, {ID: "a"}},
		"field twice":    {{ID: "a", Fields: []Field{field, field}}},
		"no kind":        {{ID: "a", Fields: []Field{{Name: "Code", Meaning: "x"}}}},
		"no meaning":     {{ID: "a", Fields: []Field{{Name: "Code", Kind: FieldCode}}}},
	} {
		if _, err := NewRegistry(nil, templates...); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	r := testRegistry(t)
	r.Templates()[0].ID = "changed"
	if got := r.Templates(); len(got) != 2 || got[0].ID != "a.code" || got[0].Title().Key != "a.code.title" {
		t.Errorf("listed %+v", got)
	}
}
