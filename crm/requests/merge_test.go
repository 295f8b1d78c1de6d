package requests

import (
	"errors"
	"strings"
	"testing"

	"ascolto/internal/civic"
	"ascolto/internal/merge"
	"ascolto/internal/testtown"
)

// colleagues are two administrators.
func (w *town) colleagues() (ada, ugo civic.Actor) {
	ada, ugo = w.admin, w.admin
	ada.Account, ada.Name, ugo.Account, ugo.Name = "ada", "Ada Neri", "ugo", "Ugo Sala"
	return ada, ugo
}

// clashesOf returns the fields that a conflict asks of, the first of which Ada changed.
func clashesOf[T any](t *testing.T, err error) string {
	t.Helper()
	conflict, ok := errors.AsType[*merge.Conflict[T]](err)
	if err != nil && !ok {
		t.Fatal(err)
	}
	var names []string
	if ok {
		for _, e := range conflict.Clashes {
			names = append(names, e.Field)
		}
		if e := conflict.Clashes[0]; e.Name != "Ada Neri" || e.At.IsZero() {
			t.Errorf("%s was changed by %q at %v", e.Field, e.Name, e.At)
		}
	}
	return strings.Join(names, " ")
}

// TestTwoWhoEditAStep: each keeps what they alone changed; the second is asked of what both changed, and
// where what each wrote does not go together. A form that is sent again changes nothing more.
func TestTwoWhoEditAStep(t *testing.T) {
	t.Parallel()
	type change = func(*Step)
	tell := func(readers ...Reader) change { return func(st *Step) { st.Tell = readers } }
	value := func(n int) change { return func(st *Step) { st.Value = n } }
	power := func(id civic.ID) change { return func(st *Step) { st.Substitute = id } }
	off := func(st *Step) { st.Off = true }
	for what, c := range map[string]struct {
		first, second change
		clashes       string
	}{
		"a value and who is told": {value(5), tell(ReaderHead), ""},
		"the same value":          {value(5), value(5), ""},
		"values":                  {value(5), value(6), "kind"},
		"a kind and a value":      {func(st *Step) { st.Kind = StepAfter }, value(6), "kind"},
		"who is told, in other orders": {tell(ReaderSubstitute, ReaderHead), tell(ReaderHead, ReaderSubstitute),
			""},
		"who is told":                  {tell(ReaderHead), tell(ReaderResponsible), "tell"},
		"off, and for which procedure": {off, func(st *Step) { st.Procedure = "istanza" }, ""},
		"a substitute who is not told": {tell(ReaderHead), power("@"), "tell substitute"},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			w, ctx := newTown(t), t.Context()
			ada, ugo := w.colleagues()
			named, err := w.Substitutes(ctx)
			testtown.Check(t, err)
			base, err := w.SaveStep(ctx, w.admin, formKey(), "", 0, Step{Kind: StepBefore, Value: 3,
				Tell: []Reader{ReaderHead, ReaderSubstitute}})
			testtown.Check(t, err)
			form := func(change change) Step {
				st := base
				st.Base = base.Shown()
				if change(&st); st.Substitute == "@" {
					st.Substitute = named[0].ID
				}
				return st
			}
			_, err = w.SaveStep(ctx, ada, "", base.ID, 0, form(c.first))
			testtown.Check(t, err)
			for range 2 {
				_, err = w.SaveStep(ctx, ugo, "", base.ID, 0, form(c.second))
				if got := clashesOf[Step](t, err); got != c.clashes {
					t.Errorf("asked of %q, want %q", got, c.clashes)
				}
			}
			now, err := w.Step(ctx, base.ID)
			testtown.Check(t, err)
			want := base
			c.first(&want)
			if c.clashes == "" {
				c.second(&want)
			}
			if want.Base = now.Shown(); want.Shown() != now.Shown() {
				t.Errorf("it is %+v, want %+v", now, want)
			}
			if most := base.Revision + 2; now.Revision > most {
				t.Errorf("revision %d, want at most %d", now.Revision, most)
			}
		})
	}
}

// TestTwoWhoEditAProcedure: a version is made of what both changed since they opened their forms; the second
// is asked of what both changed, and where what each wrote does not go together. A form that is sent again
// makes no other version.
func TestTwoWhoEditAProcedure(t *testing.T) {
	t.Parallel()
	type change = func(*Version)
	basis := func(s string) change { return func(v *Version) { v.Basis = s } }
	name := func(l, s string) change { return func(v *Version) { v.Name = v.Name.With(l, s) } }
	promised := func(first, solution int) change {
		return func(v *Version) { v.FirstHours, v.SolutionHours = first, solution }
	}
	for what, c := range map[string]struct {
		first, second change
		clashes       string
		versions      int
	}{
		"a language each":   {name("it", "Domanda"), name("en", "Petition"), "", 3},
		"a basis and terms": {basis("L. 1"), func(v *Version) { v.Term.Length = 45 }, "", 3},
		"the same":          {basis("L. 1"), basis("L. 1"), "", 2},
		"a basis":           {basis("L. 1"), basis("L. 2"), "basis", 2},
		"a day to come":     {func(v *Version) { v.From = "2027-01-01" }, basis("L. 2"), "", 3},
		"two days": {func(v *Version) { v.From = "2027-01-01" }, func(v *Version) { v.From = "2027-02-01" },
			"from", 2},
		"both promises": {promised(16, 20), promised(2, 8), "first_hours solution_hours", 2},
		"hours each":    {promised(9, 0), promised(0, 8), "first_hours solution_hours", 2},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			w, ctx := newTown(t), t.Context()
			ada, ugo := w.colleagues()
			p, err := w.Procedure(ctx, "istanza")
			testtown.Check(t, err)
			base := p.Latest().Next(w.today().String())
			if base.From != w.today().String() {
				t.Fatalf("the form begins on %s", base.From)
			}
			form := func(change change) Version {
				v := base
				v.Base = base.Shown()
				change(&v)
				return v
			}
			_, err = w.SaveProcedure(ctx, ada, formKey(), p.ID, 0, form(c.first))
			testtown.Check(t, err)
			for range 2 {
				_, err = w.SaveProcedure(ctx, ugo, formKey(), p.ID, 0, form(c.second))
				if got := clashesOf[Version](t, err); got != c.clashes {
					t.Errorf("asked of %q, want %q", got, c.clashes)
				}
			}
			now, err := w.Procedure(ctx, p.ID)
			testtown.Check(t, err)
			want := base
			c.first(&want)
			if c.clashes == "" {
				c.second(&want)
			}
			if latest := now.Latest(); latest.Shown() != want.Shown() || len(now.Versions) != c.versions {
				t.Errorf("%d versions, want %d; the latest is %+v", len(now.Versions), c.versions, latest)
			}
		})
	}
}
