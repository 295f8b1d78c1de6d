package notify

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/work"
	"ascolto/notify/transport"
)

func TestACampaignReachesEveryoneOnce(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 50)
	o.people.consent["c00007"] = false
	// another contact, whose address differs in case only
	o.people.add(civic.Recipient{Contact: "doppio", Address: "Persona3@posta.example", Language: "it"})
	// the same address
	o.people.add(civic.Recipient{Contact: "stesso", Address: "persona3@POSTA.example", Language: "it"})
	// no English text: Italian
	o.people.add(civic.Recipient{Contact: "straniera", Address: "anna@posta.example", Language: "en",
		Name: "Anna"})
	o.people.add(civic.Recipient{Contact: "rotto", Address: "non un indirizzo", Language: "it"})
	o.people.order = append(o.people.order, "c00001", "fantasma") // twice in the segment; not there any more
	o.serve()
	c := o.launch("k1")
	c = o.await(c.ID, FinishedWithFailures, Finished)
	counts := o.counts(c.ID)
	want := map[DeliveryState]int{Queued: 0, Sending: 0, Retrying: 0, Sent: 50, Failed: 1, Unknown: 0,
		Skipped: 4}
	if diff := cmp.Diff(want, counts.States); diff != "" {
		t.Errorf("states (-want +got):\n%s", diff)
	}
	if c.State != FinishedWithFailures || c.Recipients != 55 || c.EndedAt.IsZero() || !c.Cleared {
		t.Errorf("campaign %+v", c)
	}
	for address, n := range o.sink.perAddress() {
		if n != 1 {
			t.Errorf("%s got %d", address, n)
		}
	}
	if len(o.diary.All()) != 50 {
		t.Errorf("%d activities", len(o.diary.All()))
	}
	for id, cause := range map[civic.ID]string{"c00007": "crm.skip.consent", "stesso": skipDuplicate,
		"doppio": skipDuplicate, "fantasma": skipGone, "rotto": transport.CauseAddress} {
		row := civic.Key(c.ID, id)
		if id == "fantasma" { // nobody's any more
			row = o.erasedID(c.ID, row)
		}
		if d := o.delivery(row); d.Cause != cause {
			t.Errorf("%s: cause %q, want %q", id, d.Cause, cause)
		}
	}
	m := o.mailOf("persona5@posta.example")
	if m.Subject != "Mercato a Sant'Ànna & Borgo" || !strings.Contains(m.Text, "Gentile Nicolò5,") ||
		!strings.Contains(m.HTML, "Gentile Nicolò5,") ||
		!strings.Contains(m.HTML, "<title>Mercato a Sant&#39;Ànna &amp; Borgo</title>") {
		t.Errorf("mail: %s\n%s\n%s", m.Subject, m.Text, m.HTML)
	}
	link := "https://ascolto.comune.example" + UnsubscribePath
	if !strings.Contains(m.Text, link) || !strings.Contains(m.HTML, link) ||
		!strings.HasPrefix(headerOf(m, "List-Unsubscribe"), "<"+link) ||
		headerOf(m, "List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" {
		t.Errorf("no unsubscribe link: %v", m.Header)
	}
	for _, bad := range []string{"<img", "http://", "src=", "url("} {
		if strings.Contains(strings.ToLower(m.HTML), bad) {
			t.Errorf("the mail fetches something: %q", bad)
		}
	}
	a := o.diary.All()[civic.Key("mail", c.ID, "c00005")]
	if a.Title != m.Subject || a.Contact != "c00005" || a.Ref != c.ID || a.Kind != "mail" ||
		a.Channel != "mail" || a.By != "invia" {
		t.Errorf("activity %+v", a)
	}
	if log := o.log.String(); strings.Contains(log, "posta.example") || strings.Contains(log, "Nicol") {
		t.Errorf("the log holds personal data:\n%s", log)
	}
	if m := o.mailOf("anna@posta.example"); !strings.Contains(m.Text, "cittadina/o") {
		t.Errorf("fallback missing: %s", m.Text)
	}
}

