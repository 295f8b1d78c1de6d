package requests

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/civic"
)

// TestDefaultProcedures: each has a basis, both languages and rules that the law knows.
func TestDefaultProcedures(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	offered, err := w.Offered(t.Context())
	if err != nil || len(offered) != 9 {
		t.Fatalf("%d procedures, %v", len(offered), err)
	}
	for _, p := range offered {
		v := p.Latest()
		if v.Name.Lacks(civic.Languages()) || v.Basis == "" || v.Term.Length < 1 || v.Number != 1 {
			t.Errorf("%s: %+v", p.ID, v)
		}
		if v.Motivated != (p.ID == "accesso-documenti") {
			t.Errorf("%s asks for reasons: %t", p.ID, v.Motivated)
		}
	}
	all, err := DefaultProcedures()
	if err != nil || w.Seed(t.Context(), root, all) != nil {
		t.Errorf("seeding twice: %v", err)
	}
	if _, err := ParseProcedures([]byte(`[{"id": "x", "versionz": []}]`)); err == nil {
		t.Error("a misspelt field is overlooked")
	}
}

func TestVersionInForce(t *testing.T) {
	t.Parallel()
	p := Procedure{Versions: []Version{{Number: 1, From: "2020-01-01"}, {Number: 2, From: "2026-01-01"},
		{Number: 3, From: "2026-01-01", Until: "2026-06-30"}, {Number: 4, From: "2027-01-01"}}}
	for day, want := range map[string]int{"2019-12-31": 0, "2020-01-01": 1, "2025-12-31": 1, "2026-01-01": 3,
		"2026-06-30": 3, "2026-07-01": 0, "2027-01-01": 4} {
		v, ok := p.On(day)
		if ok != (want != 0) || ok && v.Number != want {
			t.Errorf("on %s: version %d, %t", day, v.Number, ok)
		}
	}
}

func TestSavingProcedures(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	p, err := w.Procedure(t.Context(), "istanza")
	if err != nil {
		t.Fatal(err)
	}
	same, err := w.SaveProcedure(t.Context(), w.admin, formKey(), p.ID, p.Revision, p.Latest())
	if err != nil || len(same.Versions) != 1 {
		t.Errorf("what says the same is a version: %d, %v", len(same.Versions), err)
	}
	v := p.Latest()
	v.Term.Length = 45
	_, err = w.SaveProcedure(t.Context(), w.admin, formKey(), p.ID, p.Revision, v)
	if diff := cmp.Diff([]string{"from requests.error.from"}, fieldsOf(err)); diff != "" {
		t.Errorf("from the past: %v\n%s", err, diff)
	}
	v.From = "2026-12-01"
	saved, err := w.SaveProcedure(t.Context(), w.admin, formKey(), p.ID, p.Revision, v)
	if err != nil || len(saved.Versions) != 2 || saved.Latest().Number != 2 ||
		saved.Versions[0].Term.Length != 30 {
		t.Errorf("%+v, %v", saved.Versions, err)
	}
	v.Term.Length = 60
	if _, err := w.SaveProcedure(t.Context(), w.admin, formKey(), p.ID, p.Revision, v); civic.CodeOf(
		err,
	) != civic.Conflict {
		t.Errorf("two at once: %v", err)
	}
	if _, err := w.SaveProcedure(t.Context(), w.desk, formKey(), p.ID, saved.Revision, v); civic.CodeOf(
		err,
	) != civic.Forbidden {
		t.Errorf("an operator: %v", err)
	}
	key := formKey()
	for range 2 {
		made, err := w.SaveProcedure(t.Context(), w.admin, key, "", 0, v)
		if err != nil || made.ID != civic.ID(key) {
			t.Errorf("a new one: %+v, %v", made, err)
		}
	}
	v.Office, v.Term.Length, v.Silence, v.Name = "nowhere", 0, "maybe", civic.Text{
		civic.Italian: "Solo italiano",
	}
	_, err = w.SaveProcedure(t.Context(), w.admin, formKey(), "", 0, v)
	want := []string{
		"name.en error.required",
		"office error.choice",
		"term requests.error.term",
		"silence error.choice",
	}
	if diff := cmp.Diff(want, fieldsOf(err)); diff != "" {
		t.Error(diff)
	}
	if offered, err := w.Offered(t.Context()); err != nil || len(offered) != 9 {
		t.Errorf("offered before its day: %d, %v", len(offered), err)
	}
}

// TestProcedureOfAMistypedYear: no version begins in 2999, and one that an earlier program took does not keep
// others from following it.
func TestProcedureOfAMistypedYear(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	p, err := w.Procedure(t.Context(), "istanza")
	if err != nil {
		t.Fatal(err)
	}
	v := p.Latest()
	v.From, v.Term.Length = "2999-01-01", 45
	for _, c := range []struct {
		id       civic.ID
		revision int64
	}{{p.ID, p.Revision}, {"", 0}} {
		_, err = w.SaveProcedure(t.Context(), w.admin, formKey(), c.id, c.revision, v)
		if diff := cmp.Diff([]string{"from error.date.far"}, fieldsOf(err)); diff != "" {
			t.Errorf("%q from 2999: %v\n%s", c.id, err, diff)
		}
	}
	p, err = w.procedures.Update(t.Context(), p.ID, func(p *Procedure) error {
		v.Number = 2
		p.Versions = append(p.Versions, v)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	v.From, v.Term.Length = w.today().String(), 60
	p, err = w.SaveProcedure(t.Context(), w.admin, formKey(), p.ID, p.Revision, v)
	if now, ok := p.On(w.today().String()); err != nil || !ok || now.Number != 3 || now.Term.Length != 60 {
		t.Errorf("after the version of 2999: %+v, %v", now, err)
	}
}
