package main

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/crm/segment"
	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
	"ascolto/internal/reference"
	"ascolto/notify"
	"ascolto/surveys"
	"ascolto/web"
)

// sending sends a form that somebody has open, as often as they like.
type sending func(ctx context.Context, c *creator) error

// revision is a form that changes what a creation made.
type revision struct {
	action audit.Action // of the audit; empty where the act is not audited
	show   func(ctx context.Context, c *creator) (civic.ID, sending, error)
}

func sent[T any](_ T, err error) error { return err }

// item returns the item of reference data with an id.
func item[T any](list []T, err error, is func(T) bool) (T, error) {
	if i := slices.IndexFunc(list, is); err == nil && i >= 0 {
		return list[i], nil
	}
	var none T
	return none, fmt.Errorf("no such item: %w", err)
}

// revisions lists forms that change what the creations made, in an order in which each may be sent.
func revisions() []revision {
	return slices.Concat(referenceRevisions(), contactRevisions(), fileRevisions(), surveyRevisions(),
		forumRevisions(), requestRevisions(), sessionRevisions(), programRevisions(), deskRevisions(),
		hoursRevisions(), staffRevisions(), campaignRevisions(), runningRevisions())
}

func referenceRevisions() []revision {
	return []revision{
		{reference.ActionDistrictSave, func(ctx context.Context, c *creator) (civic.ID, sending, error) {
			list, err := c.Reference.Districts(ctx)
			d, err := item(list, err, func(d reference.District) bool { return d.Name == "Quartiere Nuovo" })
			d.Sent.Shown, d.Name = d.Shown(), "Quartiere Rinato"
			return d.ID, func(ctx context.Context, c *creator) error {
				return sent(c.Reference.SaveDistrict(ctx, c.staff, d))
			}, err
		}},
		{reference.ActionTopicSave, func(ctx context.Context, c *creator) (civic.ID, sending, error) {
			topic, err := c.Reference.Topic(ctx, c.topic)
			topic.Sent.Shown, topic.Name = topic.Shown(), civic.Text{civic.Italian: "Novità",
				civic.English: "Latest news"}
			text := civic.Text{civic.Italian: "Riceverai le ultime notizie.",
				civic.English: "You will get the latest news."}
			return c.topic, func(ctx context.Context, c *creator) error {
				return sent(c.Reference.SaveTopic(ctx, c.staff, topic, text))
			}, err
		}},
	}
}

// segmentRevision is the form of a segment.
func segmentRevision() revision {
	return revision{segment.ActionUpdate, func(ctx context.Context, c *creator) (civic.ID, sending, error) {
		g, err := c.Segments.Segment(ctx, c.staff, c.segment)
		in := segment.Input{Revision: g.Revision, Shown: g.Shown(), Name: "Tutti quanti", Rule: g.Rule}
		return c.segment, func(ctx context.Context, c *creator) error {
			return sent(c.Segments.Update(ctx, c.staff, c.segment, in))
		}, err
	}}
}

