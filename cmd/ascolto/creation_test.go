package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/crm/segment"
	"ascolto/crm/term"
	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/reference"
	"ascolto/internal/sitepage"
	"ascolto/notify"
	"ascolto/surveys"
	"ascolto/web"
)

// creator is somebody of the staff who may do everything, and a citizen, with what they made so far.
type creator struct {
	instance
	db              *docstore.DB // of a program that may die
	staff, citizen  civic.Actor
	contact, topic  civic.ID
	segment, survey civic.ID
	thread          civic.ID
	picture         []byte

	// what the creations made besides, for who changes it
	campaign, call, colleague, reply, asked, request, twin civic.ID
	answer                                                 int64
}

// creation is a form that makes a document.
type creation struct {
	action audit.Action // of the audit; empty where the act is not audited
	send   func(ctx context.Context, c *creator, key string) (civic.ID, error)
}

// creations lists every form that makes a document, those first that others need.
func creations() []creation {
	return []creation{
		{"crm.district.save", func(ctx context.Context, c *creator, key string) (civic.ID, error) {
			d, err := c.Reference.SaveDistrict(ctx, c.staff,
				reference.District{Sent: reference.Sent{Form: key}, Name: "Quartiere Nuovo", Order: 9})
			return d.ID, err
		}},
		{"crm.office.save", func(ctx context.Context, c *creator, key string) (civic.ID, error) {
			o, err := c.Reference.SaveOffice(ctx, c.staff,
				reference.Office{Sent: reference.Sent{Form: key}, Name: "Ufficio Nuovo", Order: 9})
			return o.ID, err
		}},
		{"crm.tag.save", func(ctx context.Context, c *creator, key string) (civic.ID, error) {
			t, err := c.Reference.SaveTag(ctx, c.staff,
				reference.Tag{Sent: reference.Sent{Form: key}, Name: "nuova", Order: 9})
			return t.ID, err
		}},
		{"crm.topic.save", func(ctx context.Context, c *creator, key string) (civic.ID, error) {
			text := civic.Text{civic.Italian: "Riceverai notizie.", civic.English: "You will get news."}
			t, err := c.Reference.SaveTopic(ctx, c.staff,
				reference.Topic{Sent: reference.Sent{Form: key},
					Name: civic.Text{civic.Italian: "Novità", civic.English: "News"}, Order: 9}, text)
			c.topic = t.ID
			return t.ID, err
		}},
		{"crm.contact.create", func(ctx context.Context, c *creator, key string) (civic.ID, error) {
			made, err := c.CRM.CreateContact(ctx, c.staff, crm.ContactInput{
				FormKey: key, Kind: crm.Person, GivenName: "Anna", FamilyName: "Dall'Olio",
				Language: civic.Italian, Emails: []string{"anna@posta.example"},
			})
			c.contact, c.citizen.Contact = made.ID, made.ID
			return made.ID, err
		}},
		{"crm.interaction.create", func(ctx context.Context, c *creator, key string) (civic.ID, error) {
			i, err := c.CRM.RecordInteraction(ctx, c.staff, crm.InteractionInput{
				FormKey: key, Contact: c.contact, Channel: crm.ByPhone, Direction: crm.Inbound, Office: "urp",
				Subject: "Lampione spento",
				Outcome: crm.Answered,
			})
			return i.ID, err
		}},
		{"crm.segment.create", func(ctx context.Context, c *creator, key string) (civic.ID, error) {
			g, err := c.Segments.Create(ctx, c.staff,
				segment.Input{FormKey: key, Name: "Tutti",
					Rule: segment.All(segment.Rule{Op: segment.OpIs, Field: crm.AttributeDistrict,
						Values: []string{"quartiere-nuovo"}})})
			c.segment = g.ID
			return g.ID, err
		}},
		{"notify.campaign.create", func(ctx context.Context, c *creator, key string) (civic.ID, error) {
			made, err := c.Notify.CreateCampaign(ctx, c.staff, notify.CampaignInput{
				Key: civic.ID(key), Name: "Novità", Segment: c.segment, Topic: c.topic,
				Class:    notify.Voluntary,
				Contents: map[string]notify.Content{"it": {Language: "it", Subject: "Novità", Body: "Ciao."}},
			})
			return made.ID, err
		}},
		{"surveys.questionnaire.create", func(ctx context.Context, c *creator, key string) (civic.ID, error) {
			q, err := c.Surveys.Create(ctx, c.staff, key, surveys.Settings{
				Title: civic.Text{civic.Italian: "I parchi"}, Participation: surveys.Anonymous,
				Collection: surveys.OptIn, Office: "urp",
			})
			c.survey = q.ID
			return q.ID, err
		}},
		{"surveys.questionnaire.create", func(ctx context.Context, c *creator, key string) (civic.ID, error) {
			q, err := c.Surveys.Duplicate(ctx, c.staff, key, c.survey)
			return q.ID, err
		}},
		{accounts.ActionCreated, func(ctx context.Context, c *creator, key string) (civic.ID, error) {
			a, err := c.Accounts.CreateStaff(ctx, c.staff, accounts.NewStaff{
				FormKey: key, Email: "bea@example.it", Name: "Bea Conti", Roles: []civic.Role{civic.Operator},
				Offices: []civic.ID{"urp"},
			})
			return a.ID, err
		}},
		{"forum.area.create", func(ctx context.Context, c *creator, key string) (civic.ID, error) {
			a, err := c.Forum.CreateArea(ctx, c.staff,
				forum.AreaInput{FormKey: key, Slug: "citta", Name: "Città", AnswerDays: 30})
			return a.ID, err
		}},
		{"", func(ctx context.Context, c *creator, key string) (civic.ID, error) {
			t, err := c.Forum.StartThread(ctx, c.citizen, forum.ThreadInput{
				FormKey: key, Area: "citta", Title: "Il parco è buio", Source: "I lampioni sono spenti.",
				AsksAnswer: true,
			})
			c.thread = t.ID
			return t.ID, err
		}},
		{"", func(ctx context.Context, c *creator, key string) (civic.ID, error) {
			p, err := c.Forum.Reply(ctx, c.citizen,
				forum.ReplyInput{FormKey: key, Thread: c.thread, Source: "Anche in via Emilia."})
			return p.ID, err
		}},
		{"", func(ctx context.Context, c *creator, key string) (civic.ID, error) {
			n, err := c.Forum.AddNote(ctx, c.staff,
				forum.NoteInput{FormKey: key, Thread: c.thread, Text: "Guasto noto."})
			return n.ID, err
		}},
		{"forum.answer.publish", func(ctx context.Context, c *creator, key string) (civic.ID, error) {
			p, err := c.Forum.Answer(ctx, c.staff,
				forum.AnswerInput{FormKey: key, Thread: c.thread, Office: "urp", Source: "Ripariamo domani."})
			return p.ID, err
		}},
		{"requests.procedure.save", func(ctx context.Context, c *creator, key string) (civic.ID, error) {
			v := requests.Version{
				From: time.Now().In(civic.Rome()).Format(time.DateOnly), Office: "urp", Substitute: "Segretario generale",
				Name:        civic.Text{"it": "Occupazione di suolo", "en": "Use of public ground"},
				Description: civic.Text{"it": "Per una festa.", "en": "For a party."},
				Rules: requests.Rules{Term: term.Term{Length: 30, Unit: term.Days}, Basis: "Regolamento",
					Silence: requests.SilenceDelay},
			}
			p, err := c.Requests.SaveProcedure(ctx, c.staff, key, "", 0, v)
			return p.ID, err
		}},
		{"", func(ctx context.Context, c *creator, key string) (civic.ID, error) {
			r, err := c.Requests.File(ctx, c.citizen, requests.FileInput{FormKey: key, Procedure: "istanza",
				Subject: "Una panchina per la Dall'Olio", Text: "In via Po."})
			c.request = r.ID
			return r.ID, err
		}},
		{sitepage.ActionPublish, func(ctx context.Context, c *creator, _ string) (civic.ID, error) {
			v, err := c.Texts.Publish(ctx, c.staff,
				sitepage.Draft{Page: sitepage.FAQ, Text: civic.Text{"it": "Quando?", "en": "When?"}})
			return v.ID, err
		}},
		{sitepage.ActionLogo, func(ctx context.Context, c *creator, _ string) (civic.ID, error) {
			l, err := c.Texts.PublishLogo(ctx, c.staff,
				sitepage.LogoDraft{File: c.picture, Alt: civic.Text{"it": "Stemma", "en": "Arms"}})
			return l.ID, err
		}},
	}
}

