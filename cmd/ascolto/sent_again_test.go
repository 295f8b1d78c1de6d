package main

import (
	"slices"
	"sync"
	"testing"

	"ascolto/internal/accounts"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore/storetest"
	"ascolto/surveys"
)

// TestAFormSentManyTimesIsAuditedOnce: a form that changes something, sent six times at once and twice
// afterwards, as by who presses a button again and again, leaves one line in the audit, and an invitation one
// link.
func TestAFormSentManyTimesIsAuditedOnce(t *testing.T) {
	t.Parallel()
	c := &creator{}
	closeAll := c.made(t, here(t), &storetest.Mortal{})
	defer closeAll()
	// what is answered once it is done
	gone := []audit.Action{accounts.ActionTokenRevoked, accounts.ActionRevoked,
		surveys.ActionQuestionnaireDelete}
	for i, form := range revisions() {
		object, send, err := form.show(t.Context(), c)
		if err != nil {
			t.Fatalf("form %d (%s): %v", i, form.action, err)
		}
		before := c.recorded(t, form.action, object)
		try := func() {
			err := send(t.Context(), c)
			if err != nil && (civic.CodeOf(err) != civic.NotFound || !slices.Contains(gone, form.action)) {
				t.Errorf("form %d (%s): %v", i, form.action, err)
			}
		}
		var all sync.WaitGroup
		for range 6 {
			all.Go(try)
		}
		all.Wait()
		try()
		if form.action == accounts.ActionInvited {
			c.wantLetters(t, 1)
		}
		try()
		if form.action == accounts.ActionInvited {
			c.wantLetters(t, 0)
		}
		if n := c.recorded(t, form.action, object) - before; form.action != "" && n != 1 {
			t.Errorf("form %d (%s): audited %d times", i, form.action, n)
		}
	}
}

// wantLetters fails when the links that are asked for are not as many letters.
func (c *creator) wantLetters(t *testing.T, want int) {
	t.Helper()
	before, err := c.Notify.Status(t.Context(), c.staff)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Accounts.SendResets(t.Context()); err != nil {
		t.Fatal(err)
	}
	after, err := c.Notify.Status(t.Context(), c.staff)
	if n := after.Messages - before.Messages; err != nil || n != want {
		t.Errorf("%d letters with a link, want %d; %v", n, want, err)
	}
}
