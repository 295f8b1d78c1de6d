package sitepage

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore/storetest"
	"ascolto/internal/merge"
)

func openService(t *testing.T) (*Service, *audit.Log) {
	t.Helper()
	db := storetest.Open(t)
	log, err := audit.New(t.Context(), db, audit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(t.Context(), db, log, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s, log
}

// TestVersionsHaveNoGaps: the text in force, sent again by a form that names a version of the future, makes
// none; sent again by the form that made it, or an older one, it is told as it is.
func TestVersionsHaveNoGaps(t *testing.T) {
	t.Parallel()
	s, _ := openService(t)
	by := civic.System("test")
	publish := func(base int64, text string) (int64, civic.Code) {
		v, err := s.Publish(t.Context(), by, Draft{
			Page: FAQ, Base: base, Text: civic.Text{civic.Italian: text, civic.English: text},
		})
		return v.Number, civic.CodeOf(err)
	}
	for _, c := range []struct {
		base int64
		text string
		want int64
		code civic.Code
	}{
		{0, "Uno.", 1, ""}, {1, "Due.", 2, ""}, {1, "Due.", 2, ""}, {0, "Due.", 2, ""}, {2, "Due.", 2, ""},
		{7, "Due.", 0, civic.Conflict}, {7, "Tre.", 0, civic.Conflict}, {-3, "Tre.", 0, civic.Conflict},
	} {
		if n, code := publish(c.base, c.text); n != c.want || code != c.code {
			t.Errorf("%q after version %d: version %d %q, want %d %q", c.text, c.base, n, code, c.want,
				c.code)
		}
	}
	if all, err := s.Versions(t.Context(), FAQ, civic.PageRequest{}); err != nil || len(all.Items) != 2 {
		t.Errorf("%d versions, %v", len(all.Items), err)
	}
}

// TestTwoWhoWordAPage: of two who published from forms that showed the same version, each keeps the language
// that they alone changed; who comes second is asked only of a language that both changed, and told who
// published it, however many versions lie between. Taking everything back to the program's text asks of
// whatever the other one wrote. A form sent again says the same, and is audited once.
func TestTwoWhoWordAPage(t *testing.T) {
	t.Parallel()
	program := civic.Text{civic.Italian: "Dal programma.", civic.English: "Of the program."}
	text := func(it, en string) civic.Text { return civic.Text{civic.Italian: it, civic.English: en} }
	shown := text("Prima.", "Before.")
	for _, c := range []struct {
		what     string
		before   []civic.Text // published before both open their forms
		first    []civic.Text // published by the first one, one after another
		second   civic.Text   // nil: back to the program's text
		want     civic.Text   // in force afterwards; nil: nothing is published
		clashes  string
		standard bool
	}{
		{"another language each", []civic.Text{shown}, []civic.Text{text("Prima.", "Theirs.")},
			text("Mio.", "Before."), text("Mio.", "Theirs."), "", false},
		{"the same, from the program's text", nil, []civic.Text{text("Dal programma.", "Theirs.")},
			text("Mio.", "Of the program."), text("Mio.", "Theirs."), "", false},
		{"one language", []civic.Text{shown}, []civic.Text{text("Suo.", "Before.")}, text("Mio.", "Before."), nil,
			"text.it", false},
		{"one language, and the other one's", []civic.Text{shown}, []civic.Text{text("Suo.", "Theirs.")},
			text("Mio.", "Before."), nil, "text.it", false},
		{"both languages", []civic.Text{shown}, []civic.Text{text("Suo.", "Theirs.")}, text("Mio.", "Mine."), nil,
			"text.it text.en", false},
		{"the same words", []civic.Text{shown}, []civic.Text{text("Suo.", "Before.")}, text("Suo.", "Before."),
			text("Suo.", "Before."), "", false},
		{"with a version between", []civic.Text{shown},
			[]civic.Text{text("Suo.", "Before."), text("Suo.", "Theirs.")}, text("Mio.", "Before."), nil,
			"text.it", false},
		{"taken back by the other one meanwhile", []civic.Text{shown}, []civic.Text{nil},
			text("Mio.", "Before."), nil, "text.it", false},
		{"taken back, the other one wrote", []civic.Text{text("Prima.", "Of the program.")},
			[]civic.Text{text("Prima.", "Theirs.")}, nil, nil, "text.en", false},
		{"taken back by both", []civic.Text{shown}, []civic.Text{nil}, nil, nil, "", true},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			s, log := openService(t)
			ctx := t.Context()
			colleague := func(id civic.ID, name string) civic.Actor {
				return civic.NewActor(civic.Actor{Account: id, Name: name, Roles: []civic.Role{civic.Communication}},
					civic.Grants{civic.Communication: {PermWrite}})
			}
			ada, ugo := colleague("ada", "Ada Neri"), colleague("ugo", "Ugo Sala")
			base := int64(0)
			publish := func(by civic.Actor, base int64, text civic.Text) error {
				_, err := s.Publish(ctx, by, Draft{Page: FAQ, Base: base, Text: text, Standard: text == nil,
					Program: program})
				return err
			}
			for _, texts := range [][]civic.Text{c.before, c.first} {
				for _, text := range texts {
					if err := publish(ada, base, text); err != nil {
						t.Fatal(err)
					}
					base++
				}
			}
			opened := int64(len(c.before))
			for range 2 {
				err := publish(ugo, opened, c.second)
				conflict, clash := errors.AsType[*merge.Conflict[Version]](err)
				if err != nil && !clash {
					t.Fatal(err)
				}
				var names []string
				if clash {
					for _, e := range conflict.Clashes {
						names = append(names, e.Field)
						if e.Name != "Ada Neri" || e.At.IsZero() {
							t.Errorf("%s was published by %q at %v", e.Field, e.Name, e.At)
						}
					}
				}
				if got := strings.Join(names, " "); got != c.clashes {
					t.Errorf("they are asked of %q, want %q", got, c.clashes)
				}
			}
			now, err := s.pages.newest(ctx, string(FAQ))
			if err != nil {
				t.Fatal(err)
			}
			switch {
			case c.clashes != "" || c.standard:
				if now.Number != base {
					t.Errorf("version %d is in force, want %d", now.Number, base)
				}
			case !now.Text.Equal(c.want):
				t.Errorf("in force is %v, want %v", now.Text, c.want)
			}
			lines, err := log.List(ctx, civic.System("test"), audit.Query{Action: ActionPublish})
			if err != nil || len(lines.Items) != int(now.Number) {
				t.Errorf("%d versions, %d lines in the audit, %v", now.Number, len(lines.Items), err)
			}
		})
	}
}

