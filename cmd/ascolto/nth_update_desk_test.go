package main

import (
	"context"
	"time"

	"ascolto/crm"
	"ascolto/crm/hours"
	"ascolto/crm/segment"
	"ascolto/crm/term"
	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/internal/work"
	"ascolto/notify"
	"ascolto/web"
)

// deskRevisions lists what else the desk does: what it asks for, tries and takes away.
func deskRevisions() []revision {
	return []revision{
		{segment.ActionDelete, func(ctx context.Context, c *creator) (civic.ID, sending, error) {
			g, err := c.Segments.Create(ctx, c.staff, segment.Input{FormKey: "formformformformform0006",
				Name: "Nessuno", Rule: segment.All(segment.Rule{Op: segment.OpIs, Field: crm.AttributeDistrict,
					Values: []string{"quartiere-nuovo"}})})
			return g.ID, func(ctx context.Context, c *creator) error {
				return c.Segments.Delete(ctx, c.staff, g.ID)
			}, err
		}},
		{notify.ActionCampaignTest, func(_ context.Context, c *creator) (civic.ID, sending, error) {
			by := civic.NewActor(civic.Actor{Account: c.colleague, Name: "Bea Conti",
				Roles: []civic.Role{civic.Communication}}, web.Grants())
			return c.campaign, func(ctx context.Context, c *creator) error {
				return c.Notify.SendTest(ctx, by, c.campaign, "formformformformform0007")
			}, nil
		}},
		{work.ActionAsked, func(_ context.Context, _ *creator) (civic.ID, sending, error) {
			return "", func(ctx context.Context, c *creator) error {
				return sent(c.Work.Add(ctx, c.staff, work.NewTask{FormKey: "formformformformform0008",
					Kind: crm.WorkContacts}))
			}, nil
		}},
		{accounts.ActionTokenCreated, func(_ context.Context, _ *creator) (civic.ID, sending, error) {
			return "", func(ctx context.Context, c *creator) error {
				_, _, err := c.Accounts.CreateAccessToken(ctx, c.staff, accounts.NewAccessToken{
					FormKey: "formformformformform0009", Name: "Gestionale", Days: 30,
					Scopes: []civic.Permission{crm.PermReadContacts}})
				return err
			}, nil
		}},
		{crm.ActionConsentWithdraw, func(ctx context.Context, c *creator) (civic.ID, sending, error) {
			topic, err := c.Reference.Topic(ctx, c.topic)
			in := crm.ConsentInput{Topic: c.topic, Channel: crm.ByMail, Version: topic.Current().Version,
				Language: civic.Italian, Source: crm.FromDesk}
			return "", func(ctx context.Context, c *creator) error {
				return sent(c.CRM.SetConsent(ctx, c.staff, c.contact, in))
			}, err
		}},
	}
}

// hoursRevisions lists what is said of when offices work.
func hoursRevisions() []revision {
	closed := hours.Closure{From: "2027-08-14", Until: "2027-08-16", Reason: "Ponte"}
	of := func(office civic.ID, change func(context.Context, *creator, string) error,
	) func(context.Context, *creator) (civic.ID, sending, error) {
		return func(ctx context.Context, c *creator) (civic.ID, sending, error) {
			h, err := c.Hours.Hours(ctx, office)
			return office, func(ctx context.Context, c *creator) error { return change(ctx, c, h.Shown()) }, err
		}
	}
	monday := hours.Week{From: "2027-01-04", Days: []hours.Day{{Weekday: time.Monday,
		Hours: []term.Interval{{Open: "08:30", Close: "13:00"}}}}}
	return []revision{
		{hours.ActionWeekSave, of(hours.Town, func(ctx context.Context, c *creator, shown string) error {
			return sent(c.Hours.SaveWeek(ctx, c.staff, hours.Town, shown, monday))
		})},
		{hours.ActionWeekRemove, of(hours.Town, func(ctx context.Context, c *creator, shown string) error {
			return sent(c.Hours.RemoveWeek(ctx, c.staff, hours.Town, shown, monday.From))
		})},
		{hours.ActionClosureSave, of("urp", func(ctx context.Context, c *creator, _ string) error {
			return sent(c.Hours.SaveClosure(ctx, c.staff, "urp", closed))
		})},
		{hours.ActionClosureRemove, of("urp", func(ctx context.Context, c *creator, _ string) error {
			return sent(c.Hours.RemoveClosure(ctx, c.staff, "urp", closed))
		})},
		{hours.ActionPatronSave, of(hours.Town, func(ctx context.Context, c *creator, shown string) error {
			return sent(c.Hours.SavePatron(ctx, c.staff, shown, "31/01"))
		})},
	}
}
