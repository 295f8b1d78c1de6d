package app

import "testing"

// TestLettersLeadToTheDesk: the addresses stand in mails that were sent, so they stay what they are.
func TestLettersLeadToTheDesk(t *testing.T) {
	t.Parallel()
	a := &App{Origin: "https://ascolto.comune.example"}
	for got, want := range map[string]string{
		letters{a}.threadLink("t1"):     "https://ascolto.comune.example/desk/forum/t1",
		letters{a}.resetLink("token"):   "https://ascolto.comune.example/desk/login/password/token",
		mailboxes{a}.CampaignLink("c1"): "https://ascolto.comune.example/desk/campaigns/c1",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
