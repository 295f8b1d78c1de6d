package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/notify"
	"ascolto/notify/transport"
)

// runningRevisions lists what is done to a campaign that has begun, and to one that ended with failures.
func runningRevisions() []revision {
	const running, ended = "runningcampaign", "endedcampaign"
	return []revision{
		{notify.CampaignAction(notify.Paused), func(ctx context.Context, c *creator) (civic.ID, sending, error) {
			return running, func(ctx context.Context, c *creator) error {
				return sent(c.Notify.Pause(ctx, c.staff, running, "L'indirizzo è sbagliato."))
			}, c.begun(ctx, running, notify.Running)
		}},
		{notify.CampaignAction(notify.Running), func(_ context.Context, c *creator) (civic.ID, sending, error) {
			return running, func(ctx context.Context, c *creator) error {
				return sent(c.Notify.Resume(ctx, c.staff, running))
			}, nil
		}},
		{notify.CampaignAction(notify.Running), func(ctx context.Context, c *creator) (civic.ID, sending, error) {
			return ended, func(ctx context.Context, c *creator) error {
				n, err := c.Notify.RetryFailed(ctx, c.staff, ended)
				if err == nil && n != 1 {
					err = fmt.Errorf("%d can be tried again", n)
				}
				return err
			}, errors.Join(c.begun(ctx, ended, notify.FinishedWithFailures), c.failed(ctx, ended))
		}},
	}
}

// begun stores a campaign that has begun, as the jobs leave it.
func (c *creator) begun(ctx context.Context, id civic.ID, state notify.CampaignState) error {
	campaigns, err := docstore.Collect[notify.Campaign](ctx, c.db, docstore.Spec{Name: "campaigns",
		Indexes: []docstore.Index{
			{Name: "created", Fields: []string{"-createdAt"}},
			{Name: "state", Fields: []string{"state", "startAt"}},
			{Name: "state_created", Fields: []string{"state", "-createdAt"}},
			{Name: "cleared", Fields: []string{"cleared", "state"}},
			{Name: "segment", Fields: []string{"segment"}},
			{Name: "owed", Fields: []string{"owedAt"}},
		}})
	if err != nil {
		return err
	}
	now := civic.Now()
	return campaigns.Insert(ctx, &notify.Campaign{Meta: docstore.Meta{ID: id}, Name: "Lavori in via Emilia",
		Segment: c.segment, Class: notify.Institutional, LegalBasis: "Regolamento",
		Contents: []notify.Content{{Language: "it", Subject: "Lavori", Body: "Da lunedì."}},
		State:    state, StartAt: now, StartedAt: now, FrozenAt: now, Recipients: 1, CreatedAt: now, UpdatedAt: now,
		Author: c.staff.Account})
}

// failed stores a delivery of a campaign to a new contact that its server refused.
func (c *creator) failed(ctx context.Context, campaign civic.ID) error {
	who, err := c.CRM.CreateContact(ctx, c.staff, crm.ContactInput{FormKey: "contact-carla-0000001",
		Kind: crm.Person, GivenName: "Carla", FamilyName: "Neri", Language: civic.Italian,
		Emails: []string{"carla@posta.example"}})
	if err != nil {
		return err
	}
	deliveries, err := docstore.Collect[notify.Delivery](ctx, c.db, docstore.Spec{Name: "deliveries",
		Indexes: []docstore.Index{
			{Name: "due", Fields: []string{"queue", "dueAt"}},
			{Name: "expiry", Fields: []string{"queue", "expiresAt"}},
			{Name: "campaign", Fields: []string{"campaign", "state"}},
			{Name: "cause", Fields: []string{"campaign", "state", "cause"}},
			{Name: "twice", Fields: []string{"campaign", "twice"}},
			{Name: "contact", Fields: []string{"contact", "createdAt"}},
			{Name: "copy", Fields: []string{"copy"}, Unique: true},
		}})
	if err != nil {
		return err
	}
	now := civic.Now()
	return deliveries.Insert(ctx, &notify.Delivery{Meta: docstore.Meta{ID: civic.Key(campaign, who.ID)},
		Campaign: campaign, Contact: who.ID, Address: "carla@posta.example", State: notify.Failed,
		Cause: transport.CausePolicy, Code: 550, StartedAt: now.Add(-time.Minute), CreatedAt: now, UpdatedAt: now})
}