// sendAll sends every form and returns the ids of what they made.
func (c *creator) sendAll(t *testing.T) (ids []civic.ID) {
	t.Helper()
	for i, form := range creations() {
		id, err := form.send(t.Context(), c, fmt.Sprintf("form%020d", i))
		if err != nil || id == "" {
			t.Fatalf("form %d (%s): %q, %v", i, form.action, id, err)
		}
		ids = append(ids, id)
	}
	if err := c.Search.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	return ids
}

// open opens the program's services for the two.
func (c *creator) open(t *testing.T, settings map[string]string) {
	t.Helper()
	c.join(t, opened(t, settings))
}

// join has the two use the program, which has what every municipality begins with.
func (c *creator) join(t *testing.T, with instance) {
	t.Helper()
	c.instance = with
	if err := c.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	roles := []civic.Role{
		civic.Operator, civic.OfficeMember, civic.OfficeHead, civic.Communication, civic.Moderator,
		civic.DataProtection, civic.Administrator,
	}
	c.staff = civic.NewActor(civic.Actor{Account: "staff", Name: "Ada Bianchi", Roles: roles,
		Offices: []civic.ID{"urp"}, Request: rand.Text()}, web.Grants())
	c.citizen = civic.NewActor(civic.Actor{
		Account: "citizen", Contact: c.contact, Name: "Anna Dall'Olio", Roles: []civic.Role{civic.Citizen},
		Request: rand.Text(),
	}, web.Grants())
}