func TestInstitutionalMailIsForEverybodyAndSaysWhy(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 3)
	o.people.consent["c00001"] = false
	o.serve()
	c := o.launch("k1", func(in *CampaignInput) {
		in.Class, in.LegalBasis, in.Topic = Institutional,
			"art. 8 L. 150/2000", ""
	})
	o.await(c.ID, Finished)
	m := o.mailOf("persona1@posta.example")
	if headerOf(m, "List-Unsubscribe") != "" || strings.Contains(m.Text, UnsubscribePath) ||
		!strings.Contains(m.Text, "Basis=art. 8 L. 150/2000") {
		t.Errorf("%v\n%s", m.Header, m.Text)
	}
}

func TestTheLanguageOfTheRecipientIsSpoken(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 1)
	o.people.add(civic.Recipient{Contact: "anna", Address: "anna@posta.example", Language: "en"})
	o.serve()
	c := o.launch("k1", func(in *CampaignInput) {
		in.Contents["en"] = Content{Subject: "Market", Body: "Dear {{given_name|resident}}",
			Text: "Own text, {{given_name|resident}}"}
	})
	o.await(c.ID, Finished)
	if m := o.mailOf("anna@posta.example"); m.Subject != "Market" || !strings.Contains(m.HTML, `lang="en"`) ||
		!strings.Contains(m.HTML, "Dear resident") ||
		!strings.Contains(m.Text, "Own text, resident") || strings.Contains(m.Text, "Dear") {
		t.Errorf("%s\n%s\n%s", m.Subject, m.Text, m.HTML)
	}
	if m := o.mailOf("persona0@posta.example"); !strings.Contains(m.HTML, `lang="it"`) {
		t.Errorf("%s", m.HTML)
	}
}

func TestWhoUnsubscribesGetsNothingMore(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 40, func(o *Options) { o.Workers = 1 })
	first := make(chan transport.Envelope, 1)
	proceed := make(chan struct{})
	o.sink.play = func(ctx context.Context, e transport.Envelope) *transport.Outcome {
		select {
		case first <- e:
			<-proceed
		default:
		}
		return nil
	}
	o.serve()
	c := o.launch("k1")
	running := <-first
	var leaver civic.ID
	for id, r := range o.people.known {
		if r.Address != running.To {
			leaver = id
			break
		}
	}
	token := o.UnsubscribeToken(Unsubscription{Campaign: c.ID, Contact: leaver, Topic: "commercio"})
	for range 20 { // programs that look at links
		if u, err := o.ReadUnsubscribe(token); err != nil || u.Contact != leaver {
			t.Fatalf("%v %v", u, err)
		}
	}
	if !o.people.consent[leaver] {
		t.Fatal("looking at the link unsubscribed")
	}
	for range 2 {
		if err := o.Unsubscribe(t.Context(), o.stranger, token); err != nil {
			t.Fatal(err)
		}
	}
	close(proceed)
	o.await(c.ID, Finished)
	if n := o.sink.perAddress()[o.people.known[leaver].Address]; n != 0 {
		t.Errorf("%d mails after unsubscribing", n)
	}
	if d := o.delivery(civic.Key(c.ID, leaver)); d.State != Skipped || d.Cause != "crm.skip.consent" {
		t.Errorf("%s %s", d.State, d.Cause)
	}
	if got, want := strings.Join(o.people.withdrawn, "|"), string(leaver+" commercio unsubscribe/"+
		c.ID); got != want {
		t.Errorf("withdrawn %q", got)
	}
	for _, bad := range []string{"", "x", token + "A", token[:len(token)-2], o.Vault("other", token)} {
		if err := o.Unsubscribe(t.Context(), o.stranger, bad); civic.CodeOf(err) != civic.NotFound {
			t.Errorf("token %q: %v", bad, err)
		}
	}
	preview := o.UnsubscribeToken(Unsubscription{Campaign: c.ID, Topic: "commercio"})
	if err := o.Unsubscribe(t.Context(), o.stranger, preview); err != nil || len(o.people.withdrawn) != 1 {
		t.Errorf("the link of a preview: %v", err)
	}
}

// Vault signs for another purpose: what such a token says must not be believed.
func (o *office) Vault(purpose, payload string) string {
	return o.Ground.Vault.Sign(purpose, []byte(payload))
}

