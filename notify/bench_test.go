package notify

import (
	"os"
	"testing"
	"time"

	"ascolto/internal/benchline"
	"ascolto/internal/reach"
)

// TestBench prints the figures of this package when ASCOLTO_BENCH is set.
func TestBench(t *testing.T) {
	if os.Getenv("ASCOLTO_BENCH") == "" {
		t.Skip("set ASCOLTO_BENCH to measure")
	}
	const n = 5000
	o := openOffice(t, n, func(o *Options) { o.Workers = 32 })
	c := o.launch("k1")
	began := time.Now()
	for {
		if err := o.SendDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got, err := o.campaigns.Get(t.Context(), c.ID); err != nil {
			t.Fatal(err)
		} else if !got.FrozenAt.IsZero() {
			break
		}
	}
	benchline.Line("recipients written into the ledger", n/time.Since(began).Seconds(), "recipients/s", 5000,
		false)
	began = time.Now()
	o.serve()
	o.await(c.ID, Finished)
	benchline.Line("mails through the ledger", n/time.Since(began).Seconds(), "mails/s", 1000, false)
	ls, err := o.lettersOf(t.Context(), &c)
	if err != nil {
		t.Fatal(err)
	}
	d := o.delivery(c.ID + "/c00000")
	began = time.Now()
	const builds = 2000
	for range builds {
		r := ls.in("it").Render(o.frame(&c, "it", "Mercati", "https://x.example/disiscrizione/abc"),
			o.people.known["c00000"].Fields)
		if _, err := o.addressed(&d, r,
			reach.Mailbox{Name: "Nicolò", Address: "a@x.example"}).Bytes(); err != nil {
			t.Fatal(err)
		}
	}
	benchline.Line("a mail rendered and built", float64(time.Since(began).Microseconds())/builds, "µs", 500,
		true)
}
