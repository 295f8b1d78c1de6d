package notify

import (
	"errors"
	"testing"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
	"ascolto/notify/transport"
)

// TestWhatFollowsFromAStepOfTheProgram: at whichever write behind a step of its own the program dies, the
// next one completes what follows: suspensions of a dead row are lifted, the audit has one line, and the
// author one letter.
func TestWhatFollowsFromAStepOfTheProgram(t *testing.T) {
	t.Parallel()
	for deadAt := 0; ; deadAt++ {
		dead := errors.New("the program is dead")
		armed, left, died := false, deadAt, false
		options := storetest.Options(t)
		options.BeforeWrite = func(string) error {
			if !armed {
				return nil
			}
			if left--; left < 0 {
				died = true
				return dead
			}
			return nil
		}
		db := storetest.OpenOptions(t, options)
		later := time.Duration(0)
		o := officeOn(t, db, newPeople(3), func(o *Options) {
			o.Now = func() time.Time { return civic.Now().Add(later) }
		})
		c := o.launch("k1")
		ctx := t.Context()
		if err := o.SendDue(ctx); err != nil {
			t.Fatal(err)
		}
		d := &Delivery{Campaign: c.ID, Contact: "c1"}
		if err := o.refusedAddress(ctx, d, "morta@posta.example", transport.Outcome{Code: 550,
			Cause: transport.CauseMailbox}); err != nil {
			t.Fatal(err)
		}
		armed = true
		err := o.stopFor(ctx, &c, &Stop{Dead: true, Since: civic.Now().Add(-time.Hour), At: civic.Now()})
		armed = false
		if died != (err != nil) {
			t.Fatalf("after %d writes: died %v, %v", deadAt, died, err)
		}
		if now, err := o.Campaign(ctx, o.sender, c.ID); err == nil && now.State == Paused {
			later = time.Minute
			for range 2 {
				if err := o.SendDue(ctx); err != nil {
					t.Fatal(err)
				}
			}
			suspended, err := o.Suspended(ctx)
			if err != nil || len(suspended) != 0 {
				t.Errorf("after %d writes: suspended %v, %v", deadAt, suspended, err)
			}
			lines, err := o.Log.List(ctx, civic.System("test"), audit.Query{Action: CampaignAction(Paused)})
			if err != nil || len(lines.Items) != 1 {
				t.Errorf("after %d writes: %d lines, %v", deadAt, len(lines.Items), err)
			}
			letters, err := o.ledger.Count(ctx, docstore.Filter{docstore.Eq("campaign", "")})
			if err != nil || letters != 1 {
				t.Errorf("after %d writes: %d letters, %v", deadAt, letters, err)
			}
		} else if deadAt > 0 {
			t.Errorf("after %d writes: %s, %v", deadAt, now.State, err)
		}
		if !died {
			if deadAt < 5 {
				t.Errorf("a step and what follows are %d writes", deadAt)
			}
			break
		}
	}
}

// TestAPersonsStepIsWrittenDownInTheirName: at whichever write behind a person's step the program dies, and
// whoever brings the campaign further before a form is sent again, the audit has one line of each, in the
// name of who took it.
func TestAPersonsStepIsWrittenDownInTheirName(t *testing.T) {
	t.Parallel()
	for deadAt := 0; ; deadAt++ {
		armed, left, died := false, deadAt, false
		options := storetest.Options(t)
		options.BeforeWrite = func(string) error {
			if left--; !armed || left >= 0 {
				return nil
			}
			died = true
			return errors.New("the program is dead")
		}
		later := time.Duration(0)
		o := officeOn(t, storetest.OpenOptions(t, options), newPeople(3), func(o *Options) {
			o.Now = func() time.Time { return civic.Now().Add(later) }
		})
		c := o.launch("k1")
		ctx := t.Context()
		if err := o.SendDue(ctx); err != nil {
			t.Fatal(err)
		}
		colleague := o.sender
		colleague.Account, colleague.Name = "colleague", "Piero"
		armed, left = true, deadAt
		_, err := o.Pause(ctx, o.sender, c.ID, "L'indirizzo è sbagliato.")
		armed = false
		if died != (err != nil) {
			t.Fatalf("after %d writes: died %v, %v", deadAt, died, err)
		}
		now, err := o.Campaign(ctx, o.sender, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		paused := 0
		if now.State == Paused {
			paused = 1
		}
		if _, err := o.Cancel(ctx, colleague, c.ID); err != nil {
			t.Fatal(err)
		}
		later = time.Minute
		for range 2 {
			if err := o.SendDue(ctx); err != nil {
				t.Fatal(err)
			}
		}
		for state, who := range map[CampaignState]civic.Actor{Paused: o.sender, Cancelled: colleague} {
			lines, err := o.Log.List(ctx, civic.System("test"), audit.Query{Action: CampaignAction(state)})
			want := 1
			if state == Paused {
				want = paused
			}
			if err != nil || len(lines.Items) != want {
				t.Errorf("after %d writes: %d lines of %s, %v", deadAt, len(lines.Items), state, err)
			}
			for _, line := range lines.Items {
				if line.Actor != who.Account || line.Name != who.Name {
					t.Errorf("after %d writes: %s by %s (%s)", deadAt, state, line.Actor, line.Name)
				}
			}
		}
		if !died {
			if deadAt < 2 {
				t.Errorf("a step and what follows are %d writes", deadAt)
			}
			return
		}
	}
}
