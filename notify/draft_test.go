package notify

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"ascolto/internal/civic"
)

// faultyFields returns the fields that an error names, in order.
func faultyFields(err error) (fields []string) {
	var e *civic.Error
	if errors.As(err, &e) {
		for _, f := range e.Fields {
			fields = append(fields, f.Field)
		}
	}
	return fields
}

// TestADraftIsKeptHalfWritten: only its name is needed to save it; what is missing is said when it is to be
// scheduled, and until then nothing of it goes out.
func TestADraftIsKeptHalfWritten(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 1)
	ctx := t.Context()
	in := CampaignInput{Key: "mezza", Name: "Bozza di Nicolò", Class: Institutional,
		Contents: map[string]Content{"it": {Subject: "Lavori in via Sant'Ànna"}, "en": {Body: "Works"}}}
	c, err := o.CreateCampaign(ctx, o.writer, in)
	if err != nil || c.content("it").Subject != "Lavori in via Sant'Ànna" || c.content("en").Body != "Works" {
		t.Fatalf("%+v %v", c.Contents, err)
	}
	missing := []string{"segment", "legal_basis", "body.it", "subject.en"}
	if !slices.Equal(c.Missing(), missing) || c.Readable() {
		t.Errorf("missing %q, readable %v", c.Missing(), c.Readable())
	}
	_, err = o.Schedule(ctx, o.sender, c.ID, c.Tag(), time.Time{}, time.Time{})
	if got := faultyFields(err); !slices.Equal(got, missing) {
		t.Errorf("scheduled: %q, %v", got, err)
	}
	_, err = o.CheckSchedule(ctx, o.sender, c.ID, time.Time{}, time.Time{})
	if got := faultyFields(err); !slices.Equal(got, missing) {
		t.Errorf("checked: %q, %v", got, err)
	}
	if _, err := o.PreviewCampaign(ctx, o.writer, c.ID, "it"); civic.CodeOf(err) != civic.Conflict {
		t.Errorf("a draft without a message was shown: %v", err)
	}
	if err := o.SendTest(ctx, o.writer, c.ID, "prova"); civic.CodeOf(err) != civic.Conflict {
		t.Errorf("a draft without a message was tried: %v", err)
	}
	whole := campaignInput("mezza")
	whole.Revision = c.Revision
	if c, err = o.EditCampaign(ctx, o.writer, c.ID, whole); err != nil || len(c.Missing()) > 0 {
		t.Fatalf("missing %q: %v", c.Missing(), err)
	}
	if _, err = o.Schedule(ctx, o.sender, c.ID, c.Tag(), time.Time{}, time.Time{}); err != nil {
		t.Error(err)
	}
}

// TestWhoPausedIsKept: a paused campaign tells who paused it, when, and in which words they said why.
func TestWhoPausedIsKept(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 7, 0, 0, 0, time.UTC)
	o := openOffice(t, 2, func(o *Options) { o.Now = func() time.Time { return now } })
	c := o.launch("k1")
	if err := o.SendDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	if h, halted := o.campaignNow(c.ID).Halted(); halted {
		t.Errorf("it runs: %+v", h)
	}
	if _, err := o.Pause(t.Context(), o.sender, c.ID, strings.Repeat("è", MaxWhy+1)); civic.CodeOf(
		err) != civic.Invalid {
		t.Errorf("a reason that is too long: %v", err)
	}
	if _, err := o.Pause(t.Context(), o.sender, c.ID, "  L'indirizzo è sbagliato "); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Pause(t.Context(), o.sender, c.ID, "L'indirizzo è sbagliato"); err != nil {
		t.Error("the same form sent again:", err)
	}
	for _, other := range []string{"", "Manca l'allegato"} {
		if _, err := o.Pause(t.Context(), o.sender, c.ID, other); civic.CodeOf(err) != civic.Conflict {
			t.Errorf("paused once more because of %q: %v", other, err)
		}
	}
	want := Halt{At: now, By: "invia", Why: "L'indirizzo è sbagliato"}
	if h, halted := o.campaignNow(c.ID).Halted(); !halted || h != want {
		t.Errorf("%+v, want %+v", h, want)
	}
	if _, err := o.Resume(t.Context(), o.sender, c.ID); err != nil {
		t.Fatal(err)
	}
	running := o.campaignNow(c.ID)
	if err := o.stopFor(t.Context(), &running, &Stop{At: now}); err != nil {
		t.Fatal(err)
	}
	want = Halt{At: now, Program: true}
	if h, halted := o.campaignNow(c.ID).Halted(); !halted || h != want {
		t.Errorf("%+v, want %+v", h, want)
	}
}

// campaignNow returns a campaign as it is stored.
func (o *office) campaignNow(id civic.ID) Campaign {
	o.t.Helper()
	c, err := o.Campaign(o.t.Context(), o.sender, id)
	if err != nil {
		o.t.Fatal(err)
	}
	return c
}

// TestTheSegmentOfThatDayIsKept: a campaign keeps what its segment was when it took its people.
func TestTheSegmentOfThatDayIsKept(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 2)
	c := o.launch("k1")
	if c.Chosen != nil {
		t.Errorf("before: %+v", c.Chosen)
	}
	if err := o.SendDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := Chosen{Name: "Tutti", Rule: "regola di tutti"}
	if got := o.campaignNow(c.ID); got.FrozenAt.IsZero() || got.Chosen == nil || *got.Chosen != want {
		t.Errorf("%+v", got.Chosen)
	}
}

// TestTheFootNamesTheTopic: a voluntary mail says in its reader's language which topic it is about; one whose
// topic is gone still says why it came.
func TestTheFootNamesTheTopic(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 1)
	o.people.add(civic.Recipient{Contact: "anna", Address: "anna@posta.example", Language: "en"})
	o.serve()
	english := func(in *CampaignInput) { in.Contents["en"] = Content{Subject: "Market", Body: "Dear resident"} }
	o.await(o.launch("k1", english).ID, Finished)
	for address, want := range map[string][]string{
		"persona0@posta.example": {"[it:notify.mail.about Topic=Commercio e mercati]",
			"[it:notify.mail.unsubscribe_about Topic=Commercio e mercati]"},
		"anna@posta.example": {"[en:notify.mail.about Topic=Trade and markets]"},
	} {
		for _, words := range want {
			if m := o.mailOf(address); !strings.Contains(m.Text, words) || !strings.Contains(m.HTML, words) {
				t.Errorf("%s: no %q in\n%s", address, words, m.Text)
			}
		}
	}
	c, err := o.CreateCampaign(t.Context(), o.writer, campaignInput("k2"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := o.PreviewCampaign(t.Context(), o.writer, c.ID, "it")
	if err != nil || !strings.Contains(p.Text, "Topic=Commercio e mercati") {
		t.Errorf("preview: %v\n%s", err, p.Text)
	}
	gone := campaignInput("k3")
	gone.Topic = "tolto"
	if c, err = o.CreateCampaign(t.Context(), o.writer, gone); err != nil {
		t.Fatal(err)
	}
	p, err = o.PreviewCampaign(t.Context(), o.writer, c.ID, "it")
	if err != nil || !strings.Contains(p.Text, "[it:notify.mail.voluntary]") {
		t.Errorf("topic gone: %v\n%s", err, p.Text)
	}
}
