package interactions

import (
	"bytes"
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"time"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/internal/csvout"
	"ascolto/internal/textfold"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// figuresPage shows how many conversations there were.
type figuresPage struct {
	crm.CallStatistics
	Form    ui.Form
	Offices []ui.Option
	Groups  []figureGroup
	CSV     string // where the table can be downloaded; empty when the period is wrong
}

// figureGroup is one way to divide the conversations.
type figureGroup struct {
	ID    string
	Title string
	Of    string // what each row is
	Rows  []figureRow
}

// figureRow is one part: how many conversations, how many of them to follow up, and which share of all.
type figureRow struct {
	Label       string
	Day         string // YYYY-MM-DD or YYYY-MM when Label is a day or a month, as tables have them
	Calls, Open int
	Share       float64
}

// callFigures shows the figures of conversations: of this month, when nothing else is asked for.
func (p *Pages) callFigures(r *page.Request) error {
	view, err := p.countCalls(r)
	status := http.StatusOK
	if civic.CodeOf(err) == civic.Invalid {
		status, err = http.StatusUnprocessableEntity, nil
	}
	if err != nil {
		return err
	}
	return r.Page(status, callFigures(r.Frame(r.T("crm.figures.title")), view))
}

// downloadCallFigures sends the figures as one table.
func (p *Pages) downloadCallFigures(req *page.Request) error {
	view, err := p.countCalls(req)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	table := csvout.New(&b)
	table.Row(req.T("crm.figures.from"), req.T("crm.figures.to"), req.T("crm.figures.group"),
		req.T("crm.figures.key"), req.T("crm.figures.calls"), req.T("crm.figures.open"))
	row := func(group, label string, calls, open int) {
		table.Row(view.From, view.To, group, label, strconv.Itoa(calls), strconv.Itoa(open))
	}
	row(req.T("crm.figures.all"), "", view.Total.Calls, view.Total.Open)
	for _, g := range view.Groups {
		for _, r := range g.Rows {
			row(g.Title, cmp.Or(r.Day, r.Label), r.Calls, r.Open)
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	return req.Download("colloqui-"+view.From+"-"+view.To+".csv", deskui.CSV, b.Bytes())
}

// countCalls counts what the address asks for. With an Invalid error the page holds the form with what is
// wrong.
func (p *Pages) countCalls(req *page.Request) (view figuresPage, err error) {
	today := civic.Now().In(civic.Rome())
	f := crm.CallsFilter{From: req.Query("from"), To: req.Query("to"), Office: civic.ID(req.Query("office"))}
	if f.From == "" && f.To == "" {
		f.From = today.AddDate(0, 0, 1-today.Day()).Format(time.DateOnly)
		f.To = today.Format(time.DateOnly)
	}
	view.CallStatistics, err = p.CRM.Calls(req.Context(), req.Actor, f)
	values := ui.Prefill("from", f.From, "to", f.To, "office", string(f.Office))
	view.Form = ui.NewForm(req.L, "", "", values, err)
	if err != nil && civic.CodeOf(err) != civic.Invalid {
		return view, err
	}
	r, refErr := deskui.ReadReference(req, p.Reference)
	if refErr != nil {
		return view, refErr
	}
	view.Offices = officesFor(req, r)
	if err == nil {
		view.CSV = "/desk/interactions/statistics.csv?" + values.Encode()
		staff, staffErr := p.figuresStaff(req)
		if staffErr != nil {
			return view, staffErr
		}
		view.Groups = figureGroups(req, view.CallStatistics, r, staff)
	}
	return view, err
}

// figuresStaff returns the colleagues whose figures the reader sees, to tell namesakes apart.
func (p *Pages) figuresStaff(r *page.Request) ([]crm.Colleague, error) {
	if !r.Actor.Allowed(crm.PermOperatorFigures) || !r.Actor.Allowed(crm.PermWriteInteractions) {
		return nil, nil
	}
	return p.CRM.Colleagues(r.Context(), r.Actor)
}

// figureGroups puts the figures into words; rows with as many conversations are by name.
func figureGroups(req *page.Request, s crm.CallStatistics, r deskui.Reference,
	staff []crm.Colleague) []figureGroup {
	period := "day"
	if s.Monthly {
		period = "month"
	}
	var groups []figureGroup
	for _, g := range []struct {
		name   string
		counts []crm.CallCount
		label  func(crm.CallCount) string
	}{
		{period, s.ByPeriod, func(c crm.CallCount) string { return periodText(req, c.Key) }},
		{"channel", s.ByChannel, func(c crm.CallCount) string { return req.T("crm.channel." + c.Key) }},
		{"office", s.ByOffice, func(c crm.CallCount) string { return r.OfficeName(civic.ID(c.Key)) }},
		{"topic", s.ByTopic, func(c crm.CallCount) string {
			return cmp.Or(r.TopicName(civic.ID(c.Key), string(req.Lang)), req.T("crm.field.no_topic"))
		}},
		{"operator", s.ByOperator, func(c crm.CallCount) string {
			return cmp.Or(deskui.ColleagueLabel(staff, civic.ID(c.Key), c.Label),
				req.T("crm.figures.imported"))
		}},
	} {
		if len(g.counts) == 0 {
			continue
		}
		group := figureGroup{
			ID: "per-" + g.name, Title: req.T("crm.figures.by_" + g.name),
			Of: req.T("crm.figures.of_" + g.name),
		}
		for _, c := range g.counts {
			row := figureRow{Label: g.label(c), Calls: c.Calls, Open: c.Open,
				Share: float64(c.Calls) / float64(max(1, s.Total.Calls))}
			if g.name == period {
				row.Day = c.Key
			}
			group.Rows = append(group.Rows, row)
		}
		if g.name != period {
			slices.SortStableFunc(group.Rows, func(a, b figureRow) int {
				return cmp.Or(cmp.Compare(b.Calls, a.Calls), textfold.Compare(a.Label, b.Label))
			})
		}
		groups = append(groups, group)
	}
	return groups
}

// periodText writes a day or a month in the reader's language.
func periodText(r *page.Request, key string) string {
	if len(key) == len("2026-11") {
		return key[5:] + "/" + key[:4]
	}
	return deskui.DayText(r.L, key)
}
