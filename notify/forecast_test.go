package notify

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"ascolto/internal/civic"
	"ascolto/notify/transport"
)

// TestWhatIsAnnouncedIsSent: the number said before a campaign begins counts who is suspended, does not
// consent, is gone, has an address that cannot be used or shares one, as sending does. It said 260 once and
// sent none.
func TestWhatIsAnnouncedIsSent(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 30)
	for i := range 4 { // suspended
		d := Delivery{Contact: civic.ID(fmt.Sprintf("c%05d", i)), Class: ClassService}
		if err := o.refusedAddress(t.Context(), &d, fmt.Sprintf("persona%d@posta.example", i),
			transport.Outcome{Code: 550, Cause: transport.CauseMailbox}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 3 { // no consent
		o.people.consent[civic.ID(fmt.Sprintf("c%05d", 4+i))] = false
	}
	delete(o.people.known, "c00007") // gone
	change := func(id civic.ID, f func(*civic.Recipient)) {
		r := o.people.known[id]
		f(&r)
		o.people.known[id] = r
	}
	change("c00008", func(r *civic.Recipient) { r.Address = "PERSONA9@posta.example" }) // a double
	change("c00010", func(r *civic.Recipient) { r.Address = "non un indirizzo" })
	change("c00011", func(r *civic.Recipient) { r.Fields = nil })
	o.people.order = append(o.people.order, "c00012") // named twice
	in := campaignInput("k1")
	in.Contents["it"] = Content{Subject: "Mercato, {{nome}}", Body: "A {{quartiere|Borgo}} per {{nome}}"}
	c, err := o.CreateCampaign(t.Context(), o.sender, in)
	if err != nil {
		t.Fatal(err)
	}
	said, err := o.Forecast(t.Context(), o.writer, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	if said.Total != 30 || said.Send != 20 || len(said.Skipped) != 5 {
		t.Errorf("it says %+v", said)
	}
	if len(said.Lacks) != 1 || said.Lacks[0] != (Lack{Field: "given_name", Count: 1}) {
		t.Errorf("lacking: %+v", said.Lacks)
	}
	if checked, err := o.CheckSchedule(t.Context(), o.sender, c.ID, time.Time{}, time.Time{}); err != nil ||
		checked.Send != said.Send {
		t.Errorf("before scheduling it says %+v %v", checked, err)
	}
	if _, err := o.CheckSchedule(t.Context(), o.writer, c.ID, time.Time{},
		time.Time{}); civic.CodeOf(err) != civic.Forbidden {
		t.Errorf("who may not send: %v", err)
	}
	if _, err := o.Schedule(t.Context(), o.sender, c.ID, c.Tag(), time.Time{}, time.Time{}); err != nil {
		t.Fatal(err)
	}
	o.serve()
	o.await(c.ID, Finished, FinishedWithFailures)
	counts := o.counts(c.ID)
	if counts.Of(Sent) != said.Send || counts.Total != said.Total {
		t.Errorf("it said %+v, and did %+v", said, counts.States)
	}
	// Whose address cannot be used has failed, and its author may try again when it is mended; the others are
	// left out on purpose.
	byCause := func(a, b CauseCount) int { return cmp.Or(b.Count-a.Count, strings.Compare(a.Cause, b.Cause)) }
	did := slices.SortedFunc(slices.Values(counts.Causes), byCause)
	if diff := gocmp.Diff(said.Skipped, did); diff != "" {
		t.Errorf("why somebody gets nothing (-said +did):\n%s", diff)
	}
	got := map[string]int{}
	for address, n := range o.sink.perAddress() {
		got[strings.ToLower(address)] += n
	}
	delete(got, string(c.Author)+"@comune.example") // who wrote it is told that one failed
	for i := range 30 {
		want := 1
		if i < 9 || i == 10 {
			want = 0
		}
		address := fmt.Sprintf("persona%d@posta.example", i)
		if got[address] != want {
			t.Errorf("%s got %d mails, want %d", address, got[address], want)
		}
		delete(got, address)
	}
	if len(got) > 0 {
		t.Errorf("others got mail: %v", got)
	}
}
