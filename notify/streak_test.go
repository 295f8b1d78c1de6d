package notify

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/notify/transport"
	"ascolto/notify/transport/transporttest"
)

// refuseAll makes the mail server refuse every recipient with an answer, until the returned function is
// called.
func refuseAll(server *transporttest.Server, answer string) (cure func()) {
	server.SetScript(transporttest.Only("RCPT", answer))
	return func() { server.SetScript(nil) }
}

// overSMTP lets an office hand its mail to a real server.
func overSMTP(server *transporttest.Server) func(*Options) {
	return func(o *Options) { o.Transport = transport.NewSMTP(transport.SMTPOptions{Server: server.Setting}) }
}

// TestARefusingServerPausesTheCampaign is what happened to 327 people whose mail server had lost its leave to
// relay: 242 addresses were suspended. Now the campaign pauses, nobody is suspended, and once the server is
// cured everybody gets it, once.
func TestARefusingServerPausesTheCampaign(t *testing.T) {
	t.Parallel()
	const n = 327
	server := transporttest.NewServer(t, transport.NoTLS, nil)
	cure := refuseAll(server, "550 relay not permitted")
	o := openOffice(t, n, overSMTP(server))
	c := o.launch("k1")
	o.serve()
	c = o.await(c.ID, Paused)
	if c.Stop == nil || c.Stop.Dead || len(c.Stop.Answers) != 1 {
		t.Fatalf("why it was paused: %+v", c.Stop)
	}
	if a := c.Stop.Answers[0]; a.Count < refusedInRow || a.Cause != transport.CauseRelay ||
		a.Text != "relay not permitted" || a.Code != 550 {
		t.Errorf("the answer is kept as %+v", a)
	}
	o.nobodySuspended()
	o.awaitThat("what was on its way has come back", func() bool { return o.counts(c.ID).Of(Sending) == 0 })
	if failed := o.counts(c.ID).Of(Failed); failed == 0 || failed > n/2 {
		t.Errorf("%d of %d were refused before it paused", failed, n)
	}
	cure()
	if _, err := o.Resume(t.Context(), o.sender, c.ID); err != nil {
		t.Fatal(err)
	}
	if c = o.await(c.ID, Finished, FinishedWithFailures); c.State != Finished || c.Stop != nil {
		t.Fatalf("it ended as %s: %+v", c.State, o.counts(c.ID))
	}
	got := map[string]int{}
	for _, m := range server.Mails() {
		if m.From == "posta@comune.example" && m.To != "invia@comune.example" {
			got[m.To]++
		}
	}
	for i := range n {
		if to := fmt.Sprintf("persona%d@posta.example", i); got[to] != 1 {
			t.Errorf("%s got %d", to, got[to])
		}
	}
	o.nobodySuspended()
}

func (o *office) nobodySuspended() {
	o.t.Helper()
	groups, err := o.HeldGroups(context.Background(), o.sender)
	if err != nil || len(groups) != 0 {
		o.t.Errorf("suspended: %+v %v", groups, err)
	}
}

// TestADeadRowSuspendsNobody: a server that knows nobody stops the campaign and suspends nobody; who goes on
// all the same means it, and then the addresses are suspended.
func TestADeadRowSuspendsNobody(t *testing.T) {
	t.Parallel()
	server := transporttest.NewServer(t, transport.NoTLS, nil)
	refuseAll(server, "550 5.1.1 user unknown")
	o := openOffice(t, 200, overSMTP(server))
	c := o.launch("k1")
	o.serve()
	if c = o.await(c.ID, Paused); c.Stop == nil || !c.Stop.Dead {
		t.Fatalf("why it was paused: %+v", c.Stop)
	}
	o.awaitThat("what the row suspended is lifted", func() bool {
		groups, err := o.HeldGroups(t.Context(), o.sender)
		return err == nil && o.counts(c.ID).Of(Sending) == 0 &&
			!slices.ContainsFunc(groups, func(g HeldGroup) bool { return g.Campaign == c.ID })
	})
	if _, err := o.Resume(t.Context(), o.sender, c.ID); err != nil {
		t.Fatal(err)
	}
	o.await(c.ID, FinishedWithFailures)
	groups, err := o.HeldGroups(t.Context(), o.sender)
	// the author, who is told by the same server
	groups = slices.DeleteFunc(groups, func(g HeldGroup) bool { return g.Campaign == "" })
	if err != nil || len(groups) != 1 || groups[0].Count != 200 || groups[0].Cause != transport.CauseMailbox ||
		groups[0].Campaign != c.ID {
		t.Errorf("suspended: %+v %v", groups, err)
	}
}