// TestWhoPublishedIsTold: the line of a version whose author died over it is written in their name when a
// colleague publishes next, and by the repair of the next start.
func TestWhoPublishedIsTold(t *testing.T) {
	t.Parallel()
	s, log := openService(t)
	anna := civic.Actor{Account: "anna", Name: "Anna", Roles: []civic.Role{civic.Communication}}
	bea := civic.NewActor(civic.Actor{Account: "bea", Name: "Bea", Roles: []civic.Role{civic.Communication}},
		civic.Grants{civic.Communication: {PermWrite}})
	dies := func(base int64, text string) {
		t.Helper()
		v, err := Draft{Page: FAQ, Base: base, Text: civic.Text{"it": text, "en": text}}.parse(anna, s.pages.now())
		if err == nil {
			err = s.pages.versions.Insert(t.Context(), &v)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	wrote := func(want ...civic.ID) {
		t.Helper()
		page, err := log.List(t.Context(), civic.System("test"), audit.Query{Action: ActionPublish})
		if err != nil {
			t.Fatal(err)
		}
		var got []civic.ID
		for _, r := range page.Items {
			got = append(got, r.Actor)
		}
		if !slices.Equal(got, want) {
			t.Errorf("the audit names %v, newest first, want %v", got, want)
		}
	}
	dies(0, "Uno.")
	if _, err := s.Publish(t.Context(), bea, Draft{Page: FAQ, Base: 1,
		Text: civic.Text{"it": "Due.", "en": "Due."}}); err != nil {
		t.Fatal(err)
	}
	wrote("bea", "anna")
	dies(2, "Tre.")
	for range 2 {
		if err := s.Repair(t.Context(), s.pages.now().Add(-time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	wrote("anna", "bea", "anna")
}