// anyDocument is a document without a type.
type anyDocument struct {
	docstore.Meta `bson:",inline"`
}

// bare opens a collection of a store that nobody else has open, as documents without a type; its indexes are
// made again when the program opens it.
func bare(t *testing.T, db *docstore.DB, name string) *docstore.Collection[anyDocument] {
	t.Helper()
	c, err := docstore.Collect[anyDocument](t.Context(), db, docstore.Spec{Name: name})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// forget takes away everything that follows from documents: what a process leaves that dies each time it has
// stored one.
func forget(t *testing.T, settings map[string]string) {
	t.Helper()
	db, err := docstore.Open(t.Context(),
		docstore.Options{Path: filepath.Join(settings["ASCOLTO_DATA"], storeFile)})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, name := range []string{"audit", "timeline", "deliveries"} {
		c := bare(t, db, name)
		for d, err := range c.All(t.Context(), docstore.Query{}) {
			if err == nil {
				err = c.Delete(t.Context(), d.ID)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := os.RemoveAll(filepath.Join(settings["ASCOLTO_DATA"], "search")); err != nil {
		t.Fatal(err)
	}
}

// consequences is what follows from the documents that forms made: entries of the audit for each, and how
// many of timelines and letters.
type consequences struct {
	Audited           []int
	Timeline, Letters int
}

// end counts what followed, checks that the index holds what the store has, and closes the program.
func (c *creator) end(t *testing.T, settings map[string]string, ids []civic.ID) (all consequences) {
	t.Helper()
	for i, form := range creations() {
		n := 0
		page, err := c.Audit.List(t.Context(), c.staff,
			audit.Query{Action: form.action, Page: civic.PageRequest{Size: civic.MaxPageSize}})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page.Items {
			if r.Object == ids[i] && form.action != "" {
				n++
			}
		}
		all.Audited = append(all.Audited, n)
	}
	if drift, err := c.Search.Drift(t.Context(), c.Sources()...); err != nil || !drift.IsZero() {
		t.Errorf("the index differs from the store: %+v, %v", drift, err)
	}
	c.mustClose(t)
	db, err := docstore.Open(t.Context(),
		docstore.Options{Path: filepath.Join(settings["ASCOLTO_DATA"], storeFile)})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for name, into := range map[string]*int{"timeline": &all.Timeline, "deliveries": &all.Letters} {
		if *into, err = bare(t, db, name).Count(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// TestAFormSentAgainCompletesItsEffects: a process that dies after it stored what a form makes, and before
// anything followed from it, has lost nothing: the same form sent again finds its document and draws every
// consequence, in audit, index, timeline and outbox; sent once more, nothing is there twice.
func TestAFormSentAgainCompletesItsEffects(t *testing.T) {
	t.Parallel()
	settings := here(t)
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 64, 64))); err != nil {
		t.Fatal(err)
	}
	c := &creator{picture: picture.Bytes()}
	c.open(t, settings)
	ids := c.sendAll(t)
	want := c.end(t, settings, ids)
	for i, form := range creations() {
		if once := form.action != ""; once != (want.Audited[i] == 1) {
			t.Fatalf("form %d (%s) is audited %d times", i, form.action, want.Audited[i])
		}
	}
	// a call, a discussion, a reply, a request; an answer, a receipt, news
	if want.Timeline != 4 || want.Letters != 3 {
		t.Fatalf("what follows: %+v", want)
	}
	forget(t, settings)
	for _, when := range []string{"after the crash", "once more"} {
		c.open(t, settings)
		again := c.sendAll(t)
		if diff := cmp.Diff(ids, again); diff != "" {
			t.Errorf("%s: other documents: %s", when, diff)
		}
		if diff := cmp.Diff(want, c.end(t, settings, again)); diff != "" {
			t.Errorf("%s: what follows differs (-first +now): %s", when, diff)
		}
	}
}
