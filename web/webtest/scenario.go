package webtest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"ascolto/internal/civic"
)

// Scenario is one request and what must, and must not, come back.
type Scenario struct {
	Name         string
	Who          *civic.Actor // nil: a stranger
	Method       string       // GET when empty
	Path         string
	Form         url.Values
	WantStatus   int
	WantLocation string   // of a redirect
	Want         []string // in the page's text
	WantNot      []string // anywhere in the answer
	WantMail     []string // in what went out last; only for a Town
}

// Run runs each scenario with a fresh browser against the site.
func (s *Site) Run(t *testing.T, scenarios []Scenario) {
	t.Helper()
	for _, sc := range scenarios {
		t.Run(sc.Name, func(t *testing.T) {
			sc.check(t, s.answer(t, sc))
			s.checkMail(t, sc.WantMail)
		})
	}
}

func (s *Site) answer(t *testing.T, sc Scenario) *Page {
	t.Helper()
	b := s.Browser(t)
	if sc.Who != nil {
		b = s.As(t, *sc.Who)
	}
	if sc.Method == http.MethodPost {
		return b.Post(sc.Path, sc.Form)
	}
	return b.Get(sc.Path)
}

func (sc Scenario) check(t *testing.T, page *Page) {
	t.Helper()
	if page.Status != sc.WantStatus {
		t.Errorf("status %d, want %d; the page says: %.300s", page.Status, sc.WantStatus, page.Text())
	}
	if sc.WantLocation != "" && page.Location != sc.WantLocation {
		t.Errorf("leads to %q, want %q", page.Location, sc.WantLocation)
	}
	for _, want := range sc.Want {
		if !page.Has(want) {
			t.Errorf("the page does not say %q; it says: %.600s", want, page.Text())
		}
	}
	for _, not := range sc.WantNot {
		if strings.Contains(page.Body, not) {
			t.Errorf("the answer holds %q", not)
		}
	}
}

func (s *Site) checkMail(t *testing.T, want []string) {
	t.Helper()
	if len(want) == 0 {
		return
	}
	sent := s.mail.Sent()
	if len(sent) == 0 {
		t.Fatal("no mail went out")
	}
	for _, w := range want {
		if last := sent[len(sent)-1]; !strings.Contains(last, w) {
			t.Errorf("the last mail does not say %q: %.300s", w, last)
		}
	}
}