func contactRevisions() []revision {
	return []revision{
		{crm.ActionContactUpdate, func(ctx context.Context, c *creator) (civic.ID, sending, error) {
			was, err := c.CRM.Contact(ctx, c.staff, c.contact)
			in := crm.ContactInput{
				Version: was.Revision, Shown: was.Shown(), Kind: crm.Person, GivenName: "Anna",
				FamilyName: "Dall'Olio", Language: civic.Italian,
				Emails: []string{"anna@posta.example"}, Phones: []string{"059 203040"},
			}
			return c.contact, func(ctx context.Context, c *creator) error {
				return sent(c.CRM.UpdateContact(ctx, c.staff, c.contact, in))
			}, err
		}},
		{crm.ActionContactUpdateOwn, func(ctx context.Context, c *creator) (civic.ID, sending, error) {
			was, err := c.CRM.OwnContact(ctx, c.citizen)
			in := crm.ContactInput{
				Shown: was.Shown(), Kind: crm.Person, GivenName: "Anna", FamilyName: "Dall'Olio",
				Language: civic.English, Emails: []string{"anna@posta.example"}, Phones: []string{"059 203041"},
			}
			return c.contact, func(ctx context.Context, c *creator) error {
				return sent(c.CRM.UpdateOwnContact(ctx, c.citizen, in))
			}, err
		}},
		{crm.ActionConsentGive, func(ctx context.Context, c *creator) (civic.ID, sending, error) {
			topic, err := c.Reference.Topic(ctx, c.topic)
			in := crm.ConsentInput{
				Topic: c.topic, Channel: crm.ByMail, Given: true, Version: topic.Current().Version,
				Language: civic.Italian, Source: crm.FromDesk,
			}
			return "", func(ctx context.Context, c *creator) error {
				return sent(c.CRM.SetConsent(ctx, c.staff, c.contact, in))
			}, err
		}},
		segmentRevision(),
		{crm.ActionInteractionCorrect, func(ctx context.Context, c *creator) (civic.ID, sending, error) {
			was, err := c.CRM.Interaction(ctx, c.staff, c.call)
			in := crm.InteractionInput{
				Contact: c.contact, Channel: crm.ByPhone, Direction: crm.Inbound, Office: "urp",
				Subject: "Due lampioni spenti", Outcome: crm.FollowUp,
				DueOn: time.Now().AddDate(0, 0, 5).Format(time.DateOnly),
			}
			return c.call, func(ctx context.Context, c *creator) error {
				return sent(c.CRM.CorrectInteraction(ctx, c.staff, c.call, was.Revision, in))
			}, err
		}},
		{crm.ActionInteractionAssign, func(ctx context.Context, c *creator) (civic.ID, sending, error) {
			was, err := c.CRM.Interaction(ctx, c.staff, c.call)
			in := crm.AssignInput{Revision: was.Revision, Office: "urp", Owner: c.colleague,
				Reason: "Conosce la via."}
			return c.call, func(ctx context.Context, c *creator) error {
				return sent(c.CRM.AssignInteraction(ctx, c.staff, c.call, in))
			}, err
		}},
		{crm.ActionInteractionAttach, func(ctx context.Context, c *creator) (civic.ID, sending, error) {
			was, err := c.CRM.Interaction(ctx, c.staff, c.call)
			if err != nil {
				return "", nil, err
			}
			bruno, err := c.CRM.CreateContact(ctx, c.staff, crm.ContactInput{FormKey: "contact-bruno-0000001",
				Kind: crm.Person, GivenName: "Bruno", FamilyName: "Conti", Language: civic.Italian})
			return c.call, func(ctx context.Context, c *creator) error {
				return sent(c.CRM.AttachContact(ctx, c.staff, c.call, was.Revision, was.Shown(), bruno.ID))
			}, err
		}},
		{crm.ActionInteractionNote, func(_ context.Context, c *creator) (civic.ID, sending, error) {
			return c.call, func(ctx context.Context, c *creator) error {
				return sent(c.CRM.AddCaseNote(ctx, c.staff, c.call, "formformformformform0001",
					"Richiamata."))
			}, nil
		}},
		{crm.ActionInteractionClose, func(_ context.Context, c *creator) (civic.ID, sending, error) {
			return c.call, func(ctx context.Context, c *creator) error {
				return sent(c.CRM.CloseFollowUp(ctx, c.staff, c.call, "Riparati."))
			}, nil
		}},
		{crm.ActionInteractionReopen, func(_ context.Context, c *creator) (civic.ID, sending, error) {
			return c.call, func(ctx context.Context, c *creator) error {
				return sent(c.CRM.ReopenFollowUp(ctx, c.staff, c.call))
			}, nil
		}},
	}
}

// areaRevision is the form of an area of the forum.
func areaRevision() revision {
	return revision{forum.ActionAreaSave, func(ctx context.Context, c *creator) (civic.ID, sending, error) {
		a, err := c.Forum.Area(ctx, "citta")
		in := forum.AreaInput{Revision: a.Revision, Shown: a.Shown(), Slug: "citta", Name: "La città",
			AnswerDays: 20}
		return a.ID, func(ctx context.Context, c *creator) error {
			return sent(c.Forum.SaveArea(ctx, c.staff, in))
		}, err
	}}
}

