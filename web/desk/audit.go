package desk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"ascolto/crm"
	"ascolto/internal/accounts"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/web/ui"
	"ascolto/web/visit"
)

// auditPage is a part of the audit and the filters that chose it.
type auditPage struct {
	Rows     []auditRow
	Paging   ui.Paging
	Person   string      // whom the records are about, and what tells them apart, when the filter names one
	People   []ui.Person // who might be meant, when several are
	Similar  []ui.Person // who are only named like the words typed: never taken for who is meant
	Nobody   bool        // nobody was found by the words typed
	Staff    []ui.Option
	Actions  []ui.Option
	Export   string // the same records as a file
	Evidence bool   // the reader may see what identity providers said
}

// auditRow is a record in words.
type auditRow struct {
	audit.Record
	Who     string
	WhoMark string // tells a colleague apart from namesakes
	What    string
	Person  ui.Person // the citizen concerned, who leads to the list narrowed to them
	Details string
}

// The query parameters of the audit.
const (
	byPerson  = "person"  // words to find a citizen by
	byContact = "contact" // a citizen's contact
	byStaff   = "staff"
	byAction  = "action"
	byFrom    = "from"
	byTo      = "to"
)

// AuditLog shows who did and read what.
func (p *Pages) AuditLog(v *visit.Visit) error {
	values := v.Queries()
	page, err := p.auditFilters(v, values)
	if err != nil {
		return err
	}
	if len(page.People) == 0 && len(page.Similar) == 0 && !page.Nobody {
		records, err := p.Audit.List(v.Context(), v.Actor, auditQuery(values, v.PageRequest()))
		if err != nil {
			return err
		}
		if page.Rows, err = p.auditRows(v, records.Items); err != nil {
			return err
		}
		page.Paging = ui.PagingBy("/desk/audit", values, records.Next).NewestFirst()
	}
	return v.Page(http.StatusOK, auditLog(v.Frame(v.T("accounts.audit.title")), v.NewForm(values).Asking(), page))
}

// auditFilters fills in what the filters offer. When values name a person in words and one is found, values then name the contact.
func (p *Pages) auditFilters(v *visit.Visit, values url.Values) (auditPage, error) {
	page := auditPage{Actions: actionOptions(v), Evidence: v.Actor.Allowed(accounts.PermEvidence)}
	staff, err := p.staffOptions(v)
	if err != nil {
		return page, err
	}
	page.Staff = staff
	if text := strings.TrimSpace(values.Get(byPerson)); text != "" && values.Get(byContact) == "" {
		if err := p.findPerson(v, text, values, &page); err != nil {
			return page, err
		}
	}
	if id := civic.ID(values.Get(byContact)); id != "" {
		marks, err := p.CRM.Marks(v.Context(), v.Actor, []civic.ID{id})
		if err != nil {
			return page, err
		}
		page.Person = v.T("accounts.audit.somebody")
		if m, known := marks[id]; known {
			page.Person = personBy(m, "").Line(v.L)
		}
	}
	page.Export = auditPath("/desk/audit/export", values, "", "")
	return page, nil
}

func (p *Pages) findPerson(v *visit.Visit, text string, values url.Values, page *auditPage) error {
	found, similar, err := p.CRM.FindContacts(v.Context(), v.Actor, text, "")
	if civic.CodeOf(err) == civic.Forbidden {
		page.Nobody = true
		return nil
	}
	if err != nil {
		return err
	}
	if page.Nobody = len(found)+len(similar) == 0; page.Nobody {
		return nil
	}
	if len(found) == 1 {
		values.Set(byContact, string(found[0].ID))
		return nil
	}
	r, err := p.reference(v)
	page.People, page.Similar = r.narrowedTo(values, found), r.narrowedTo(values, similar)
	return err
}

// narrowedTo returns people who each lead to the records about them, the other filters of values kept.
func (r reference) narrowedTo(values url.Values, contacts []crm.Contact) []ui.Person {
	people := make([]ui.Person, len(contacts))
	for i, c := range contacts {
		people[i] = r.person(c)
		people[i].URL = auditPath("/desk/audit", values, byContact, string(c.ID))
	}
	return people
}

// auditPath returns path with the filters of values, one of them set anew, from the first record on.
func auditPath(path string, values url.Values, name, value string) string {
	q := url.Values{}
	for _, k := range []string{byPerson, byContact, byStaff, byAction, byFrom, byTo} {
		if s := values.Get(k); s != "" {
			q.Set(k, s)
		}
	}
	if name != "" {
		q.Set(name, value)
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// auditQuery reads the filters; a day that cannot be read filters nothing. The last day is included.
func auditQuery(values url.Values, page civic.PageRequest) audit.Query {
	day := func(name string, more int) time.Time {
		t, err := time.ParseInLocation(time.DateOnly, values.Get(name), civic.Rome())
		if err != nil {
			return time.Time{}
		}
		return t.AddDate(0, 0, more)
	}
	return audit.Query{
		Actor: civic.ID(values.Get(byStaff)), Contact: civic.ID(values.Get(byContact)), Action: audit.Action(values.Get(byAction)),
		From: day(byFrom, 0), To: day(byTo, 1), Page: page,
	}
}

func (p *Pages) staffOptions(v *visit.Visit) ([]ui.Option, error) {
	staff, err := p.staff(v)
	known := byAccount(staff)
	options := []ui.Option{{Label: v.T("accounts.audit.everybody")}}
	for _, a := range staff {
		options = append(options, ui.Option{Value: string(a.ID), Label: known.label(a.ID, a.Name)})
	}
	return options, err
}

func (p *Pages) auditRows(v *visit.Visit, records []audit.Record) ([]auditRow, error) {
	words, err := p.auditWords(v)
	if err != nil {
		return nil, err
	}
	if err := words.know(v.Context(), records); err != nil {
		return nil, err
	}
	rows := make([]auditRow, len(records))
	for i, r := range records {
		rows[i] = auditRow{Record: r, What: actionText(v.L, r.Action), Details: words.details(r)}
		rows[i].Who, rows[i].WhoMark = words.who(r)
		if r.Contact != "" {
			rows[i].Person, _ = words.person(r.Contact)
			rows[i].Person.URL = auditPath("/desk/audit", nil, byContact, string(r.Contact))
		}
	}
	return rows, nil
}

// VerifyAudit reads the whole audit and shows whether anything was changed or taken away.
func (p *Pages) VerifyAudit(v *visit.Visit) error {
	report, err := p.Audit.Verify(v.Context())
	if errors.Is(err, context.DeadlineExceeded) {
		return civic.Wrap(civic.Unavailable, "accounts.audit.error.long", err)
	}
	if err != nil {
		return err
	}
	return v.Page(http.StatusOK, auditReport(v.Frame(v.T("accounts.audit.verified")).With(v.T("accounts.audit.title"), "/desk/audit"), report))
}

// Evidence shows what an identity provider said at a sign-in.
func (p *Pages) Evidence(v *visit.Visit) error {
	said, err := p.Accounts.Evidence(v.Context(), v.Actor, civic.ID(v.Query("record")))
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := json.Indent(&b, said, "", "  "); err != nil {
		return err
	}
	return v.Page(http.StatusOK, evidence(v.Frame(v.T("accounts.audit.evidence")).With(v.T("accounts.audit.title"), "/desk/audit"), b.String()))
}
