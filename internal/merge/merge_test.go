package merge

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/civic"
)

type phone struct{ number, proof string }

type card struct {
	name, street string
	phones       []phone
	edits        Edits
}

func cardFields() Fields[card] {
	return Fields[card]{
		Value("name", func(c *card) *string { return &c.name }),
		Value("street", func(c *card) *string { return &c.street }),
		List("phone", func(c *card) *[]phone { return &c.phones }, func(p phone) string { return p.number },
			3),
	}
}

func numbers(list ...string) []phone {
	var out []phone
	for _, n := range list {
		out = append(out, phone{number: n})
	}
	return out
}

// TestTwoWhoEdit: what one alone changed is kept, what both changed is a clash.
func TestTwoWhoEdit(t *testing.T) {
	t.Parallel()
	base := card{name: "Anna", street: "Via Emilia 1", phones: numbers("a", "b")}
	for _, tt := range []struct {
		what         string
		mine, stored card
		want         card
		clashes      []string
	}{
		{"nobody", base, base, base, nil},
		{"I alone", card{"Anna", "Via Po", numbers("a", "b"), nil}, base,
			card{"Anna", "Via Po", numbers("a", "b"), nil}, nil},
		{"the other alone", base, card{"Anna", "Via Po", numbers("a", "b", "c"), nil},
			card{"Anna", "Via Po", numbers("a", "b", "c"), nil}, nil},
		{"each another field", card{"Anna", "Via Po", numbers("a", "b"), nil},
			card{"Anna", "Via Emilia 1", numbers("a", "b", "c"), nil},
			card{"Anna", "Via Po", numbers("a", "b", "c"), nil}, nil},
		{"both the same", card{"Anna", "Via Po", numbers("a", "b"), nil},
			card{"Anna", "Via Po", numbers("a", "b"), nil},
			card{"Anna", "Via Po", numbers("a", "b"), nil}, nil},
		{"both one field", card{"Anna", "Via Po", numbers("a", "b"), nil},
			card{"Annina", "Via Adda", numbers("a", "b"), nil},
			card{"Annina", "Via Po", numbers("a", "b"), nil}, []string{"street"}},
		{"both emptied and wrote", card{"", "Via Emilia 1", numbers("a", "b"), nil},
			card{"Annina", "Via Emilia 1", numbers("a", "b"), nil},
			card{"", "Via Emilia 1", numbers("a", "b"), nil}, []string{"name"}},
		{"a list: each adds one", card{"Anna", "Via Emilia 1", numbers("b", "x"), nil},
			card{"Anna", "Via Emilia 1", numbers("a", "b", "y"), nil},
			card{"Anna", "Via Emilia 1", numbers("b", "x", "y"), nil}, nil},
		{"a list: I reorder, the other takes away", card{"Anna", "Via Emilia 1", numbers("b", "a"), nil},
			card{"Anna", "Via Emilia 1", numbers("a"), nil},
			card{"Anna", "Via Emilia 1", numbers("a"), nil}, nil},
		{"a list: too many together", card{"Anna", "Via Emilia 1", numbers("a", "b", "x"), nil},
			card{"Anna", "Via Emilia 1", numbers("a", "b", "y"), nil},
			card{"Anna", "Via Emilia 1", numbers("a", "b", "x"), nil}, []string{"phone"}},
	} {
		fs := cardFields()
		mine := tt.mine
		clashes := fs.Join(fs.Shown(&base), &mine, &tt.stored)
		if d := cmp.Diff(tt.clashes, clashes); d != "" {
			t.Errorf("%s: clashes: %s", tt.what, d)
		}
		if d := cmp.Diff(tt.want, mine, cmp.AllowUnexported(card{}, phone{})); d != "" {
			t.Errorf("%s: %s", tt.what, d)
		}
	}
}

// TestAnElementKeepsWhatTheStoreKnows: a form knows of a number only its digits; the proof beside it is the
// store's.
func TestAnElementKeepsWhatTheStoreKnows(t *testing.T) {
	t.Parallel()
	fs := cardFields()
	stored := card{phones: []phone{{"a", "proved"}}}
	mine := card{phones: numbers("a", "b")}
	if clashes := fs.Join(fs.Shown(&stored), &mine, &stored); clashes != nil ||
		mine.phones[0].proof != "proved" || len(mine.phones) != 2 {
		t.Errorf("%v %+v", clashes, mine)
	}
}

// TestAFormThatShowedNothing: of a form without a base every difference is a clash, and none where both
// agree; a base that no form of ours made is worth nothing.
func TestAFormThatShowedNothing(t *testing.T) {
	t.Parallel()
	for _, shown := range []string{"", "street", "=;;=", "other=abc"} {
		mine, stored := card{name: "Anna", street: "Via Po"}, card{name: "Anna", street: "Via Adda",
			phones: numbers("a")}
		if d := cmp.Diff([]string{"street", "phone"}, cardFields().Join(shown, &mine, &stored)); d != "" {
			t.Errorf("%q: %s", shown, d)
		}
	}
}