func TestPauseResumeCancel(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 400, func(o *Options) { o.Workers, o.PerMinute = 4, 6000 })
	o.looks()
	o.serve()
	c := o.launch("k1")
	o.awaitThat("first mails", func() bool { return len(o.sink.mails()) > 5 })
	if _, err := o.Pause(t.Context(), o.sender, c.ID, ""); err != nil {
		t.Fatal(err)
	}
	o.awaitThat("the pause is known", func() bool {
		queues, err := o.runningQueues(t.Context())
		return err == nil && len(queues) == 0
	})
	o.awaitIdle(o.bulk) // what was in hand still goes out
	n := len(o.sink.mails())
	o.awaitLooks()
	if more := len(o.sink.mails()); n >= 400 || more != n {
		t.Errorf("%d mails went out, then %d more, although the campaign was paused", n, more-n)
	}
	if got := o.await(c.ID, Paused); !got.EndedAt.IsZero() {
		t.Error("a paused campaign has ended")
	}
	if _, err := o.Resume(t.Context(), o.sender, c.ID); err != nil {
		t.Fatal(err)
	}
	o.awaitThat("more mails", func() bool { return len(o.sink.mails()) > n+5 })
	if _, err := o.Cancel(t.Context(), o.sender, c.ID); err != nil {
		t.Fatal(err)
	}
	o.awaitThat("the queue is empty", func() bool {
		got, _ := o.campaigns.Get(context.Background(), c.ID)
		return got.Cleared
	})
	counts := o.counts(c.ID)
	if counts.Total != 400 || counts.Of(Sent)+counts.Of(Skipped) != 400 ||
		counts.Of(Sent) != len(o.sink.mails()) || counts.Of(Skipped) == 0 {
		t.Errorf("%v, %d arrived", counts.States, len(o.sink.mails()))
	}
	for address, n := range o.sink.perAddress() {
		if n != 1 {
			t.Errorf("%s got %d", address, n)
		}
	}
	for _, step := range []func(context.Context, civic.Actor, civic.ID) (Campaign, error){o.pause, o.Resume,
		o.Unschedule} {
		if _, err := step(t.Context(), o.sender, c.ID); civic.CodeOf(err) != civic.Conflict {
			t.Errorf("a cancelled campaign was moved: %v", err)
		}
	}
	if again, err := o.Cancel(t.Context(), o.sender, c.ID); err != nil || again.Moved.From != Running {
		t.Errorf("who cancels what they cancelled: %+v, %v", again.Moved, err)
	}
	colleague := o.sender
	colleague.Account = "colleague"
	if _, err := o.Cancel(t.Context(), colleague, c.ID); err == nil {
		t.Error("somebody else cancels what is cancelled")
	}
}

