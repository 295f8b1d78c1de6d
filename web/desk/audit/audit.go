package audit

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
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// auditPage is a part of the audit and the filters that chose it.
type auditPage struct {
	Rows     []auditRow
	Paging   ui.Paging
	Person   string      // whom the records are about, and what tells them apart, when the filter names one
	People   []ui.Person // who might be meant, when several are
	Similar  []ui.Person // who are only named like the words typed: never taken for who is meant
	Nobody   bool        // nobody was found by the words typed
	Finds    bool        // the reader may look for people by words
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

// auditLog shows who did and read what.
func (p *Pages) auditLog(r *page.Request) error {
	values := r.Queries()
	view, err := p.auditFilters(r, values)
	if err != nil {
		return err
	}
	if len(view.People) == 0 && len(view.Similar) == 0 && !view.Nobody {
		records, err := p.Audit.List(r.Context(), r.Actor, auditQuery(values, r.PageRequest()))
		if err != nil {
			return err
		}
		if view.Rows, err = p.auditRows(r, records.Items); err != nil {
			return err
		}
		view.Paging = ui.PagingBy("/desk/audit", values, records.Next).NewestFirst()
	}
	return r.Page(http.StatusOK,
		auditLog(r.Frame(r.T("accounts.audit.title")), r.NewForm(values).Asking(), view))
}

// auditFilters fills in what the filters offer. When values name a person in words and one is found, values
// then name the contact.
func (p *Pages) auditFilters(r *page.Request, values url.Values) (auditPage, error) {
	view := auditPage{Actions: actionOptions(r), Evidence: r.Actor.Allowed(accounts.PermEvidence),
		Finds: r.Actor.Allowed(crm.PermReadContacts)}
	staff, err := p.staffOptions(r)
	if err != nil {
		return view, err
	}
	view.Staff = staff
	if text := strings.TrimSpace(values.Get(deskui.AuditPerson)); text != "" && view.Finds &&
		values.Get(deskui.AuditContact) == "" {
		if err := p.findPerson(r, text, values, &view); err != nil {
			return view, err
		}
	}
	if id := civic.ID(values.Get(deskui.AuditContact)); id != "" {
		marks, err := p.CRM.Marks(r.Context(), r.Actor, []civic.ID{id})
		if err != nil {
			return view, err
		}
		view.Person = r.T("accounts.audit.somebody")
		if m, known := marks[id]; known {
			view.Person = deskui.PersonBy(m, "").Line(r.L)
		}
	}
	view.Export = deskui.AuditPath("/desk/audit/export", values, "", "")
	return view, nil
}

func (p *Pages) findPerson(req *page.Request, text string, values url.Values, view *auditPage) error {
	found, similar, err := p.CRM.FindContacts(req.Context(), req.Actor, text, "")
	if err != nil {
		return err
	}
	if view.Nobody = len(found)+len(similar) == 0; view.Nobody {
		return nil
	}
	if len(found) == 1 {
		values.Set(deskui.AuditContact, string(found[0].ID))
		return nil
	}
	r, err := deskui.ReadReference(req, p.Reference)
	view.People, view.Similar = narrowedTo(r, values, found), narrowedTo(r, values, similar)
	return err
}

// narrowedTo returns people who each lead to the records about them, the other filters of values kept.
func narrowedTo(r deskui.Reference, values url.Values, contacts []crm.Contact) []ui.Person {
	people := make([]ui.Person, len(contacts))
	for i, c := range contacts {
		people[i] = r.Person(c)
		people[i].URL = deskui.AuditPath("/desk/audit", values, deskui.AuditContact, string(c.ID))
	}
	return people
}

// auditQuery reads the filters; a day that cannot be read filters nothing. The last day is included.
func auditQuery(values url.Values, view civic.PageRequest) audit.Query {
	day := func(name string, more int) time.Time {
		t, err := time.ParseInLocation(time.DateOnly, values.Get(name), civic.Rome())
		if err != nil {
			return time.Time{}
		}
		return t.AddDate(0, 0, more)
	}
	return audit.Query{
		Actor: civic.ID(values.Get(deskui.AuditStaff)), Contact: civic.ID(values.Get(deskui.AuditContact)),
		Action: audit.Action(values.Get(deskui.AuditAction)),
		From:   day(deskui.AuditFrom, 0), To: day(deskui.AuditTo, 1), Page: view,
	}
}

func (p *Pages) staffOptions(r *page.Request) ([]ui.Option, error) {
	staff, err := deskui.ReadStaff(r, p.Accounts)
	known := deskui.ColleaguesOf(staff)
	options := []ui.Option{{Label: r.T("accounts.audit.everybody")}}
	for _, a := range staff {
		options = append(options, ui.Option{Value: string(a.ID), Label: known.Label(a.ID, a.Name)})
	}
	return options, err
}

func (p *Pages) auditRows(req *page.Request, records []audit.Record) ([]auditRow, error) {
	words, err := p.auditWords(req)
	if err != nil {
		return nil, err
	}
	if err := words.know(req.Context(), records); err != nil {
		return nil, err
	}
	rows := make([]auditRow, len(records))
	for i, r := range records {
		rows[i] = auditRow{Record: r, What: deskui.ActionText(req.L, r.Action), Details: words.details(r)}
		rows[i].Who, rows[i].WhoMark = words.who(r)
		if r.Contact != "" {
			rows[i].Person, _ = words.person(r.Contact)
			rows[i].Person.URL = deskui.AuditPath("/desk/audit", nil, deskui.AuditContact, string(r.Contact))
		}
	}
	return rows, nil
}

// verifyAudit reads the whole audit and shows whether anything was changed or taken away.
func (p *Pages) verifyAudit(r *page.Request) error {
	report, err := p.Audit.Verify(r.Context())
	if errors.Is(err, context.DeadlineExceeded) {
		return civic.Wrap(civic.Unavailable, "accounts.audit.error.long", err)
	}
	if err != nil {
		return err
	}
	return r.Page(http.StatusOK,
		auditReport(r.Frame(r.T("accounts.audit.verified")).With(r.T("accounts.audit.title"), "/desk/audit"),
			report))
}

// evidence shows what an identity provider said at a sign-in.
func (p *Pages) evidence(r *page.Request) error {
	said, err := p.Accounts.Evidence(r.Context(), r.Actor, civic.ID(r.Query("record")))
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := json.Indent(&b, said, "", "  "); err != nil {
		return err
	}
	return r.Page(http.StatusOK,
		evidence(r.Frame(r.T("accounts.audit.evidence")).With(r.T("accounts.audit.title"), "/desk/audit"),
			b.String()))
}
