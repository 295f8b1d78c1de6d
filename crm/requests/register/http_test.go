package register_test

import (
	"os"
	"testing"
	"time"

	"ascolto/crm/requests/register"
	"ascolto/crm/requests/register/registertest"
)

// TestContract: the register of the tests keeps the contract, and so does the one that ASCOLTO_TEST_PROTOCOL
// names, where documents may be entered on trial.
func TestContract(t *testing.T) {
	t.Parallel()
	registertest.Conform(t, registertest.New(t).URL, registertest.Token)
	if address := os.Getenv("ASCOLTO_TEST_PROTOCOL"); address != "" {
		registertest.Conform(t, address, os.Getenv("ASCOLTO_TEST_PROTOCOL_TOKEN"))
	}
}

// TestWhatARegisterAnswers: a number is taken from the answer alone, and nothing else makes one.
func TestWhatARegisterAnswers(t *testing.T) {
	t.Parallel()
	server := registertest.New(t)
	adapter, err := register.NewHTTP(server.URL, registertest.Token)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		status int
		body   string
		fault  register.Fault
		reason string // of a refusal
	}{
		{status: 200, body: `{"number":"12/2026","registered_on":"2026-11-09"}`},
		{status: 201, body: `{"number":"12/2026","registered_on":"2026-11-09","altro":1}`},
		{status: 200, body: `{"number":"","registered_on":"2026-11-09"}`, fault: register.FaultAnswer},
		{status: 200, body: `{"number":"\u200b","registered_on":"2026-11-09"}`, fault: register.FaultAnswer},
		{status: 200, body: `{"number":"12/2026"}`, fault: register.FaultAnswer},
		{status: 200, body: `{"number":"12/2026","registered_on":"9/11/2026"}`, fault: register.FaultAnswer},
		{status: 200, body: `<html>Accedi</html>`, fault: register.FaultAnswer},
		{status: 202, body: `{"number":"12/2026","registered_on":"2026-11-09"}`, fault: register.FaultBusy},
		{status: 302, fault: register.FaultBusy},
		{status: 401, fault: register.FaultKey},
		{status: 403, fault: register.FaultKey},
		{status: 408, fault: register.FaultBusy},
		{status: 425, fault: register.FaultBusy},
		{status: 429, fault: register.FaultBusy},
		{status: 500, fault: register.FaultBusy},
		{status: 503, fault: register.FaultBusy},
		{status: 413, body: `{"title":"Troppo grande","detail":"oltre\n 10 MB"}`,
			reason: "Troppo grande oltre 10 MB"},
		{status: 422, body: `nulla`},
	} {
		server.Answer(c.status, c.body)
		n, err := adapter.Enter(t.Context(), register.Document{Key: "k", FiledOn: "2026-11-08"})
		switch is := err.(type) {
		case nil:
			if c.status > 201 || c.fault != "" || n.Number != "12/2026" || n.On != "2026-11-09" {
				t.Errorf("%d %s is the number %+v", c.status, c.body, n)
			}
		case *register.Down:
			if is.Fault != c.fault || c.fault == "" || is.Status != c.status ||
				c.fault == register.FaultBusy && is.After != 2*time.Minute {
				t.Errorf("%d %s: %+v", c.status, c.body, is)
			}
		case *register.Refusal:
			if c.fault != "" || c.status < 400 || is.Reason != c.reason {
				t.Errorf("%d %s: %+v", c.status, c.body, is)
			}
		default:
			t.Errorf("%d %s: %v", c.status, c.body, err)
		}
	}
}

// TestAddresses: what people wrote goes to a register in the clear only on the same machine.
func TestAddresses(t *testing.T) {
	t.Parallel()
	for address, ok := range map[string]bool{
		"https://protocollo.comune.example.it/ascolto": true, "http://127.0.0.1:9090/x": true,
		"http://localhost/": true, "http://[::1]:80/": true, "http://protocollo.example.it/": false,
		"https://u:p@protocollo.example.it/": false, "ftp://protocollo.example.it/": false, "https://": false,
		"protocollo": false, "http://localhost.example.it/": false,
	} {
		if _, err := register.NewHTTP(address, "t"); (err == nil) != ok {
			t.Errorf("%s: %v", address, err)
		}
	}
	for token, ok := range map[string]bool{"abc.DEF-1": true, "": false, "a b": false, "a\nb": false,
		"è": false} {
		if _, err := register.NewHTTP("https://p.example.it/", token); (err == nil) != ok {
			t.Errorf("token %q: %v", token, err)
		}
	}
}
