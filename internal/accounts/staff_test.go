package accounts

import (
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/civic"
)

var (
	grants    = civic.Grants{civic.Administrator: {PermManage, PermRead}}
	someAdmin = civic.NewActor(civic.Actor{Account: "admin", Roles: []civic.Role{civic.Administrator}},
		grants)
	someOperator = civic.NewActor(civic.Actor{Account: "urp", Roles: []civic.Role{civic.Operator},
		Offices: []civic.ID{"urp"}}, grants)
	someCitizen = civic.NewActor(civic.Actor{Account: "anna", Contact: "c",
		Roles: []civic.Role{civic.Citizen}}, grants)
	someStranger  = civic.Visitor("r")
	notAdmins     = []civic.Actor{someOperator, someCitizen, someStranger}
	operatorRoles = []civic.Role{civic.Operator}
)

func TestOnlyAdministratorsManage(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	a := tn.staffMember(t, "urp@example.it")
	tn.staffMember(t, "admin@example.it", civic.Administrator)
	acts := map[string]func(by civic.Actor) error{
		"create": func(by civic.Actor) error {
			_, err := tn.CreateStaff(t.Context(), by,
				NewStaff{Email: "new@example.it", Name: "N", Roles: operatorRoles})
			return err
		},
		"duties": func(by civic.Actor) error {
			_, err := tn.SetDuties(t.Context(), by, a.ID, Duties{Roles: operatorRoles})
			return err
		},
		"disable": func(by civic.Actor) error { _, err := tn.Disable(t.Context(), by, a.ID); return err },
		"enable":  func(by civic.Actor) error { _, err := tn.Enable(t.Context(), by, a.ID); return err },
		"invite":  func(by civic.Actor) error { return tn.Invite(t.Context(), by, a.ID, "form1", "it") },
		"one":     func(by civic.Actor) error { _, err := tn.Staff(t.Context(), by, a.ID); return err },
		"list": func(by civic.Actor) error {
			_,
				err := tn.ListStaff(t.Context(), by, civic.PageRequest{})
			return err
		},
	}
	for name, act := range acts {
		for _, by := range notAdmins {
			if code := civic.CodeOf(act(by)); code != civic.Forbidden && code != civic.Unauthenticated {
				t.Errorf("%s by %q: %q", name, by.Account, code)
			}
		}
	}
	for _, by := range notAdmins { // who may not is told so, whatever else is wrong
		if _, err := tn.SetDuties(t.Context(), by, a.ID,
			Duties{Roles: nil}); civic.CodeOf(err) == civic.Invalid {
			t.Errorf("%q is told what duties must be like: %v", by.Account, err)
		}
	}
	if n, err := tn.accounts.Count(t.Context(), nil); n != 2 || err != nil {
		t.Errorf("%d accounts, %v", n, err)
	}
	for name, act := range acts {
		if err := act(someAdmin); err != nil {
			t.Errorf("%s by an administrator: %v", name, err)
		}
	}
}

func TestCreateStaff(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	tests := []struct {
		name  string
		n     NewStaff
		field string
	}{
		{"no address", NewStaff{Email: "urp", Name: "N", Roles: operatorRoles}, "email"},
		{"an address that no mail reaches", NewStaff{Email: "x@y", Name: "N", Roles: operatorRoles}, "email"},
		{"no name", NewStaff{Email: "a@example.it", Name: " ", Roles: operatorRoles}, "name"},
		{"a long name", NewStaff{Email: "a@example.it", Name: strings.Repeat("è", maxName+1),
			Roles: operatorRoles}, "name"},
		{"no role", NewStaff{Email: "a@example.it", Name: "N"}, "roles"},
		{"a citizen's role",
			NewStaff{Email: "a@example.it", Name: "N", Roles: []civic.Role{civic.Operator, civic.Citizen}},
			"roles"},
		{"an invented role",
			NewStaff{Email: "a@example.it", Name: "N", Roles: []civic.Role{civic.Operator, "root"}}, "roles"},
		{"a bad office", NewStaff{Email: "a@example.it", Name: "N", Roles: operatorRoles,
			Offices: []civic.ID{"a b"}}, "offices"},
		{"a poor password", NewStaff{Email: "a@example.it", Name: "N", Roles: operatorRoles,
			Password: "ascolto"}, "password"},
	}
	for _, test := range tests {
		_, err := tn.CreateStaff(t.Context(), tn.admin, test.n)
		t.Logf("%s: %v", test.name, err)
		wantCode(t, err, civic.Invalid, test.field)
	}
	form := NewStaff{
		FormKey: "key-of-the-form", Email: "Maria@example.it", Name: "  Maria  De  Luca ",
		Roles:   []civic.Role{civic.Moderator, civic.Operator, civic.Moderator},
		Offices: []civic.ID{"urp", "urp", "anagrafe"},
	}
	a, err := tn.CreateStaff(t.Context(), tn.admin, form)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]civic.Role{civic.Operator, civic.Moderator}, a.Roles); diff != "" ||
		a.Name != "Maria De Luca" || len(a.Offices) != 2 {
		t.Errorf("%+v %s", a, diff)
	}
	again, err := tn.CreateStaff(t.Context(), tn.admin, form)
	if err != nil || again.ID != a.ID {
		t.Errorf("the form sent twice: %v, %v", again.ID, err)
	}
	form.FormKey = "another form"
	_, err = tn.CreateStaff(t.Context(), tn.admin, form)
	wantCode(t, err, civic.Conflict, "email")
	for _, r := range tn.records(t, ActionCreated) {
		if strings.Contains(r.Detail["roles"], "maria") || r.Object != a.ID {
			t.Errorf("audit: %+v", r)
		}
	}
	_, err = tn.SignInWithPassword(t.Context(), "maria@example.it", "", from("192.0.2.1"))
	wantCode(t, err, civic.Unauthenticated)
}