func forumRevisions() []revision {
	return []revision{
		areaRevision(),
		{forum.ActionThreadAssign, func(_ context.Context, c *creator) (civic.ID, sending, error) {
			in := forum.AssignInput{Thread: c.asked, Office: "urp",
				DueOn: time.Now().AddDate(0, 0, 5).Format(time.DateOnly), Reason: "Vostra."}
			return c.asked, func(ctx context.Context, c *creator) error {
				return sent(c.Forum.Assign(ctx, c.staff, in))
			}, nil
		}},
		{"", func(ctx context.Context, c *creator) (civic.ID, sending, error) {
			_, p, err := c.Forum.Editable(ctx, c.citizen, c.thread, 1)
			in := forum.EditInput{Thread: c.thread, Number: 1, Revision: p.Revision, Base: p.Source,
				Source: "I lampioni sono tutti spenti."}
			return p.ID, func(ctx context.Context, c *creator) error {
				return sent(c.Forum.EditPost(ctx, c.citizen, in))
			}, err
		}},
		{forum.ActionAnswerEdit, func(ctx context.Context, c *creator) (civic.ID, sending, error) {
			_, p, err := c.Forum.Editable(ctx, c.staff, c.thread, c.answer)
			in := forum.EditInput{Thread: c.thread, Number: c.answer, Revision: p.Revision, Base: p.Source,
				Source: "Ripariamo oggi."}
			return p.ID, func(ctx context.Context, c *creator) error {
				return sent(c.Forum.EditPost(ctx, c.staff, in))
			}, err
		}},
		{"", func(_ context.Context, c *creator) (civic.ID, sending, error) {
			return "", func(ctx context.Context, c *creator) error {
				return sent(c.Forum.SetPseudonym(ctx, c.citizen, "Lucciola"))
			}, nil
		}},
		{forum.DecisionAction(forum.ActionHide),
			func(_ context.Context, c *creator) (civic.ID, sending, error) {
				in := forum.DecisionInput{Thread: c.thread, Number: 2, Action: forum.ActionHide,
					Rule: "off_topic", Reason: "Parla di un altro luogo, non del parco."}
				return "", func(ctx context.Context, c *creator) error {
					return sent(c.Forum.Decide(ctx, c.staff, in))
				}, nil
			}},
	}
}

// followed says something about the request by its number and its code.
func followed(by civic.Actor, text string) revision {
	in := requests.MoveInput{FormKey: "formformform-followed-" + string(by.Account), Act: requests.ActMessage,
		Text: text}
	show := func(ctx context.Context, c *creator) (civic.ID, sending, error) {
		code, err := c.Requests.Code(ctx, c.citizen, c.request)
		if err != nil {
			return "", nil, err
		}
		r, err := c.Requests.Request(ctx, c.staff, c.request)
		return civic.Key(c.request, civic.ID(in.FormKey)), func(ctx context.Context, c *creator) error {
			return sent(c.Requests.MoveFollowed(ctx, by, r.Number, code, in))
		}, err
	}
	return revision{requests.MoveAction(in.Act), show}
}

func requestRevisions() []revision {
	moves := func(in requests.MoveInput, citizen bool) revision {
		in.FormKey = "formformform-" + string(in.Act)
		action := requests.MoveAction(in.Act)
		return revision{action, func(_ context.Context, c *creator) (civic.ID, sending, error) {
			return civic.Key(c.request, civic.ID(in.FormKey)), func(ctx context.Context, c *creator) error {
				by := c.staff
				if citizen {
					by = c.citizen
				}
				return sent(c.Requests.Move(ctx, by, c.request, in))
			}, nil
		}}
	}
	return []revision{
		moves(requests.MoveInput{Act: requests.ActForward, Office: "lavori-pubblici", Reason: "Vostra."}, false),
		moves(requests.MoveInput{Act: requests.ActMessage, Text: "Quando?"}, true),
		followed(civic.Visitor("r"), "Passo domani?"),
		followed(civic.NewActor(civic.Actor{Account: "other", Contact: "other", Name: "Bruno Conti",
			Roles: []civic.Role{civic.Citizen}}, web.Grants()), "Chiedo per la vicina."),
		moves(requests.MoveInput{Act: requests.ActWithdraw}, true),
	}
}

// dutiesRevision is the form of what a colleague does.
func dutiesRevision() revision {
	return revision{accounts.ActionDuties, func(ctx context.Context, c *creator) (civic.ID, sending, error) {
		a, err := c.Accounts.Staff(ctx, c.staff, c.colleague)
		duties := accounts.Duties{Roles: []civic.Role{civic.Operator, civic.Moderator},
			Offices: []civic.ID{"urp"}, Shown: a.Shown()}
		return c.colleague, func(ctx context.Context, c *creator) error {
			return sent(c.Accounts.SetDuties(ctx, c.staff, c.colleague, duties))
		}, err
	}}
}

