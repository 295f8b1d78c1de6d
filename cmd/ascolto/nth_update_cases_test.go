package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ascolto/crm"
	"ascolto/internal/accounts"
	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/work"
	"ascolto/notify"
	"ascolto/notify/transport"
)

// sendFile sends a text to be attached to a conversation, as a form does each time it is sent.
func (c *creator) sendFile(ctx context.Context, text string) ([]civic.ID, error) {
	f, err := c.Files.Put(ctx, blob.Upload{Name: "nota.txt", Use: crm.InteractionFiles(),
		Sender: c.staff.Account}, strings.NewReader(text))
	return []civic.ID{f.ID}, err
}

// fileRevisions lists forms that attach files to conversations, and take them off.
func fileRevisions() []revision {
	return []revision{
		{crm.ActionInteractionCreate, func(_ context.Context, c *creator) (civic.ID, sending, error) {
			in := crm.InteractionInput{FormKey: "callwithfile00000001", Contact: c.contact, Channel: crm.ByPhone,
				Direction: crm.Inbound, Office: "urp", Subject: "Una foto del lampione", Outcome: crm.Answered}
			return "", func(ctx context.Context, c *creator) (err error) {
				in := in
				if in.Files, err = c.sendFile(ctx, "Un lampione spento."); err != nil {
					return err
				}
				return sent(c.CRM.RecordInteraction(ctx, c.staff, in))
			}, nil
		}},
		{crm.ActionInteractionFileAdd, func(_ context.Context, c *creator) (civic.ID, sending, error) {
			return c.call, func(ctx context.Context, c *creator) error {
				files, err := c.sendFile(ctx, "Due lampioni spenti.")
				if err != nil {
					return err
				}
				return sent(c.CRM.AttachFiles(ctx, c.staff, c.call, "formformformformform0004", files))
			}, nil
		}},
		{crm.ActionInteractionFileRemove, func(ctx context.Context, c *creator) (civic.ID, sending, error) {
			was, err := c.CRM.Interaction(ctx, c.staff, c.call)
			if err != nil || len(was.Attachments) != 1 {
				return "", nil, fmt.Errorf("%d files: %w", len(was.Attachments), err)
			}
			return c.call, func(ctx context.Context, c *creator) error {
				return sent(c.CRM.RemoveFile(ctx, c.staff, c.call, was.Attachments[0].File))
			}, nil
		}},
	}
}

// sessionRevisions lists what ends sessions, and the link that ends a consent.
func sessionRevisions() []revision {
	return []revision{
		{accounts.ActionRevoked, func(ctx context.Context, c *creator) (civic.ID, sending, error) {
			return c.colleague, func(ctx context.Context, c *creator) error {
				return c.Accounts.Revoke(ctx, c.staff, "colleague")
			}, c.beginSession(ctx, "colleague", c.colleague)
		}},
		{notify.ActionUnsubscribe, func(_ context.Context, c *creator) (civic.ID, sending, error) {
			link := notify.Unsubscription{Campaign: c.campaign, Contact: c.contact, Topic: c.topic}
			return c.campaign, func(ctx context.Context, c *creator) error {
				return c.Notify.Unsubscribe(ctx, civic.Visitor("r"), c.Notify.UnsubscribeToken(link))
			}, nil
		}},
		{crm.ActionContactUpdate, func(ctx context.Context, c *creator) (civic.ID, sending, error) {
			was, err := c.CRM.Contact(ctx, c.staff, c.contact)
			if err == nil {
				err = c.Accounts.BindAddress(ctx, civic.System("test"), "anna@posta.example", c.contact)
			}
			bound, fault := c.Accounts.AccountIDs(ctx, civic.System("test"), c.contact)
			if err != nil || fault != nil || len(bound) != 1 {
				return "", nil, fmt.Errorf("accounts %v: %w, %w", bound, err, fault)
			}
			in := crm.ContactInput{Shown: was.Shown(), Kind: crm.Person, GivenName: "Anna",
				FamilyName: "Dall'Olio", Language: civic.Italian, Emails: []string{"altra@posta.example"}}
			return c.contact, func(ctx context.Context, c *creator) error {
				return sent(c.CRM.UpdateContact(ctx, c.staff, c.contact, in))
			}, c.beginSession(ctx, "citizen", bound[0])
		}},
	}
}

