package notify

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/notify/transport"
)

// leave erases somebody of the segment, who is then no contact any more.
func (o *office) leave(contact civic.ID, emails ...string) {
	o.people.mu.Lock()
	delete(o.people.known, contact)
	o.people.mu.Unlock()
	o.erasePerson(contact, emails...)
}

// rowsOf returns the rows of the ledger that name a contact, in whichever field.
func (o *office) rowsOf(contact civic.ID) (rows []Delivery) {
	o.t.Helper()
	for d, err := range o.ledger.All(context.Background(), docstore.Query{}) {
		if err != nil {
			o.t.Fatal(err)
		}
		if d.Contact == contact || strings.Contains(string(d.ID), string(contact)) {
			rows = append(rows, d)
		}
	}
	return rows
}

// TestAMailUnderWayLeavesNothingOfWhoIsErased: a person is erased while a mail to them is composed, or was
// just answered: accepted, or refused for good. Neither row, nor suspension, nor file names them afterwards;
// what went out counts as sent.
func TestAMailUnderWayLeavesNothingOfWhoIsErased(t *testing.T) {
	t.Parallel()
	const contact, address = civic.ID("c00000"), "persona0@posta.example"
	for _, step := range []string{stepComposed, stepAnswered} {
		for _, way := range []string{"kept", "refused"} {
			for _, campaign := range []bool{true, false} {
				t.Run(step+" "+way, func(t *testing.T) {
					t.Parallel()
					files, err := transport.OpenFiles(t.TempDir())
					if err != nil {
						t.Fatal(err)
					}
					o := openOffice(t, 1, func(op *Options) {
						if way == "kept" {
							op.Transport = files
						}
					})
					o.sink.play = func(context.Context, transport.Envelope) *transport.Outcome {
						return &transport.Outcome{Result: transport.Refused, Stage: transport.StageAnswer, Code: 550,
							Enhanced: "5.1.1",
							Cause:    transport.CauseMailbox, Answer: "550 5.1.1 no such user"}
					}
					var once sync.Once
					settled := make(chan struct{}, 8)
					o.hooks.step = func(at string, d *Delivery) {
						if at == step {
							once.Do(func() { o.leave(contact, address) })
						}
						if at == stepSettled {
							settled <- struct{}{}
						}
					}
					began := time.Now()
					var c Campaign
					if campaign {
						c = o.launch("k1")
					} else if err := o.Enqueue(t.Context(), Message{ID: "m1", To: address, Language: "it",
						Subject: "Avviso", Text: "Testo.", Class: ClassService, Contact: contact}); err != nil {
						t.Fatal(err)
					}
					o.serve()
					<-settled
					if took := time.Since(began); took > settleTimeout {
						t.Errorf("it took %s to give up", took)
					}
					if rows := o.rowsOf(contact); len(rows) > 0 {
						t.Errorf("rows: %+v", rows)
					}
					if h, err := o.heldAddress(t.Context(), address); err != nil || h.ID != "" {
						t.Errorf("suspended: %+v, %v", h, err)
					}
					if kept, err := files.List(civic.PageRequest{}); err != nil || len(kept.Items) > 0 {
						t.Errorf("kept: %+v, %v", kept.Items, err)
					}
					if campaign && way == "kept" && o.counts(c.ID).Of(Sent) != 1 {
						t.Errorf("counts: %+v", o.counts(c.ID))
					}
				})
			}
		}
	}
}

// leaving is an audience of which somebody is erased right after it was asked about them.
type leaving struct {
	Audience
	leave func(contacts []civic.ID)
}

func (l leaving) Recipients(
	ctx context.Context, contacts []civic.ID, topic civic.ID, institutional bool,
) ([]civic.Recipient, error) {
	found, err := l.Audience.Recipients(ctx, contacts, topic, institutional)
	l.leave(contacts)
	return found, err
}

// TestFreezingLeavesNothingOfWhoIsErased: a person is erased while recipients are being gathered, before they
// are asked about, or between that and their row: the row names nobody, and the others get their mail. So it
// does when the person is erased once all are gathered.
func TestFreezingLeavesNothingOfWhoIsErased(t *testing.T) {
	t.Parallel()
	const contact = civic.ID("c00001")
	for _, when := range []string{"before", "between", "after"} {
		t.Run(when, func(t *testing.T) {
			t.Parallel()
			var o *office
			var once sync.Once
			p := newPeople(3)
			o = officeOn(t, openOffice(t, 0).DB, p, func(op *Options) {
				op.Audience = leaving{p, func([]civic.ID) {
					if when == "between" {
						once.Do(func() { o.leave(contact) })
					}
				}}
			})
			if when == "before" {
				delete(p.known, contact)
			}
			c := o.launch("k1")
			o.awaitFrozen(c.ID)
			if when == "after" {
				delete(p.known, contact) // and the erasure has not come to the mails yet
			} else if rows := o.rowsOf(contact); len(rows) > 0 {
				t.Errorf("rows before anything is sent: %+v", rows)
			}
			o.serve()
			o.await(c.ID, Finished)
			if rows := o.rowsOf(contact); len(rows) > 0 {
				t.Errorf("rows: %+v", rows)
			}
			if n := o.counts(c.ID); n.Of(Sent) != 2 || n.Of(Skipped) != 1 || n.Total != 3 {
				t.Errorf("counts: %+v", n)
			}
		})
	}
}

// awaitFrozen does what is due until a campaign's recipients are gathered; nothing is sent.
func (o *office) awaitFrozen(id civic.ID) {
	o.t.Helper()
	o.awaitThat("recipients are gathered", func() bool {
		if err := o.SendDue(o.t.Context()); err != nil {
			o.t.Fatal(err)
		}
		c, err := o.campaigns.Get(o.t.Context(), id)
		return err == nil && !c.FrozenAt.IsZero()
	})
}