func staffRevisions() []revision {
	return []revision{
		dutiesRevision(),
		{accounts.ActionInvited, func(_ context.Context, c *creator) (civic.ID, sending, error) {
			return c.colleague, func(ctx context.Context, c *creator) error {
				return c.Accounts.Invite(ctx, c.staff, c.colleague, "formformformformform0002", "it")
			}, nil
		}},
		{accounts.ActionTokenRevoked, func(ctx context.Context, c *creator) (civic.ID, sending, error) {
			t, _, err := c.Accounts.CreateAccessToken(ctx, c.staff, accounts.NewAccessToken{
				FormKey: "formformformformform0003", Name: "Prova", Days: 30,
				Scopes: []civic.Permission{crm.PermReadContacts}})
			return c.staff.Account, func(ctx context.Context, c *creator) error {
				return c.Accounts.RevokeAccessToken(ctx, c.staff, t.ID)
			}, err
		}},
		{accounts.ActionDisabled, func(_ context.Context, c *creator) (civic.ID, sending, error) {
			return c.colleague, func(ctx context.Context, c *creator) error {
				return sent(c.Accounts.Disable(ctx, c.staff, c.colleague))
			}, nil
		}},
		{accounts.ActionEnabled, func(_ context.Context, c *creator) (civic.ID, sending, error) {
			return c.colleague, func(ctx context.Context, c *creator) error {
				return sent(c.Accounts.Enable(ctx, c.staff, c.colleague))
			}, nil
		}},
	}
}

func campaignRevisions() []revision {
	at := time.Now().Add(72 * time.Hour).Truncate(time.Minute)
	schedule := func(ctx context.Context, c *creator) (civic.ID, sending, error) {
		was, err := c.Notify.Campaign(ctx, c.staff, c.campaign)
		return c.campaign, func(ctx context.Context, c *creator) error {
			return sent(c.Notify.Schedule(ctx, c.staff, c.campaign, was.Tag(), at, time.Time{}))
		}, err
	}
	return []revision{
		{notify.ActionCampaignEdit, func(ctx context.Context, c *creator) (civic.ID, sending, error) {
			was, err := c.Notify.Campaign(ctx, c.staff, c.campaign)
			in := notify.CampaignInput{
				Name: "Novità di dicembre", Segment: c.segment, Topic: c.topic, Class: notify.Voluntary,
				Revision: was.Revision, Shown: was.Shown(),
				Contents: map[string]notify.Content{"it": {Language: "it", Subject: "Novità",
					Body: "Ciao a tutti."}},
			}
			return c.campaign, func(ctx context.Context, c *creator) error {
				return sent(c.Notify.EditCampaign(ctx, c.staff, c.campaign, in))
			}, err
		}},
		{notify.CampaignAction(notify.Scheduled), schedule},
		{notify.CampaignAction(notify.Draft),
			func(_ context.Context, c *creator) (civic.ID, sending, error) {
				return c.campaign, func(ctx context.Context, c *creator) error {
					return sent(c.Notify.Unschedule(ctx, c.staff, c.campaign))
				}, nil
			}},
		{notify.CampaignAction(notify.Scheduled), schedule},
		{notify.CampaignAction(notify.Cancelled),
			func(_ context.Context, c *creator) (civic.ID, sending, error) {
				return c.campaign, func(ctx context.Context, c *creator) error {
					return sent(c.Notify.Cancel(ctx, c.staff, c.campaign))
				}, nil
			}},
		{notify.ActionMailHold, func(_ context.Context, c *creator) (civic.ID, sending, error) {
			return "", func(ctx context.Context, c *creator) error {
				return c.Notify.HoldSending(ctx, c.staff, "Prova.")
			}, nil
		}},
		{notify.ActionMailRelease, func(_ context.Context, c *creator) (civic.ID, sending, error) {
			return "", func(ctx context.Context, c *creator) error {
				return c.Notify.ReleaseSending(ctx, c.staff)
			}, nil
		}},
	}
}

// recorded returns how often the audit says that somebody did something to an object.
func (c *creator) recorded(t *testing.T, action audit.Action, object civic.ID) (n int) {
	t.Helper()
	page, err := c.Audit.List(t.Context(), c.staff,
		audit.Query{Action: action, Page: civic.PageRequest{Size: civic.MaxPageSize}})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range page.Items {
		if object == "" || r.Object == object {
			n++
		}
	}
	return n
}

