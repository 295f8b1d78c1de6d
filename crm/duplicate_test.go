package crm

import (
	"errors"
	"slices"
	"testing"

	"ascolto/internal/civic"
	"ascolto/internal/textfold"
)

func TestLikelyDoublesAreShownBeforeSaving(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	mario := w.create(t, ContactInput{GivenName: "Mario", FamilyName: "Rossi", Phones: []string{"3471234567"},
		Emails: []string{"casa.rossi@posta.example"}, BirthYear: "1960"})
	w.create(t, ContactInput{GivenName: "Maria", FamilyName: "Esposito", Phones: []string{"3479999999"}})
	tests := []struct {
		name  string
		in    ContactInput
		want  []Reason
		score int
	}{
		{"the phone of another", ContactInput{GivenName: "Carla", FamilyName: "Bianchi",
			Phones: []string{"+39 347 1234567"}}, []Reason{SamePhone}, 50},
		{"the address in capitals",
			ContactInput{FamilyName: "Bianchi", Emails: []string{"CASA.ROSSI@posta.example"}},
			[]Reason{SameEmail}, 60},
		{"name the other way round", ContactInput{GivenName: "Rossi", FamilyName: "Mario"},
			[]Reason{SameName}, 40},
		{"name misheard", ContactInput{GivenName: "Mario", FamilyName: "Rosi"}, []Reason{SimilarName}, 30},
		{"everything", ContactInput{GivenName: "Mario", FamilyName: "Rossi", Phones: []string{"3471234567"},
			Emails: []string{"casa.rossi@posta.example"}, BirthYear: "1960"},
			[]Reason{SameEmail, SamePhone, SameName, SameYear}, 100},
	}
	for _, tt := range tests {
		tt.in.Kind = Person
		_, err := w.CreateContact(t.Context(), w.Operator, tt.in)
		found, ok := errors.AsType[*Duplicates](err)
		if !ok || civic.CodeOf(err) != civic.Conflict || len(found.Candidates) != 1 {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		got := found.Candidates[0]
		if got.Contact.ID != mario.ID || !slices.Equal(got.Reasons, tt.want) || got.Score != tt.score {
			t.Errorf("%s: score %d for %v", tt.name, got.Score, got.Reasons)
		}
	}
	for _, in := range []ContactInput{
		{GivenName: "Marta", FamilyName: "Russo"},
		{GivenName: "Luigi", FamilyName: "Verdi", BirthYear: "1960"},
		{Organisation: "Rossi Mario & C.", Kind: Organisation},
	} {
		if in.Kind == "" {
			in.Kind = Person
		}
		if _, err := w.CreateContact(t.Context(), w.Operator, in); err != nil {
			t.Errorf("%+v is no double: %v", in, err)
		}
	}
	// the operator goes on, and says why
	c, err := w.CreateContact(t.Context(), w.Operator,
		ContactInput{Kind: Person, GivenName: "Mario", FamilyName: "Rossi",
			Reason: " il figlio,\nstesso nome "})
	if err != nil || c.DuplicateReason != "il figlio, stesso nome" {
		t.Errorf("with a reason: %+v, %v", c, err)
	}
	if got := w.audited(t, mario.ID); len(got) != len(tests)+1 || got[0] != "crm.contact.candidate" {
		t.Errorf("each candidate shown is a reading: %v", got)
	}
}

func TestFold(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Nicolò": "nicolo", "D'Angelo": "dangelo", "D’Aloè": "daloe", "Lo  Russo-Bianchi": "lo russo bianchi",
		"": "", " . ": "",
		"ŠČEPAN": "scepan", "Associazione «Ponte Alto» n. 2": "associazione ponte alto n 2", "Юрий": "юрии",
		"Strauß": "strauss",
	} {
		if got := textfold.Name(in); got != want {
			t.Errorf("textfold.Name(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestLikeness(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		a, b string
		min  float64
		max  float64
	}{
		{"rossi mario", "mario rossi", 1, 1},
		{"rossi mario", "rosi mario", 0.85, 0.99},
		{"rossi mario", "rossi maria", 0.85, 0.99},
		{"dangelo", "d angelo", 1, 1},
		{"abcd", "abdc", 0.75, 0.75}, // a swap is one edit
		{"rossi mario", "verdi luigi", 0, 0.5},
		{"", "", 0, 0},
		{"a", "", 0, 0},
	} {
		if got := likeness(tt.a, tt.b); got < tt.min || got > tt.max || got != likeness(tt.b, tt.a) {
			t.Errorf("likeness(%q, %q) = %v, want %v to %v", tt.a, tt.b, got, tt.min, tt.max)
		}
	}
}

func FuzzNames(f *testing.F) {
	f.Add("Nicolò D'Angelo", "De Santis")
	f.Add("\xff", "İ")
	f.Fuzz(func(t *testing.T, a, b string) {
		x, y := textfold.Name(a), textfold.Name(b)
		if textfold.Name(x) != x {
			t.Fatalf("textfold.Name(%q) = %q, folded again %q", a, x, textfold.Name(x))
		}
		if l := likeness(x, y); l < 0 || l > 1 || x != "" && likeness(x, x) != 1 {
			t.Fatalf("likeness(%q, %q) = %v", x, y, l)
		}
		skeleton(x)
	})
}
