package main

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"ascolto/crm"
	"ascolto/crm/segment"
	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/notify"
	"ascolto/web/webtest"
)

// mailFault is how a mail server fails: by what it answers to a verb, or, with no answers, by not being
// there.
type mailFault struct {
	name    string
	answers map[string]*smtp.SMTPError
	silent  string // the verb it never answers
	said    string // what the desk says of it; empty where nothing can be known yet
}

func mailFaults() []mailFault {
	return []mailFault{
		{name: "is away", said: "Il server di posta non è raggiungibile"},
		{name: "is busy", answers: map[string]*smtp.SMTPError{"EHLO": {Code: 421, Message: "busy"}},
			said: "chiede di riprovare più tardi"},
		{name: "refuses the sender",
			answers: map[string]*smtp.SMTPError{"MAIL": {Code: 550, Message: "who are you"}},
			said:    "rifiuta l'indirizzo del mittente"},
		{name: "puts everybody off",
			answers: map[string]*smtp.SMTPError{"RCPT": {Code: 451, Message: "later"}},
			said:    "chiede di riprovare più tardi"},
		{name: "hangs", silent: "RCPT"},
	}
}

// open opens a mail server at address that fails so, unless it is one that is not there; mend ends the fault.
func (f mailFault) open(t *testing.T, address string) (office *postOffice, mend func()) {
	t.Helper()
	if f.answers == nil && f.silent == "" {
		office = &postOffice{}
		return office, func() { office.listen(t, address) }
	}
	mended := make(chan struct{})
	office = &postOffice{answer: func(verb string) error {
		select {
		case <-mended:
			return nil
		default:
		}
		if verb == f.silent {
			<-mended
		}
		if reply := f.answers[verb]; reply != nil {
			return reply
		}
		return nil
	}}
	office.listen(t, address)
	t.Cleanup(func() {
		select {
		case <-mended:
		default:
			close(mended)
		}
	})
	return office, func() { close(mended) }
}

// campaign makes people with an address each, and a campaign to all of them that is due now.
func (a instance) campaign(t *testing.T, people int) civic.ID {
	t.Helper()
	ctx, by := t.Context(), civic.System("test")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(a.FirstStart(ctx))
	must(a.CRM.LoadContacts(ctx, by, func(yield func(crm.LoadContact) bool) {
		for n := range people {
			in := crm.ContactInput{Kind: crm.Person, GivenName: "Niccolò",
				FamilyName: fmt.Sprintf("D'Alò %d", n), Language: "it", Emails: []string{
					fmt.Sprintf("persona%d@posta.example", n)}}
			if !yield(crm.LoadContact{ContactInput: in, ID: civic.ID(fmt.Sprintf("c%05d", n)),
				CreatedAt: civic.Now()}) {
				return
			}
		}
	}, func(int) {}))
	must(a.RefreshIndex(ctx))
	everybody := segment.Rule{Op: segment.OpAll,
		Rules: []segment.Rule{{Op: segment.OpIs, Field: crm.AttributeLanguage, Values: []string{"it"}}}}
	segment, err := a.Segments.Create(ctx, by, segment.Input{FormKey: "everybody-segment-01", Name: "Tutti",
		Rule: everybody})
	must(err)
	c, err := a.Notify.CreateCampaign(ctx, by, notify.CampaignInput{
		Key: "campaign-000000001", Name: "Avviso", Segment: segment.ID, Class: notify.Institutional,
		LegalBasis: "Regolamento comunale",
		Contents: map[string]notify.Content{"it": {Language: "it", Subject: "Avviso alla cittadinanza",
			Body: "Lavori in piazza."}},
	})
	must(err)
	_, err = a.Notify.Schedule(ctx, by, c.ID, c.Tag(), time.Time{}, time.Time{})
	must(err)
	_, err = a.Accounts.CreateStaff(ctx, by, accounts.NewStaff{
		FormKey: "news-account-000001", Email: "ada@comune.example.it", Name: "Ada Bianchi",
		Password: staffPassword,
		Roles:    []civic.Role{civic.Administrator, civic.Communication},
	})
	must(err)
	return c.ID
}

