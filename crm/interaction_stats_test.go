package crm

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/civic"
	"ascolto/internal/testtown"
)

func TestFiguresOfCalls(t *testing.T) {
	t.Parallel()
	w, ctx := newTown(t), t.Context()
	grants := civic.Grants{
		civic.Communication: {PermReadContacts, PermCallFigures},
		civic.OfficeHead: {PermReadInteractions, PermWriteInteractions, PermCallFigures,
			PermOperatorFigures},
	}
	actor := func(role civic.Role, offices ...civic.ID) civic.Actor {
		return civic.NewActor(civic.Actor{Account: civic.ID(role), Roles: []civic.Role{role},
			Offices: offices}, grants)
	}
	record := func(by civic.Actor, n int, change func(*InteractionInput)) {
		for range n {
			in := call("")
			change(&in)
			w.call(t, by, in)
		}
	}
	record(w.Operator, 2, func(*InteractionInput) {})
	record(w.Operator, 1, func(in *InteractionInput) {
		in.Channel, in.Topic, in.On = AtDesk, "mobilita",
			"2026-11-20"
	})
	record(w.Works, 1, func(in *InteractionInput) {
		in.Office, in.Outcome, in.DueOn = "lavori-pubblici", FollowUp, "2026-11-23"
	})
	// the last day before the period
	record(w.Operator, 1, func(in *InteractionInput) { in.On = "2026-10-31" })
	w.Clock.Pass(48 * time.Hour)
	november := CallsFilter{From: "2026-11-01", To: "2026-11-23"}

	all, err := w.Calls(ctx, actor(civic.Communication), november)
	if err != nil {
		t.Fatal(err)
	}
	want := CallStatistics{
		CallsFilter: november, Total: CallCount{Calls: 4, Open: 1}, Late: 1,
		ByPeriod:  []CallCount{{Key: "2026-11-20", Calls: 1}, {Key: "2026-11-23", Calls: 3, Open: 1}},
		ByChannel: []CallCount{{Key: "phone", Calls: 3, Open: 1}, {Key: "desk", Calls: 1}},
		ByOffice:  []CallCount{{Key: "urp", Calls: 3}, {Key: "lavori-pubblici", Calls: 1, Open: 1}},
		ByTopic:   []CallCount{{Key: "", Calls: 3, Open: 1}, {Key: "mobilita", Calls: 1}},
	}
	if diff := cmp.Diff(want, all); diff != "" {
		t.Errorf("the communication office: (-want +got)\n%s", diff)
	}
	head := actor(civic.OfficeHead, "urp")
	own, err := w.Calls(ctx, head, CallsFilter{From: "2026-01-01", To: "2026-12-31"})
	if err != nil || own.Total.Calls != 4 || !own.Monthly || len(own.ByPeriod) != 2 ||
		own.ByPeriod[0].Key != "2026-10" {
		t.Errorf("the head of the URP counts %+v, %v", own, err)
	}
	if diff := cmp.Diff([]CallCount{{Key: "urp-1", Label: "Staff urp-1", Calls: 4}},
		own.ByOperator); diff != "" {
		t.Errorf("by operator: (-want +got)\n%s", diff)
	}
	tests := []struct {
		by     civic.Actor
		f      CallsFilter
		want   civic.Code
		fields []string
	}{
		{head, CallsFilter{From: "2026-11-01", To: "2026-11-30", Office: "lavori-pubblici"}, civic.Forbidden,
			nil},
		{w.Operator, november, civic.Forbidden, nil},
		{w.Visitor, november, civic.Unauthenticated, nil},
		{head, CallsFilter{From: "2026-11-30", To: "2026-11-01"}, civic.Invalid, []string{"to"}},
		{head, CallsFilter{From: "2000-11-30", To: "2026-11-01"}, civic.Invalid, []string{"to"}},
		{head, CallsFilter{From: "", To: "x"}, civic.Invalid, []string{"from", "to"}},
	}
	for _, tt := range tests {
		if _, err := w.Calls(ctx, tt.by, tt.f); civic.CodeOf(err) != tt.want ||
			!slices.Equal(testtown.Fields(err), tt.fields) {
			t.Errorf("%s counts %+v: %v", tt.by.Account, tt.f, err)
		}
	}
}

// TestTheHourOfAutumnIsNoDay: a period of 62 days is shown by day also where clocks go back in it, and one of
// 63 days by month also where they go forward.
func TestTheHourOfAutumnIsNoDay(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	by := civic.NewActor(civic.Actor{Account: "c", Roles: []civic.Role{civic.Communication}},
		civic.Grants{civic.Communication: {PermReadContacts, PermCallFigures}})
	for f, monthly := range map[CallsFilter]bool{
		{From: "2026-10-01", To: "2026-12-01"}: false, {From: "2026-10-01", To: "2026-12-02"}: true,
		{From: "2026-03-01", To: "2026-05-01"}: false, {From: "2026-03-01", To: "2026-05-02"}: true,
	} {
		if s, err := w.Calls(t.Context(), by, f); err != nil || s.Monthly != monthly {
			t.Errorf("%v: by month %v, %v", f, s.Monthly, err)
		}
	}
}