func TestTimes(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 7, 0, 0, 0, time.UTC)
	clock := &now
	o := openOffice(t, 2, func(o *Options) { o.Now = func() time.Time { return *clock } })
	ctx := t.Context()
	draft := func(key civic.ID) civic.ID {
		t.Helper()
		c, err := o.CreateCampaign(ctx, o.sender, campaignInput(key))
		if err != nil {
			t.Fatal(err)
		}
		return c.ID
	}
	schedule := func(id civic.ID, start, notAfter time.Time) {
		t.Helper()
		if _, err := o.Schedule(ctx, o.sender, id, o.tag(id), start, notAfter); err != nil {
			t.Fatal(err)
		}
	}
	state := func(id civic.ID, want CampaignState) {
		t.Helper()
		if err := o.SendDue(ctx); err != nil {
			t.Fatal(err)
		}
		if c, _ := o.campaigns.Get(ctx, id); c.State != want {
			t.Errorf("%s is %s, want %s", id, c.State, want)
		}
	}
	early, missed, late := draft("presto"), draft("perso"), draft("tardi")
	schedule(early, now.Add(time.Hour), time.Time{})
	schedule(missed, now.Add(time.Hour), now.Add(5*time.Hour))
	schedule(late, now.Add(time.Hour), now.Add(7*time.Hour))
	for id, want := range map[civic.ID]string{draft("a"): "start", draft("b"): "not_after"} {
		start, notAfter := now.Add(-20*time.Minute), time.Time{}
		if want == "not_after" {
			start, notAfter = now.Add(time.Hour), now.Add(time.Hour)
		}
		_, err := o.Schedule(ctx, o.sender, id, o.tag(id), start, notAfter)
		var e *civic.Error
		if !errors.As(err, &e) || len(e.Fields) != 1 || e.Fields[0].Field != want {
			t.Errorf("%v, want a problem with %s", err, want)
		}
	}
	state(early, Scheduled)
	now = now.Add(6 * time.Hour) // the program was down
	state(early, Running)
	state(missed, Missed)
	state(late, Running)
	if n, _ := o.ledger.counts(ctx, missed); n.Total != 0 {
		t.Error("a missed campaign has recipients")
	}
	told, err := o.ledger.due(ctx, messageQueue, now, 10)
	if err != nil || len(told) != 1 || told[0].Address != "invia@comune.example" {
		t.Errorf("the author was not told: %v %v", told, err)
	}
	now = now.Add(2 * time.Hour) // late's latest time is over; nothing was sent, because Run does not run
	state(late, FinishedWithFailures)
	state(early, Running)
	if d := o.delivery(civic.Key(late, "c00001")); d.State != Skipped || d.Cause != skipLate {
		t.Errorf("%s %s", d.State, d.Cause)
	}
	if _, err := o.RetryFailed(ctx, o.sender, late); civic.CodeOf(err) != civic.Conflict {
		t.Errorf("a late campaign was begun again: %v", err)
	}
}