// TestCampaignOutlivesAMailServerThatFails: while the server fails, the desk and the log say so, the site
// goes on and can be stopped; when it works again everybody gets the mail, once.
func TestCampaignOutlivesAMailServerThatFails(t *testing.T) {
	t.Parallel()
	const people = 12
	for _, fault := range mailFaults() {
		t.Run(fault.name, func(t *testing.T) {
			t.Parallel()
			address := freeAddress(t)
			settings := with(here(t), "ASCOLTO_SMTP", "smtp://"+address+"?tls=none")
			a := opened(t, settings)
			path := "/desk/campaigns/" + string(a.campaign(t, people))
			a.mustClose(t)
			office, mend := fault.open(t, address)

			p := start(t, settings)
			b := signedIn(t, p, "ada@comune.example.it")
			if fault.said == "" {
				eventually(t, "the server is being talked to",
					func() bool { return office.asked(fault.silent) > 0 })
			} else {
				eventually(t, "the desk says what is wrong",
					func() bool { return b.Get(path + "/deliveries?state=retry").Has(fault.said) })
				eventually(t, "the log says what is wrong",
					func() bool { return strings.Contains(p.out.String(), "mail not delivered") })
			}
			if page := b.Get("/"); page.Status != 200 {
				t.Errorf("the start page meanwhile: status %d", page.Status)
			}
			if err := p.Stop(20 * time.Second); err != nil {
				t.Errorf("stopping: %v", err)
			}
			if strings.Contains(p.out.String(), "posta.example") {
				t.Error("the log names addresses")
			}
			if n := len(office.Mails()); n != 0 {
				t.Errorf("%d mails arrived", n)
			}

			mend()
			p = start(t, with(settings, aheadSetting, "20m")) // when what was put off is due
			b = signedIn(t, p, "ada@comune.example.it")
			eventually(t, "everybody gets the mail", func() bool { return len(office.Mails()) >= people })
			eventually(t, "the campaign ends", func() bool { return b.Get(path).Has("Concluso") })
			wantOnce(t, office, people)
		})
	}
}

var codeInMail = regexp.MustCompile(`\b[0-9]{8}\b`)

// TestSignInOutlivesAMailServerThatFails: who waits for a code is told that mail is late; the code comes by
// itself when the server works again, once, and opens the door.
func TestSignInOutlivesAMailServerThatFails(t *testing.T) {
	t.Parallel()
	for _, fault := range mailFaults() {
		t.Run(fault.name, func(t *testing.T) {
			t.Parallel()
			address := freeAddress(t)
			settings := with(here(t), "ASCOLTO_SMTP", "smtp://"+address+"?tls=none")
			office, mend := fault.open(t, address)
			p := start(t, settings)
			b := (&webtest.Site{Origin: p.URL}).Browser(t)
			page := b.Submit(b.Get("/accedi"), "/accedi", url.Values{"email": {"anna@posta.example"}})
			if page.Status != 303 || !b.Follow(page).Has("Il codice è stato inviato") {
				t.Fatalf("asking for a code: status %d", page.Status)
			}
			switch late := func() bool { return b.Get("/accedi/codice").Has("può arrivare in ritardo") }; {
			case fault.silent != "":
				eventually(t, "the server is being talked to",
					func() bool { return office.asked(fault.silent) > 0 })
				if err := p.Stop(20 * time.Second); err != nil {
					t.Errorf("stopping: %v", err)
				}
				mend()
				p = start(t, settings)
			case fault.answers["RCPT"] != nil: // it is about this one address, so nobody who asks may be told
				eventually(t, "the log says what is wrong",
					func() bool { return strings.Contains(p.out.String(), "mail not delivered") })
				if late() {
					t.Error("the page tells of an answer about one address")
				}
				mend()
			default:
				eventually(t, "the page says that mail is late", late)
				mend()
			}
			eventually(t, "the code arrives", func() bool { return len(office.Mails()) > 0 })
			mails := office.Mails()
			code := codeInMail.FindString(mails[0].Raw)
			page = b.Submit(b.Get("/accedi/codice"), "/accedi/codice", url.Values{"code": {code}})
			if page.Status != 303 {
				t.Errorf("signing in with %q: status %d", code, page.Status)
			}
			eventually(t, "the page for signing in says nothing of late mail", func() bool {
				return !(&webtest.Site{Origin: p.URL}).Browser(t).Get("/accedi").Has(
					"può arrivare in ritardo")
			})
			wantOnce(t, office, 1)
			if strings.Contains(p.out.String(), "posta.example") || strings.Contains(p.out.String(), code) {
				t.Error("the log holds an address or a code")
			}
		})
	}
}
