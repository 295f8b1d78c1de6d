package desk

import (
	"bytes"
	"cmp"
	"net/http"
	"strconv"
	"time"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/internal/csvout"
	"ascolto/web/ui"
	"ascolto/web/visit"
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
	Calls, Open int
	Share       float64
}

// CallFigures shows the figures of conversations: of this month, when nothing else is asked for.
func (p *Pages) CallFigures(v *visit.Visit) error {
	page, err := p.callFigures(v)
	status := http.StatusOK
	if civic.CodeOf(err) == civic.Invalid {
		status, err = http.StatusUnprocessableEntity, nil
	}
	if err != nil {
		return err
	}
	return v.Page(status, callFigures(v.Frame(v.T("crm.figures.title")), page))
}

// DownloadCallFigures sends the figures as one table.
func (p *Pages) DownloadCallFigures(v *visit.Visit) error {
	page, err := p.callFigures(v)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	table := csvout.New(&b)
	table.Row(v.T("crm.figures.from"), v.T("crm.figures.to"), v.T("crm.figures.group"), v.T("crm.figures.key"), v.T("crm.figures.calls"), v.T("crm.figures.open"))
	row := func(group, label string, calls, open int) {
		table.Row(page.From, page.To, group, label, strconv.Itoa(calls), strconv.Itoa(open))
	}
	row(v.T("crm.figures.all"), "", page.Total.Calls, page.Total.Open)
	for _, g := range page.Groups {
		for _, r := range g.Rows {
			row(g.Title, r.Label, r.Calls, r.Open)
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	return v.Download("colloqui-"+page.From+"-"+page.To+".csv", csvType, b.Bytes())
}

// callFigures counts what the address asks for. With an Invalid error the page holds the form with what is wrong.
func (p *Pages) callFigures(v *visit.Visit) (page figuresPage, err error) {
	today := civic.Now().In(civic.Rome())
	f := crm.CallsFilter{From: v.Query("from"), To: v.Query("to"), Office: civic.ID(v.Query("office"))}
	if f.From == "" && f.To == "" {
		f.From = today.AddDate(0, 0, 1-today.Day()).Format(time.DateOnly)
		f.To = today.Format(time.DateOnly)
	}
	page.CallStatistics, err = p.CRM.Calls(v.Context(), v.Actor, f)
	values := ui.Prefill("from", f.From, "to", f.To, "office", string(f.Office))
	page.Form = ui.NewForm(v.L, "", "", values, err)
	if err != nil && civic.CodeOf(err) != civic.Invalid {
		return page, err
	}
	r, refErr := p.reference(v)
	if refErr != nil {
		return page, refErr
	}
	page.Offices = officesFor(v, r)
	if err == nil {
		page.CSV = "/desk/interactions/statistics.csv?" + values.Encode()
		staff, staffErr := p.figuresStaff(v)
		if staffErr != nil {
			return page, staffErr
		}
		page.Groups = figureGroups(v, page.CallStatistics, r, staff)
	}
	return page, err
}

// figuresStaff returns the colleagues whose figures the reader sees, to tell namesakes apart.
func (p *Pages) figuresStaff(v *visit.Visit) ([]crm.Colleague, error) {
	if !v.Actor.Allowed(crm.PermOperatorFigures) || !v.Actor.Allowed(crm.PermWriteInteractions) {
		return nil, nil
	}
	return p.CRM.Colleagues(v.Context(), v.Actor)
}

// figureGroups puts the figures into words.
func figureGroups(v *visit.Visit, s crm.CallStatistics, r reference, staff []crm.Colleague) []figureGroup {
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
		{period, s.ByPeriod, func(c crm.CallCount) string { return periodText(v, c.Key) }},
		{"channel", s.ByChannel, func(c crm.CallCount) string { return v.T("crm.channel." + c.Key) }},
		{"office", s.ByOffice, func(c crm.CallCount) string { return r.OfficeName(civic.ID(c.Key)) }},
		{"topic", s.ByTopic, func(c crm.CallCount) string {
			return cmp.Or(r.TopicName(civic.ID(c.Key), string(v.Lang)), v.T("crm.field.no_topic"))
		}},
		{"operator", s.ByOperator, func(c crm.CallCount) string {
			return cmp.Or(colleagueLabel(staff, civic.ID(c.Key), c.Label), v.T("crm.figures.imported"))
		}},
	} {
		if len(g.counts) == 0 {
			continue
		}
		group := figureGroup{ID: "per-" + g.name, Title: v.T("crm.figures.by_" + g.name), Of: v.T("crm.figures.of_" + g.name)}
		for _, c := range g.counts {
			group.Rows = append(group.Rows, figureRow{g.label(c), c.Calls, c.Open, float64(c.Calls) / float64(max(1, s.Total.Calls))})
		}
		groups = append(groups, group)
	}
	return groups
}

// periodText writes a day or a month in the reader's language.
func periodText(v *visit.Visit, key string) string {
	if len(key) == len("2026-11") {
		return key[5:] + "/" + key[:4]
	}
	return dayText(v.L, key)
}