// programRevisions lists what stops long work and lets campaigns write to dead mailboxes again, and what a
// citizen says of the name that an identity provider told.
func programRevisions() []revision {
	return []revision{
		{work.ActionCancelled, func(ctx context.Context, c *creator) (civic.ID, sending, error) {
			task, err := c.Work.Add(ctx, c.staff, work.NewTask{FormKey: "formformformformform0005",
				Kind: crm.WorkContacts})
			return task.ID, func(ctx context.Context, c *creator) error {
				return c.Work.Cancel(ctx, c.staff, task.ID)
			}, err
		}},
		{notify.ActionHeldRelease, func(ctx context.Context, c *creator) (civic.ID, sending, error) {
			g := notify.HeldGroup{Campaign: c.campaign, Cause: transport.CauseMailbox}
			return g.Campaign, func(ctx context.Context, c *creator) error {
				return sent(c.Notify.ReleaseGroup(ctx, c.staff, g, "Relay non permesso."))
			}, c.suspend(ctx, g, "uno@posta.example", "due@posta.example", "tre@posta.example")
		}},
		{notify.ActionHeldRelease, func(ctx context.Context, c *creator) (civic.ID, sending, error) {
			const address = "quattro@posta.example"
			return address, func(ctx context.Context, c *creator) error {
				return c.Notify.Release(ctx, c.staff, address, "Casella riaperta.")
			}, c.suspend(ctx, notify.HeldGroup{Cause: transport.CauseMailbox}, address)
		}},
		{crm.ActionConsentGive, func(ctx context.Context, c *creator) (civic.ID, sending, error) {
			topic, err := c.Reference.Topic(ctx, c.topic)
			in := crm.ConsentInput{Topic: c.topic, Channel: crm.ByMail, Given: true,
				Version: topic.Current().Version, Language: civic.Italian}
			return "", func(ctx context.Context, c *creator) error {
				return sent(c.CRM.SetOwnConsent(ctx, c.citizen, in))
			}, err
		}},
		{crm.ActionContactProposal, func(ctx context.Context, c *creator) (civic.ID, sending, error) {
			told := accounts.Identity{Account: "spid", FiscalCode: "RSSMRA85T10A562S", GivenName: "Maria",
				FamilyName: "Rossi"}
			return c.contact, func(ctx context.Context, c *creator) error {
				return c.CRM.AnswerProposal(ctx, c.citizen, crm.ProposedName, false)
			}, c.CRM.Learn(ctx, c.contact, told)
		}},
	}
}

// suspend stores addresses that servers refused, as sending a campaign to them does.
func (c *creator) suspend(ctx context.Context, g notify.HeldGroup, addresses ...string) error {
	held, err := docstore.Collect[notify.HeldAddress](ctx, c.db, docstore.Spec{Name: "mail_addresses",
		Indexes: []docstore.Index{{Name: "held", Fields: []string{"active", "-heldAt"}},
			{Name: "contact", Fields: []string{"contact"}},
			{Name: "group", Fields: []string{"active", "campaign", "cause"}}}})
	for i, address := range addresses {
		if err == nil {
			err = held.Insert(ctx, &notify.HeldAddress{Meta: docstore.Meta{ID: civic.ID(address)}, Address: address,
				Campaign: g.Campaign, Cause: g.Cause, Active: true,
				HeldAt: civic.Now().Add(time.Duration(i) * time.Minute)})
		}
	}
	return err
}

// beginSession stores a session of an account, as who signed in has it.
func (c *creator) beginSession(ctx context.Context, id, account civic.ID) error {
	sessions, err := docstore.Collect[accounts.Session](ctx, c.db, docstore.Spec{Name: "account_sessions",
		Indexes: []docstore.Index{{Name: "account", Fields: []string{"account", "createdAt"}},
			{Name: "until", Fields: []string{"until"}}}})
	if err != nil {
		return err
	}
	now := civic.Now()
	return sessions.Insert(ctx, &accounts.Session{Meta: docstore.Meta{ID: id}, AccountID: account,
		Method: accounts.ByCode, CreatedAt: now, SeenAt: now, Until: now.Add(time.Hour)})
}

// wantFilesClaimed fails when a conversation has a file that nothing keeps from being collected, or when one
// that was taken off is kept.
func (c *creator) wantFilesClaimed(t *testing.T, after string) {
	t.Helper()
	list, err := c.CRM.Interactions(t.Context(), c.staff, crm.InteractionFilter{}, civic.PageRequest{Size: 50})
	if err != nil {
		t.Fatal(err)
	}
	attached := 0
	for _, i := range list.Items {
		for _, a := range i.Attachments {
			attached++
			if f, err := c.Files.Get(t.Context(), a.File); err != nil || len(f.Claims) != 1 || f.Loose != nil {
				t.Errorf("%s: the file of %s is claimed by %v, %v", after, i.Subject, f.Claims, err)
			}
		}
		for _, change := range i.Changes {
			if change.File == "" {
				continue
			}
			if f, err := c.Files.Get(t.Context(), change.File); err != nil || slices.Contains(f.Claims,
				civic.Key("interaction", i.ID)) {
				t.Errorf("%s: the file taken off %s is kept: %v, %v", after, i.Subject, f.Claims, err)
			}
		}
	}
	if attached != 1 {
		t.Errorf("%s: %d files are attached", after, attached)
	}
}
