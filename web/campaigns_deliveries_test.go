package web_test

import (
	"testing"

	"golang.org/x/net/html/atom"

	"ascolto/internal/civic"
	"ascolto/notify"
)

// TestDeliveriesNameAndFindPeople: a person left out is shown by name, and people are found by name or
// address, state and cause.
func TestDeliveriesNameAndFindPeople(t *testing.T) {
	t.Parallel()
	server := &carrier{}
	n := openNewsroomOver(t, server)
	n.run()
	b := n.As(t, n.News)
	in := n.crowd(3)
	in.Set("class", "voluntary")
	in.Set("topic", "mobilita")
	path := n.send(b, in)
	n.await(b, path, "Concluso")
	left := b.Get(path + "/deliveries?state=skipped")
	if left.Has("Apri il contatto") || !left.Has("Persona Prova1") || !left.Has("p•••@posta.example") ||
		!left.Has("Nessun consenso all'argomento") {
		t.Errorf("left out: %.1500s", left.Text())
	}
	if page := b.Get(path + "/deliveries?state=nothing"); !page.Has("Destinatari: Non recapitati") ||
		len(page.By("aria-current", "true")) < 2 {
		t.Errorf("of a state that is none: %.600s", page.Text())
	}
	rows := func(query string) int {
		page := b.Get(path + "/deliveries?state=skipped&" + query)
		n := 0
		for _, tr := range page.Tags(atom.Tr) {
			if tr.Parent.DataAtom == atom.Tbody {
				n++
			}
		}
		return n
	}
	for query, want := range map[string]int{"": 4, "q=Prova1": 1, "q=persona2%40posta.example": 1,
		"q=Verdibianchi": 0, "cause=crm.skip.no_consent": 4, "cause=crm.skip.gone": 0,
		"q=Prova1&cause=crm.skip.gone": 0} {
		if got := rows(query); got != want {
			t.Errorf("%q shows %d people, want %d", query, got, want)
		}
	}
	id := civic.ID(path[len("/desk/campaigns/"):])
	if _, err := n.service.Deliveries(t.Context(), n.Desk, id, notify.DeliveryFilter{State: notify.Skipped},
		civic.PageRequest{}); civic.CodeOf(err) != civic.Forbidden {
		t.Errorf("who may not read campaigns: %v", err)
	}
}