// TestARowIsBrokenByWhatArrives: refusals between mails that arrive pause nothing, and a mailbox for some
// senders alone is not our fault.
func TestARowIsBrokenByWhatArrives(t *testing.T) {
	t.Parallel()
	server := transporttest.NewServer(t, transport.NoTLS, nil)
	var n atomic.Int64
	server.SetScript(func(_ int, verb string) string {
		switch {
		case verb != "RCPT":
			return ""
		case n.Add(1) > 150:
			return "550 5.7.1 La casella accetta solo posta certificata"
		case n.Load()%10 == 0:
			return ""
		}
		return "550 5.7.1 blocked using a block list"
	})
	o := openOffice(t, 200, overSMTP(server), func(o *Options) { o.Workers = 2 })
	c := o.launch("k1")
	o.serve()
	if c = o.await(c.ID, Paused, FinishedWithFailures); c.State != FinishedWithFailures {
		t.Fatalf("it is %s: %+v", c.State, c.Stop)
	}
	o.nobodySuspended()
}

// TestAFullMailboxIsSuspendedAfterDays: not at once, not twice a day, and not when something arrived in
// between.
func TestAFullMailboxIsSuspendedAfterDays(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	o := openOffice(t, 1, func(o *Options) { o.Now = func() time.Time { return now } })
	full := transport.Outcome{Result: transport.Refused, Stage: transport.StageAddress, Code: 552,
		Enhanced: "5.2.2", Cause: transport.CauseFull}
	d := Delivery{Contact: "c00000", Class: ClassService}
	refuse := func(days ...int) bool {
		t.Helper()
		for _, day := range days {
			now = time.Date(2026, 11, day, 9, 0, 0, 0, time.UTC)
			for range 3 {
				if err := o.refusedAddress(t.Context(), &d, "piena@posta.example", full); err != nil {
					t.Fatal(err)
				}
			}
		}
		held, err := o.Held(t.Context(), "piena@posta.example")
		if err != nil {
			t.Fatal(err)
		}
		return held
	}
	if refuse(2, 3, 4, 5) {
		t.Error("suspended within the days that one mail is tried")
	}
	known, err := o.heldAddress(t.Context(), "piena@posta.example")
	if err != nil || known.Days != 4 {
		t.Errorf("counted %d days: %v", known.Days, err)
	}
	if err := o.accepted(t.Context(), known); err != nil {
		t.Fatal(err)
	}
	if refuse(9, 10) {
		t.Error("the days before something arrived still count")
	}
	if !refuse(16) {
		t.Error("full on three days over a week, and not suspended")
	}
}

// TestAGroupIsReleased: by campaign and cause, with reason and audit, by who may; what an earlier version
// stored is there too.
func TestAGroupIsReleased(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 1)
	old := func(n int, campaign civic.ID, cause, enhanced string) {
		for i := range n {
			address := fmt.Sprintf("%s%d%s@posta.example", campaign, i, enhanced)
			h := HeldAddress{Meta: docstore.Meta{ID: o.addressKey(address)}, Address: address,
				Campaign: campaign, Code: 550, Enhanced: enhanced, Cause: cause, Active: true,
				HeldAt: o.now()}
			if err := o.holds.Insert(t.Context(), &h); err != nil {
				t.Fatal(err)
			}
		}
	}
	old(242, "run1", transport.CauseMailbox, "")
	old(3, "run1", transport.CauseDomain, "5.1.2")
	old(2, "run2", transport.CauseMailbox, "5.1.1")
	wrong := HeldGroup{Campaign: "run1", Cause: transport.CauseMailbox}
	if _, err := o.ReleaseGroup(t.Context(), o.writer, wrong, "prova"); civic.CodeOf(err) != civic.Forbidden {
		t.Errorf("who may not send releases: %v", err)
	}
	if _, err := o.ReleaseGroup(t.Context(), o.sender, wrong, " "); civic.CodeOf(err) != civic.Invalid {
		t.Errorf("without a reason: %v", err)
	}
	if n, err := o.ReleaseGroup(t.Context(), o.sender, wrong, "relay non permesso"); err != nil || n != 242 {
		t.Fatalf("released %d: %v", n, err)
	}
	groups, err := o.HeldGroups(t.Context(), o.sender)
	if err != nil || len(groups) != 2 || groups[0].Count+groups[1].Count != 5 ||
		groups[0].Bare+groups[1].Bare != 0 {
		t.Errorf("left: %+v %v", groups, err)
	}
	h, err := o.heldAddress(t.Context(), "run17@posta.example")
	if err != nil || h.Active || h.Reason != "relay non permesso" || h.ReleasedBy != "invia" ||
		h.ReleasedAt.IsZero() {
		t.Errorf("one of them: %+v %v", h, err)
	}
}
