package main

import (
	"crypto/rand"
	"testing"

	"ascolto/crm"
	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/internal/work"
	"ascolto/web"
)

// An export that a colleague asked for ends, with nothing to take, when their account is disabled or their
// duties change before it is made; that of a colleague whose duties stay is made.
func TestExportOfWhoMayNoLonger(t *testing.T) {
	t.Parallel()
	a := opened(t, map[string]string{"ASCOLTO_DATA": t.TempDir()})
	defer a.mustClose(t)
	boss := civic.System("test")
	for name, c := range map[string]struct {
		change func(account civic.ID) error
		want   work.State
	}{
		"as before": {func(civic.ID) error { return nil }, work.Done},
		"disabled": {func(account civic.ID) error {
			_, err := a.Accounts.Disable(t.Context(), boss, account)
			return err
		}, work.Failed},
		"other duties": {func(account civic.ID) error {
			_, err := a.Accounts.SetDuties(t.Context(), boss, account,
				accounts.Duties{Roles: []civic.Role{civic.Moderator}})
			return err
		}, work.Failed},
	} {
		colleague, err := a.Accounts.CreateStaff(t.Context(), boss, accounts.NewStaff{
			FormKey: rand.Text(), Name: "Dario Nicolò", Email: rand.Text() + "@comune.example.it",
			Roles: []civic.Role{civic.Communication},
		})
		if err != nil {
			t.Fatal(err)
		}
		by := civic.NewActor(civic.Actor{Account: colleague.ID, Name: colleague.Name, Roles: colleague.Roles},
			web.Grants())
		task, err := a.Work.Add(t.Context(), by, work.NewTask{FormKey: rand.Text(), Kind: crm.WorkContacts})
		if err != nil {
			t.Fatal(err)
		}
		if err := c.change(colleague.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Work.WorkOne(t.Context()); err != nil {
			t.Fatal(err)
		}
		ended, err := a.Work.Task(t.Context(), boss, task.ID)
		if err != nil || ended.State != c.want || ended.HasFile() != (c.want == work.Done) {
			t.Errorf("%s: it ended as %s, with %d bytes: %v", name, ended.State, ended.Size, err)
		}
	}
}