func TestADraftIsCheckedAndSavedOnce(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 1)
	ctx := t.Context()
	_, err := o.CreateCampaign(ctx, o.writer,
		CampaignInput{Key: "k", Class: Voluntary, Contents: map[string]Content{
			"it": {Subject: "Ciao {{secondo_nome}}", Body: "![x](https://x.example/x.png)",
				Text: "{{given_name"}, "en": {Subject: "Only a subject"}}})
	var e *civic.Error
	if !errors.As(err, &e) {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, f := range e.Fields {
		got[f.Field] = f.Message.Key
	}
	want := map[string]string{
		"name": "notify.error.required", "subject.it": "notify.error.template.field",
		"body.it": "notify.error.body.image", "text.it": "notify.error.template.open",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
	in := campaignInput("k")
	c, err := o.CreateCampaign(ctx, o.writer, in)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := o.CreateCampaign(ctx, o.writer, in); err != nil || again.ID != c.ID {
		t.Errorf("the same form again: %v %v", again.ID, err)
	}
	in.Name = "Altro"
	if _, err := o.CreateCampaign(ctx, o.writer, in); civic.CodeOf(err) != civic.Conflict {
		t.Errorf("another form with the same key: %v", err)
	}
	in.Revision = c.Revision
	if c, err = o.EditCampaign(ctx, o.writer, c.ID, in); err != nil || c.Name != "Altro" {
		t.Fatalf("%v %v", c.Name, err)
	}
	in.Name = "Altro ancora"
	if _, err := o.EditCampaign(ctx, o.sender, c.ID, in); civic.CodeOf(err) != civic.Conflict {
		t.Errorf("an old revision: %v", err)
	}
	if used, err := o.UsesSegment(ctx, "tutti"); err != nil || !used {
		t.Errorf("segment not in use: %v", err)
	}
	if _, err := o.Schedule(ctx, o.sender, c.ID, c.Tag(), time.Now().Add(time.Hour), time.Time{}); err != nil {
		t.Fatal(err)
	}
	in.Revision++
	if _, err := o.EditCampaign(ctx, o.writer, c.ID, in); civic.CodeOf(err) != civic.Conflict {
		t.Errorf("a scheduled campaign was edited: %v", err)
	}
	if _, err := o.Resume(ctx, o.sender, c.ID); civic.CodeOf(err) != civic.Conflict {
		t.Errorf("a scheduled campaign was begun by hand: %v", err)
	}
	if _, err := o.Unschedule(ctx, o.sender, c.ID); err != nil {
		t.Error(err)
	}
	if _, err := o.Cancel(ctx, o.sender, c.ID); err != nil {
		t.Error(err)
	}
	if used, err := o.UsesSegment(ctx, "tutti"); err != nil || used {
		t.Errorf("segment still in use: %v", err)
	}
	page, err := o.Log.List(ctx, auditor(), audit.Query{})
	if err != nil {
		t.Fatal(err)
	}
	var actions []string
	for _, r := range page.Items {
		if strings.HasPrefix(string(r.Action), "notify.") {
			actions = append(actions, string(r.Action))
		}
	}
	if got := strings.Join(actions, " "); !strings.Contains(got, "notify.campaign.cancelled") ||
		!strings.Contains(got, "notify.campaign.draft") ||
		!strings.Contains(got, "notify.campaign.scheduled") ||
		!strings.Contains(got, "notify.campaign.edit") || !strings.Contains(got, "notify.campaign.create") {
		t.Errorf("audit: %s", got)
	}
}

func auditor() civic.Actor { return civic.System("test") }

func TestWhoMayDoWhat(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 1)
	ctx := t.Context()
	c, err := o.CreateCampaign(ctx, o.sender, campaignInput("k"))
	if err != nil {
		t.Fatal(err)
	}
	acts := map[string]func(by civic.Actor) error{
		"list": func(by civic.Actor) error {
			_,
				err := o.Campaigns(ctx, by, "", civic.PageRequest{})
			return err
		},
		"read":   func(by civic.Actor) error { _, err := o.Campaign(ctx, by, c.ID); return err },
		"counts": func(by civic.Actor) error { _, err := o.Counts(ctx, by, c.ID); return err },
		"rows": func(by civic.Actor) error {
			_, err := o.Deliveries(ctx, by, c.ID, DeliveryFilter{State: Sent}, civic.PageRequest{})
			return err
		},
		"preview": func(by civic.Actor) error {
			_,
				err := o.PreviewCampaign(ctx, by, c.ID, "it")
			return err
		},
		"create": func(by civic.Actor) error {
			_,
				err := o.CreateCampaign(ctx, by, campaignInput(docKey(by)))
			return err
		},
		"edit": func(by civic.Actor) error {
			_,
				err := o.EditCampaign(ctx, by, "nope", campaignInput("k"))
			return err
		},
		"test": func(by civic.Actor) error { return o.SendTest(ctx, by, c.ID, docKey(by)) },
		"schedule": func(by civic.Actor) error {
			_, err := o.Schedule(ctx, by, "nope", "", time.Time{}, time.Time{})
			return err
		},
		"pause":   func(by civic.Actor) error { _, err := o.Pause(ctx, by, "nope", ""); return err },
		"resume":  func(by civic.Actor) error { _, err := o.Resume(ctx, by, "nope"); return err },
		"cancel":  func(by civic.Actor) error { _, err := o.Cancel(ctx, by, "nope"); return err },
		"again":   func(by civic.Actor) error { _, err := o.RetryFailed(ctx, by, "nope"); return err },
		"release": func(by civic.Actor) error { return o.Release(ctx, by, "nope", "perché") },
		"held": func(by civic.Actor) error {
			_,
				err := o.HeldAddresses(ctx, by, nil, civic.PageRequest{})
			return err
		},
		"status":    func(by civic.Actor) error { _, err := o.Status(ctx, by); return err },
		"hold mail": func(by civic.Actor) error { return o.HoldSending(ctx, by, "prova") },
		"let go":    func(by civic.Actor) error { return o.ReleaseSending(ctx, by) },
	}
	read := " list read counts rows preview "
	write := " create edit test "
	send := " schedule pause resume cancel again release "
	mail := " held status "
	allowed := map[string]string{"scrive": read + write, "invia": read + write + send + mail,
		"admin": mail + " hold mail let go ", "altro": "", "cittadina": "", "": ""}
	for _, by := range []civic.Actor{o.writer, o.sender, o.admin, o.other, o.citizen, o.stranger} {
		for name, act := range acts {
			code := civic.CodeOf(act(by))
			refused := code == civic.Forbidden || code == civic.Unauthenticated
			if may := strings.Contains(allowed[string(by.Account)], " "+name+" ") || name == "hold mail" &&
				by.Account == "admin" || name == "let go" && by.Account == "admin"; may == refused {
				t.Errorf("%q %s: %v", by.Account, name, code)
			}
		}
	}
}

