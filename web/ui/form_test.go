package ui_test

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"ascolto/internal/civic"
	"ascolto/web/locale"
	"ascolto/web/ui"
)

func render(t *testing.T, c templ.Component) *html.Node {
	t.Helper()
	var page strings.Builder
	if err := c.Render(t.Context(), &page); err != nil {
		t.Fatal(err)
	}
	n, err := html.Parse(strings.NewReader(page.String()))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// Every kind of field that comes back with a fault says so to who does not see the red: the field is marked,
// and the fault is among what describes it; and whatever describes a field is there.
func TestFaultsAreTold(t *testing.T) {
	t.Parallel()
	texts, err := locale.Load(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	options := []ui.Option{{Value: "a", Label: "A"}, {Value: "b", Label: "B"}}
	field := ui.Field{Name: "x", Label: "X", Hint: "Un aiuto", Required: true}
	for name, show := range map[string]func(ui.Form) templ.Component{
		"text":     func(f ui.Form) templ.Component { return ui.TextField(f, field) },
		"area":     func(f ui.Form) templ.Component { return ui.TextArea(f, field) },
		"date":     func(f ui.Form) templ.Component { return ui.DateField(f, field) },
		"select":   func(f ui.Form) templ.Component { return ui.Select(f, field, options) },
		"radio":    func(f ui.Form) templ.Component { return ui.RadioGroup(f, field, options) },
		"checkbox": func(f ui.Form) templ.Component { return ui.Checkbox(f, field) },
		"question": func(f ui.Form) templ.Component {
			return ui.AskQuestion(f, ui.Question{Field: field, Options: options})
		},
		"question with other": func(f ui.Form) templ.Component {
			return ui.AskQuestion(f,
				ui.Question{Field: field, Options: options, Other: &ui.Field{Name: "x.other", Label: "Quale?",
					Hint: "Poche parole"}})
		},
		"question in own words": func(f ui.Form) templ.Component {
			return ui.AskQuestion(f,
				ui.Question{Field: field, By: ui.ByText})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var p civic.Problems
			p.Add("x", "error.integer")
			marked, ids, described := 0, map[string]bool{}, []string{}
			for n := range render(t,
				show(ui.NewForm(texts.In(locale.Italian), "t", "k", nil, p.Err()))).Descendants() {
				ids[attr(n, "id")] = true
				by := strings.Fields(attr(n, "aria-describedby"))
				described = append(described, by...)
				if attr(n, "aria-invalid") == "true" {
					marked++
					if !strings.HasSuffix(strings.Join(by, " "), "-errore") {
						t.Errorf("what is marked is described by %q", by)
					}
				}
			}
			if marked != 1 {
				t.Errorf("%d fields are marked as wrong, want 1", marked)
			}
			for _, id := range described {
				if !ids[id] {
					t.Errorf("described by %s, which is not there", id)
				}
			}
		})
	}
}
