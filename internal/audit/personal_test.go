package audit

import (
	"slices"
	"testing"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore/storetest"
)

// What an account did belongs to the person it was bound to then: whoever it is bound to later does not read
// it, and the first one still does.
func TestRecordsFollowThePerson(t *testing.T) {
	t.Parallel()
	c := newClock()
	l := newLog(t, storetest.Open(t), c)
	write := func(by civic.Actor, action Action, contact, object civic.ID) {
		t.Helper()
		c.add(time.Minute)
		if err := l.Write(t.Context(),
			Entry{By: by, Action: action, Contact: contact, Object: object}); err != nil {
			t.Fatal(err)
		}
	}
	old := func(action Action, contact civic.ID) { // as earlier versions kept it
		t.Helper()
		by := citizen
		by.Contact = ""
		write(by, action, contact, "")
	}
	second := citizen
	second.Contact = "c2"
	write(citizen, "first.did", "", "")
	old("first.did.old", "")
	old("first.own.old", "c1")
	write(operator, "first.read", "c1", "")
	write(operator, ActionRebound, "c1", citizen.Account)
	write(operator, ActionRebound, "c2", citizen.Account)
	write(second, "second.did", "", "")
	old("second.did.old", "")
	write(operator, "second.read", "c2", "")

	for _, tt := range []struct {
		who  civic.Subject
		want []Action
	}{
		{civic.Subject{Contact: "c1"}, []Action{ActionRebound, "first.did", "first.own.old", "first.read"}},
		{civic.Subject{Contact: "c2", Account: citizen.Account},
			[]Action{ActionRebound, "second.did", "second.did.old", "second.read"}},
		{civic.Subject{}, nil},
	} {
		records, err := l.About(t.Context(), civic.System("test"), tt.who)
		if err != nil {
			t.Fatal(err)
		}
		var got []Action
		for _, r := range records {
			got = append(got, r.Action)
		}
		if slices.Sort(got); !slices.Equal(got, tt.want) {
			t.Errorf("about %+v:\n got %v\nwant %v", tt.who, got, tt.want)
		}
	}
	if r := verify(t, l); !r.OK() {
		t.Errorf("the chain: %+v", r)
	}
}