func docKey(by civic.Actor) civic.ID { return civic.Key("chiave", by.Account+"x") }

func TestATestGoesToWhoeverAsks(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 5)
	o.serve()
	c, err := o.CreateCampaign(t.Context(), o.writer, campaignInput("k"))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := o.SendTest(t.Context(), o.writer, c.ID, "chiave"); err != nil {
			t.Fatal(err)
		}
	}
	o.awaitThat("the test", func() bool { return len(o.sink.mails()) > 0 })
	m := o.mailOf("scrive@comune.example")
	if len(o.sink.mails()) != 1 || !strings.Contains(m.Subject, "notify.test.subject") ||
		!strings.Contains(m.Text, "Gentile [it:notify.sample.given_name],") ||
		strings.Count(m.HTML, "<html") != 1 {
		t.Errorf("%d mails; %s\n%s", len(o.sink.mails()), m.Subject, m.Text)
	}
	if len(o.diary.All()) != 0 {
		t.Error("a test is on a timeline")
	}
	p, err := o.PreviewCampaign(t.Context(), o.sender, c.ID, "it")
	if err != nil || p.Text != m.Text || p.HTML != m.HTML {
		t.Errorf("preview and test differ: %v", err)
	}
}

func TestASegmentThatMayNotBeUsedEndsTheCampaign(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 5)
	o.people.membersErr = civic.NewErrorArgs(civic.Forbidden, "crm.error.segment_small",
		civic.Args{"Min": 10})
	o.serve()
	c := o.launch("k1")
	c = o.await(c.ID, Cancelled)
	if why := c.Why(); why.Key != "crm.error.segment_small" || why.Args["Min"] != "10" {
		t.Errorf("trouble %v", why)
	}
	o.awaitThat("its author is told", func() bool { return len(o.sink.mails()) == 1 })
	if m := o.mailOf("invia@comune.example"); !strings.Contains(m.Text, testStaff{}.CampaignLink(c.ID)) {
		t.Errorf("the letter does not lead to the campaign: %s", m.Text)
	}
}

// faltering is an audience that does not answer now and then.
type faltering struct {
	Audience
	fail func(contacts []civic.ID) error
}

func (f faltering) Recipients(
	ctx context.Context, contacts []civic.ID, topic civic.ID, institutional bool,
) ([]civic.Recipient, error) {
	if err := f.fail(contacts); err != nil {
		return nil, err
	}
	return f.Audience.Recipients(ctx, contacts, topic, institutional)
}

// TestFreezingThatFailsPausesTheCampaign: after some failures in a row nobody tries any more: the campaign is
// paused with the reason, its author told once, and the task says so; somebody who resumes it has it tried as
// often again, at once, behind what was done.
func TestFreezingThatFailsPausesTheCampaign(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
	o := openOffice(t, 1200, func(o *Options) { o.Now = func() time.Time { return now } })
	broken, asked := true, 0
	o.o.Audience = faltering{o.people, func(contacts []civic.ID) error {
		if contacts[0] == "c01000" && broken {
			asked++
			return errors.New("a contact that cannot be read")
		}
		return nil
	}}
	c := o.launch("k1")
	for round := 1; round <= 2; round++ {
		for range 3 * MaxFailures {
			o.sendDue()
			now = now.Add(31 * time.Second)
		}
		got, err := o.campaigns.Get(t.Context(), c.ID)
		if err != nil || got.State != Paused || got.Why().Key != "notify.trouble.freeze" ||
			got.Why().Args["Count"] != "5" || asked != round*MaxFailures {
			t.Fatalf("after %d tries it is %s: %v, %v", asked, got.State, got.Why(), err)
		}
		told, err := o.ledger.Count(t.Context(), docstore.Filter{docstore.Eq("queue", messageQueue)})
		if err != nil || told != round {
			t.Errorf("its author is told %d times, %v", told, err)
		}
		task, err := o.work.Task(t.Context(), o.sender, TaskID(WorkFreeze, c.ID))
		if err != nil || task.State != work.Failed || task.Failures != MaxFailures || task.Done != 500 {
			t.Errorf("the task is %s after %d failures, %v", task.State, task.Failures, err)
		}
		broken = round < 2
		if c, err = o.Resume(t.Context(), o.sender, c.ID); err != nil || c.Trouble != "" {
			t.Fatalf("resumed it says %q, %v", c.Trouble, err)
		}
	}
	o.sendDue()
	if counts := o.counts(c.ID); counts.Of(Queued) != 1200 || counts.Total != 1200 {
		t.Errorf("%v", counts.States)
	}
	if task, err := o.work.Task(t.Context(), o.sender, TaskID(WorkFreeze, c.ID)); err != nil ||
		task.State != work.Done || task.Failures != 0 {
		t.Errorf("the task is %s after %d failures, %v", task.State, task.Failures, err)
	}
}

