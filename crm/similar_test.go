package crm

import (
	"slices"
	"testing"

	"ascolto/internal/civic"
)

// TestNamesAlikeAreApart: who has every word as it was typed is found, and who is only named alike is apart:
// by a letter, by the ending that running text would forgive, or by a word of three that is missing.
func TestNamesAlikeAreApart(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	grandi := w.create(t, ContactInput{GivenName: "Anna Maria", FamilyName: "Grandi",
		Phones: []string{"349 008 5051"}})
	prando := w.create(t, ContactInput{GivenName: "Bruno", FamilyName: "Prando",
		Emails: []string{"bruno@posta.example"}})
	dangelo := w.create(t, ContactInput{GivenName: "Nicolò", FamilyName: "D'Angelo",
		Address: Address{Street: "Via Corassori 12", Town: "Modena"}})
	w.flush(t)
	tests := []struct {
		text           string
		found, similar []civic.ID
	}{
		{"grandi", ids(grandi), nil}, {"gran", ids(grandi), nil}, {"Anna Maria Grandi", ids(grandi), nil},
		{"grande", nil, ids(grandi)}, {"anna maria prando", nil, ids(grandi)},
		{"bruno prandi", nil, ids(prando)},
		{"via corassori", ids(dangelo), nil}, {"d’angelo", ids(dangelo), nil},
		{"dangelo nicolo", ids(dangelo), nil}, {"d angelo", ids(dangelo), nil},
		{"dangela", nil, ids(dangelo)}, {"3490085", ids(grandi), nil}, {"3490086", nil, nil},
		{"bruno@posta.example", ids(prando), nil},
	}
	for _, tt := range tests {
		found, similar, err := w.FindContacts(t.Context(), w.Operator, tt.text, "")
		if err != nil || !slices.Equal(ids(found...), tt.found) ||
			!slices.Equal(ids(similar...), tt.similar) {
			t.Errorf("%q finds %s and alike %s, %v", tt.text, called(found), called(similar), err)
		}
	}
	found, similar, err := w.FindContacts(t.Context(), w.Operator, "prandi", "")
	if err != nil || len(found) != 0 || len(similar) != 2 {
		t.Errorf("prandi finds %s and alike %s, %v", called(found), called(similar), err)
	}
}

// ids returns the ids of contacts, nil of none.
func ids(contacts ...Contact) (out []civic.ID) {
	for _, c := range contacts {
		out = append(out, c.ID)
	}
	return out
}

// called returns the names of contacts.
func called(contacts []Contact) (names []string) {
	for _, c := range contacts {
		names = append(names, c.DisplayName())
	}
	return names
}
