package web_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/internal/civic"
	"ascolto/web/webtest"
)

// TestDeskInABrowser looks at the desk as it is worked with: the call form whole on a small screen, forty
// contacts on a large one, small headings, two columns, lists sorted by their headings, numbers on one line,
// tables open on paper, nothing wider than a telephone, the focus in the first field, the keys, and a page
// that changes by itself when the work it tells of is done.
func TestDeskInABrowser(t *testing.T) {
	if os.Getenv("ASCOLTO_E2E") == "" {
		t.Skip("a browser: make e2e")
	}
	room := openNewsroom(t)
	town := room.Town
	results := (&busyTown{newsroom: room}).survey("Verde in città", "verde-in-citta", 2) + "/results"
	surnames := []string{"Ansaloni", "Barbieri", "Cavazzuti", "Dall'Olio Muzzarelli", "El Amrani", "Ferrari",
		"Guerzoni", "Lo Presti"}
	for n := range 60 {
		in := crm.ContactInput{
			FormKey: rand.Text(), Kind: crm.Person, GivenName: "Maria Grazia",
			FamilyName: surnames[n%len(surnames)], BirthYear: "1958", Reason: "omonimia",
			Emails: []string{fmt.Sprintf("maria.grazia.%d@posta.example", n)},
			Phones: []string{fmt.Sprintf("0592063%02d", n)}, District: "san-lazzaro",
		}
		c, err := town.CRM.CreateContact(t.Context(), town.Desk, in)
		if err != nil {
			t.Fatal(err)
		}
		spoken := crm.InteractionInput{FormKey: rand.Text(), Contact: c.ID, Office: "urp"}
		if n%3 == 0 {
			spoken.Outcome = crm.FollowUp
			spoken.DueOn = time.Now().AddDate(0, 0, 2+n).Format(time.DateOnly)
		}
		call(t, town, town.Desk, spoken)
	}
	settled(t, town)
	request := filedByMany(t, town)
	list, err := town.CRM.Interactions(t.Context(), town.Desk, crm.InteractionFilter{},
		civic.PageRequest{Size: 1})
	if err != nil {
		t.Fatal(err)
	}
	thread := talk(t, town, town.Anna, "I lampioni del parco", "Sono spenti da una settimana.")
	works := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := town.Work.WorkOne(r.Context()); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	}))
	t.Cleanup(works.Close)
	data, err := json.Marshal(map[string]any{
		"task": "/desk/work/" + string(waitingExport(t, town)), "works": works.URL,
		"origin": town.Origin, "interaction": "/desk/interactions/" + string(list.Items[0].ID),
		"request": "/desk/requests/" + string(request),
		"thread":  "/desk/forum/" + string(thread.ID),
		"contact": "/desk/contacts/" + string(town.Anna.Contact),
		"results": results,
		"sessions": map[string]string{
			"desk": town.As(t, town.Desk).Cookie("sid"), "head": town.As(t, town.Head).Cookie("sid"),
			"news":          town.As(t, town.News).Cookie("sid"),
			"protection":    town.As(t, town.Officer).Cookie("sid"),
			"moderator":     town.As(t, town.Moderator).Cookie("sid"),
			"administrator": town.As(t, town.Administrator).Cookie("sid"),
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "desk.json")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 9*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", "e2e/desk.mjs")
	cmd.Dir, cmd.Env = "..", append(os.Environ(), "ASCOLTO_PAGES="+file)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
}

// filedByMany has sixty people ask for something, of whom many have one name, and returns the first request,
// which the office has answered to.
func filedByMany(t *testing.T, town *webtest.Town) (first civic.ID) {
	t.Helper()
	people, err := town.CRM.Contacts(t.Context(), town.Desk, crm.ContactFilter{}, civic.PageRequest{Size: 60})
	if err != nil {
		t.Fatal(err)
	}
	for n, c := range people.Items {
		in := requests.FileInput{FormKey: rand.Text(), Procedure: "disservizio", Contact: c.ID,
			Channel: crm.ByPhone, Subject: "Lampione spento davanti alla scuola", Text: "Da tre settimane."}
		r, err := town.Requests.File(t.Context(), town.Desk, in)
		if err == nil && n%2 == 0 {
			_, err = town.Requests.Move(t.Context(), town.Desk, r.ID,
				requests.MoveInput{FormKey: rand.Text(), Act: requests.ActTake})
		}
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			first = r.ID
		}
	}
	return first
}