// TestApplySaysWhoAndWhen: a clash names the field, who stored it and when; saving once more with what is
// stored as the base works.
func TestApplySaysWhoAndWhen(t *testing.T) {
	t.Parallel()
	first := civic.NewActor(civic.Actor{Account: "a1", Name: "Bruno Neri",
		Roles: []civic.Role{civic.Operator}}, nil)
	second := civic.NewActor(civic.Actor{Account: "a2", Name: "Anna Sala",
		Roles: []civic.Role{civic.Citizen}}, nil)
	at := time.Date(2026, 11, 29, 9, 42, 0, 0, time.UTC)
	base := card{name: "Anna", street: "Via Emilia 1"}
	update := func(by civic.Actor, at time.Time, shown string) Update[card] {
		return Update[card]{Fields: cardFields(), Edits: func(c *card) *Edits { return &c.edits },
			Shown: shown, By: by, At: at}
	}
	shown := cardFields().Shown(&base)

	stored := card{name: "Anna", street: "Via Po", phones: numbers("a")}
	if err := update(first, at, shown).Apply(&stored, &base); err != nil {
		t.Fatal(err)
	}
	mine := base
	mine.street = "Via Adda"
	err := update(second, at.Add(time.Minute), shown).Apply(&mine, &stored)
	conflict, ok := errors.AsType[*Conflict[card]](err)
	if !ok || civic.CodeOf(err) != civic.Conflict {
		t.Fatalf("%v", err)
	}
	if d := cmp.Diff([]Edit{{Field: "street", By: "a1", Name: "Bruno Neri", At: at}},
		conflict.Clashes); d != "" {
		t.Error(d)
	}
	if conflict.Mine.street != "Via Adda" || len(conflict.Mine.phones) != 1 ||
		conflict.Stored.street != "Via Po" {
		t.Errorf("%+v", conflict)
	}
	again := conflict.Mine
	if err := update(second, at.Add(time.Minute),
		cardFields().Shown(&stored)).Apply(&again, &stored); err != nil {
		t.Fatal(err)
	}
	if again.street != "Via Adda" || len(again.phones) != 1 {
		t.Errorf("%+v", again)
	}
	want := []Edit{{Field: "phone", By: "a1", Name: "Bruno Neri", At: at},
		{Field: "street", By: "a2", At: at.Add(time.Minute)}}
	if d := cmp.Diff(Edits(want), again.edits); d != "" {
		t.Error(d)
	}
}

// TestAFieldThatWasCalledOtherwise: what a page of an earlier version showed of a field under another name
// counts: what one alone changed is kept, a clash says who.
func TestAFieldThatWasCalledOtherwise(t *testing.T) {
	t.Parallel()
	by := civic.NewActor(civic.Actor{Account: "a2"}, nil)
	at := time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
	base := card{name: "Anna", street: "Via Emilia 1"}
	shown := cardFields().Shown(&base)
	fields := cardFields()
	fields[1].Name = "streets.1"
	fields[1] = fields[1].Formerly("street")
	update := Update[card]{Fields: fields, Edits: func(c *card) *Edits { return &c.edits }, Shown: shown,
		By: by, At: at}

	stored, mine := base, base
	stored.street, stored.edits = "Via Po", Edits{{Field: "streets.1", By: "a1", Name: "Bruno Neri", At: at}}
	if err := update.Apply(&mine, &stored); err != nil || mine.street != "Via Po" {
		t.Errorf("a street that the other one alone changed: %q, %v", mine.street, err)
	}
	if d := cmp.Diff(Edits{{Field: "streets.1", By: "a1", Name: "Bruno Neri", At: at}}, mine.edits); d != "" {
		t.Error(d)
	}
	mine = base
	mine.street = "Via Adda"
	conflict, ok := errors.AsType[*Conflict[card]](update.Apply(&mine, &stored))
	if !ok {
		t.Fatal("no conflict of a street that both changed")
	}
	if d := cmp.Diff([]Edit{{Field: "streets.1", By: "a1", Name: "Bruno Neri", At: at}},
		conflict.Clashes); d != "" {
		t.Error(d)
	}
	mine = base
	mine.street = "Via Adda"
	update.Shown = fields.Shown(&stored)
	if err := update.Apply(&mine, &stored); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(Edits{{Field: "streets.1", By: "a2", At: at}}, mine.edits); d != "" {
		t.Error(d)
	}
}

func TestRenamedEdits(t *testing.T) {
	t.Parallel()
	was := Edits{{Field: "street", By: "a1"}, {Field: "name", By: "a2"}}
	names := map[string]string{"street": "streets.1"}
	is, renamed := was.Renamed(names)
	if d := cmp.Diff(Edits{{Field: "streets.1", By: "a1"}, {Field: "name", By: "a2"}}, is); d != "" || !renamed {
		t.Error(renamed, d)
	}
	if was[0].Field != "street" {
		t.Error("the stored edits were changed in place")
	}
	if _, renamed := is.Renamed(names); renamed {
		t.Error("they were renamed twice")
	}
}