func TestListStaff(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	for _, email := range []string{"c@example.it", "a@example.it", "b@example.it"} {
		_, err := tn.CreateStaff(t.Context(), tn.admin,
			NewStaff{Email: email, Name: strings.ToUpper(email[:1]), Roles: operatorRoles})
		if err != nil {
			t.Fatal(err)
		}
	}
	tn.citizen(t, "anna@example.it")
	page, err := tn.ListStaff(t.Context(), tn.admin, civic.PageRequest{Size: 2})
	if err != nil || len(page.Items) != 2 || page.Items[0].Name != "A" || page.Next == "" {
		t.Fatalf("first page: %+v, %v", page, err)
	}
	page, err = tn.ListStaff(t.Context(), tn.admin, civic.PageRequest{Size: 2, Cursor: page.Next})
	if err != nil || len(page.Items) != 1 || page.Items[0].Name != "C" {
		t.Errorf("second page: %+v, %v", page, err)
	}
	anna := tn.citizen(t, "anna@example.it").Session.AccountID
	for _, f := range []func() error{
		func() error { _, err := tn.Staff(t.Context(), tn.admin, anna); return err },
		func() error {
			_, err := tn.SetDuties(t.Context(), tn.admin, anna, Duties{Roles: operatorRoles})
			return err
		},
	} {
		wantCode(t, f(), civic.NotFound)
	}
}

func TestTheLastAdministratorStays(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	first := tn.staffMember(t, "first@example.it", civic.Administrator, civic.Operator)
	in := tn.signIn(t, "first@example.it")
	_, err := tn.SetDuties(t.Context(), tn.admin, first.ID, Duties{Roles: operatorRoles})
	wantCode(t, err, civic.Conflict)
	_, err = tn.Disable(t.Context(), tn.admin, first.ID)
	wantCode(t, err, civic.Conflict)
	if !tn.alive(t, in.Token) {
		t.Error("the refused change ended a session")
	}
	second := tn.staffMember(t, "second@example.it", civic.Administrator)
	if _, err := tn.Disable(t.Context(), tn.admin, second.ID); err != nil {
		t.Fatal(err)
	}
	_, err = tn.Disable(t.Context(), tn.admin, first.ID) // the other one is disabled and does not count
	wantCode(t, err, civic.Conflict)
	if _, err := tn.Enable(t.Context(), tn.admin, second.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := tn.Disable(t.Context(), tn.admin, first.ID); err != nil {
		t.Error(err)
	}
}

// Two instances take the role from the last two administrators at the same moment, over and over: one always
// stays.
func TestTwoInstancesKeepAnAdministrator(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	other := newTownOn(t, tn)
	a, b := tn.staffMember(t, "a@example.it", civic.Administrator), tn.staffMember(t, "b@example.it",
		civic.Administrator)
	for range 20 {
		var wg sync.WaitGroup
		wg.Go(func() { _, _ = tn.SetDuties(t.Context(), tn.admin, a.ID, Duties{Roles: operatorRoles}) })
		wg.Go(func() { _, _ = other.SetDuties(t.Context(), tn.admin, b.ID, Duties{Roles: operatorRoles}) })
		wg.Wait()
		if n, err := tn.accounts.Count(t.Context(), administrators()); n < 1 || err != nil {
			t.Fatalf("%d administrators left, %v", n, err)
		}
		for _, id := range []civic.ID{a.ID, b.ID} {
			if _, err := tn.SetDuties(t.Context(), tn.admin, id,
				Duties{Roles: []civic.Role{civic.Administrator}}); err != nil {
				t.Fatal(err)
			}
		}
	}
}