// TestFreezingGoesOnAfterAnInterruption: it says how far it is, goes on behind what it wrote, and asks about
// nobody twice; what failed is tried again after a while.
func TestFreezingGoesOnAfterAnInterruption(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
	o := openOffice(t, 1700, func(o *Options) { o.Now = func() time.Time { return now } })
	left := 3
	o.o.Audience = faltering{o.people, func(contacts []civic.ID) error {
		if contacts[0] == "c01000" && left > 0 {
			left--
			return errors.New("power cut")
		}
		return nil
	}}
	c := o.launch("k1")
	for i := range 4 {
		o.sendDue()
		o.sendDue() // a moment later it is left alone
		got, err := o.campaigns.Get(t.Context(), c.ID)
		if err != nil || (i < 3) != got.FrozenAt.IsZero() {
			t.Fatalf("call %d: frozen at %v, %v", i, got.FrozenAt, err)
		}
		task, err := o.work.Task(t.Context(), o.sender, TaskID(WorkFreeze, c.ID))
		if err != nil || task.Total != 1700 || i < 3 && (task.State != work.Failed || task.Done != 500) {
			t.Errorf("call %d: the task is %s with %d of %d, %v", i, task.State, task.Done, task.Total, err)
		}
		now = now.Add(31 * time.Second)
	}
	if counts := o.counts(c.ID); counts.Of(Queued) != 1700 || counts.Total != 1700 {
		t.Errorf("%v", counts.States)
	}
	if n := o.people.asked["c00000"]; n != 1 {
		t.Errorf("the first was asked about %d times", n)
	}
}

// tag returns the tag of a campaign as it is.
func (o *office) tag(id civic.ID) string {
	o.t.Helper()
	c, err := o.campaigns.Get(o.t.Context(), id)
	if err != nil {
		o.t.Fatal(err)
	}
	return c.Tag()
}

// TestADraftThatChangedIsNotSent: what was confirmed is what is sent, or nothing is.
func TestADraftThatChangedIsNotSent(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 1)
	c, err := o.CreateCampaign(t.Context(), o.sender, campaignInput("k1"))
	if err != nil {
		t.Fatal(err)
	}
	in := campaignInput("k1")
	in.Contents["it"] = Content{Subject: "Mercato", Body: "Nessuno l'ha confermato."}
	in.Revision = c.Revision
	now, err := o.EditCampaign(t.Context(), o.writer, c.ID, in)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.Schedule(t.Context(), o.sender, c.ID, c.Tag(), time.Time{}, time.Time{}); !errors.Is(err,
		ErrChanged) || o.tag(c.ID) != now.Tag() {
		t.Errorf("it says %v", err)
	}
	if got, err := o.Campaign(t.Context(), o.sender, c.ID); err != nil || got.State != Draft {
		t.Errorf("it is %s %v", got.State, err)
	}
	if _, err := o.Schedule(t.Context(), o.sender, c.ID, now.Tag(), time.Time{}, time.Time{}); err != nil {
		t.Error(err)
	}
}