// made opens the program over m's store and makes what the revisions change.
func (c *creator) made(t *testing.T, settings map[string]string, m *storetest.Mortal) (closeAll func()) {
	t.Helper()
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 64, 64))); err != nil {
		t.Fatal(err)
	}
	c.picture = picture.Bytes()
	closeAll = c.openMortal(t, settings, m)
	ids := c.sendAll(t)
	for i, form := range creations() {
		switch form.action {
		case notify.ActionCampaignCreate:
			c.campaign = ids[i]
		case crm.ActionInteractionCreate:
			c.call = ids[i]
		case accounts.ActionCreated:
			c.colleague = ids[i]
		case surveys.ActionQuestionnaireCreate:
			c.twin = ids[i] // the last is the copy
		}
	}
	other, err := c.Forum.StartThread(t.Context(), c.citizen, forum.ThreadInput{
		FormKey: "otherother0000000001", Area: "citta", Title: "Quando riapre la piscina?",
		Source: "È chiusa da maggio.", AsksAnswer: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	c.asked = other.ID
	view, err := c.Forum.ThreadPage(t.Context(), c.staff, c.thread, forum.PageAt{})
	if err != nil {
		t.Fatal(err)
	}
	c.answer, c.reply = view.Answers[0].Number, view.Replies[0].ID
	return closeAll
}

// TestAProgramThatDiesInAChange: at whichever of a change's writes the program dies, the form sent again to
// the next program completes it: it is audited, the index holds what the store has, and timeline, outbox,
// files and sessions are what they would be.
func TestAProgramThatDiesInAChange(t *testing.T) {
	t.Parallel()
	deaths := make([]int, len(revisions()))
	var want []int // rows of timelines, letters and so on, without a death
	for n := -1; ; n++ {
		settings, m := here(t), &storetest.Mortal{}
		c := &creator{}
		closeAll := c.made(t, settings, m)
		died := 0
		for i, form := range revisions() {
			object, send, err := form.show(t.Context(), c)
			if err != nil {
				t.Fatalf("form %d (%s): %v", i, form.action, err)
			}
			before := c.recorded(t, form.action, object)
			live := func() bool { return false }
			if n >= 0 {
				live = m.Dies(n)
			}
			err = send(t.Context(), c)
			if live() {
				died++
				deaths[i]++
				closeAll()
				closeAll = c.openMortal(t, settings, m)
				err = send(t.Context(), c)
			}
			if err != nil {
				t.Fatalf("form %d (%s) after %d writes: %v", i, form.action, n, err)
			}
			if k := c.recorded(t, form.action, object) - before; form.action != "" && k != 1 {
				t.Errorf("form %d (%s) after %d writes: audited %d times", i, form.action, n, k)
			}
		}
		if err := c.Search.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		if drift, err := c.Search.Drift(t.Context(), c.Sources()...); err != nil || !drift.IsZero() {
			t.Errorf("after %d writes: the index differs from the store: %+v, %v", n, drift, err)
		}
		c.wantFilesClaimed(t, fmt.Sprintf("after %d writes", n))
		closeAll()
		rows := countRows(t, settings, "timeline", "deliveries", "decisions", "account_sessions")
		if n < 0 {
			if want = rows; rows[len(rows)-1] != 0 {
				t.Errorf("%d sessions go on that were to end", rows[len(rows)-1])
			}
		} else if diff := cmp.Diff(want, rows); diff != "" {
			t.Errorf("after %d writes: rows of timeline, letters, decisions, sessions: %s", n, diff)
		}
		if n >= 0 && died == 0 {
			break
		}
	}
	for i, form := range revisions() {
		if deaths[i] < 1 || form.action != "" && deaths[i] < 2 {
			t.Errorf("form %d (%s): the program died %d times", i, form.action, deaths[i])
		}
	}
	t.Logf("deaths by form: %v", deaths)
}

// countRows counts the documents of collections of a store that nobody has open.
func countRows(t *testing.T, settings map[string]string, names ...string) (rows []int) {
	t.Helper()
	db, err := docstore.Open(t.Context(), docstore.Options{Path: settings["ASCOLTO_DATA"] + "/" + storeFile})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, name := range names {
		n, err := bare(t, db, name).Count(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, n)
	}
	return rows
}
