package desk

import (
	"context"
	"errors"
	"io"
	"net/http"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/notify"
	"ascolto/web/ui"
	"ascolto/web/visit"
)

// segmentsPage is the list of segments.
type segmentsPage struct {
	Items    []crm.Segment
	Paging   ui.Paging
	MayWrite bool
}

// Segments lists the segments by name.
func (p *Pages) Segments(v *visit.Visit) error {
	list, err := p.CRM.Segments(v.Context(), v.Actor, v.PageRequest())
	if err != nil {
		return err
	}
	page := segmentsPage{Items: list.Items, Paging: ui.PagingBy(segmentsPath, v.Queries(), list.Next), MayWrite: v.Actor.Allowed(crm.PermWriteSegments)}
	return v.Page(http.StatusOK, segmentList(v.Frame(v.T("crm.segments.title")), page))
}

// segmentPage is a segment: its rule in words, who is in it now, and why somebody is or is not.
type segmentPage struct {
	crm.Segment
	Words    ruleWords
	Topic    civic.ID // that the count is for; empty for none
	Preview  crm.Preview
	TooFew   string // why nothing is shown; empty when it is
	Asked    string // whom the explanation is looked for
	Found    []crm.Contact
	Similar  []crm.Contact // named like what was asked for
	Person   crm.Contact   // whom the steps explain
	Steps    []crm.Step
	Form     ui.Form
	MayWrite bool
	MayTake  bool // the list of its people
	MayMail  bool // to them
}

// found returns people a search found, who each lead to why they are in the segment or are not.
func (p segmentPage) found(contacts []crm.Contact) []ui.Person {
	people := make([]ui.Person, len(contacts))
	for i, c := range contacts {
		people[i] = p.Words.reference.person(c)
		people[i].URL = "/desk/segments/" + string(p.ID) + "?contact=" + string(c.ID) + "#perche"
	}
	return people
}

// Segment shows a segment.
func (p *Pages) Segment(v *visit.Visit) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	page := segmentPage{
		Topic: civic.ID(v.Query("topic")), Asked: v.Query("q"), Form: v.NewForm(nil),
		MayWrite: v.Actor.Allowed(crm.PermWriteSegments), MayTake: v.Actor.Allowed(crm.PermExportContacts), MayMail: v.Actor.Allowed(notify.PermWriteCampaigns),
	}
	if page.Segment, err = p.CRM.Segment(v.Context(), v.Actor, id); err != nil {
		return err
	}
	if page.Words, err = p.ruleWords(v, page.Form); err != nil {
		return err
	}
	if page.Preview, page.TooFew, err = p.preview(v, page.Rule, page.Topic); err != nil {
		return err
	}
	if page.TooFew == "" {
		if err := p.explain(v, &page); err != nil {
			return err
		}
	}
	return v.Page(http.StatusOK, segmentDetails(v.Frame(page.Name), page))
}

// preview counts a rule, or says in words why it may not be counted.
func (p *Pages) preview(v *visit.Visit, r crm.Rule, topic civic.ID) (crm.Preview, string, error) {
	counts, err := p.CRM.PreviewSegment(v.Context(), v.Actor, r, topic)
	if e, ok := errors.AsType[*civic.Error](err); ok && crm.TooFew(err) {
		return counts, v.L.Message(e.Message), nil
	}
	return counts, "", err
}

// explain fills in why a person is in the segment or is not: the one the address names, else those a search finds.
func (p *Pages) explain(v *visit.Visit, page *segmentPage) (err error) {
	if id, idErr := civic.ParseID(v.Query("contact")); idErr == nil {
		page.Person, page.Steps, err = p.CRM.ExplainSegment(v.Context(), v.Actor, page.ID, id)
		return err
	}
	if page.Asked != "" {
		page.Found, page.Similar, err = p.CRM.FindContacts(v.Context(), v.Actor, page.Asked, "")
	}
	return err
}

func (p *Pages) ruleWords(v *visit.Visit, form ui.Form) (ruleWords, error) {
	w := ruleWords{f: form, lang: string(v.Lang)}
	var err error
	if w.vocabulary, err = p.CRM.Vocabulary(v.Context()); err != nil {
		return w, err
	}
	w.reference, err = p.reference(v)
	return w, err
}

// ExportSegment sends the people of a segment as a table.
func (p *Pages) ExportSegment(v *visit.Visit) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	by := v.Actor
	if err := p.CRM.MayExportSegment(v.Context(), by, id); err != nil {
		return err
	}
	return v.Stream("segmento.csv", csvType, func(ctx context.Context, w io.Writer) error { return p.CRM.ExportSegment(ctx, by, id, w) })
}

// AskSegmentExport sends the people of a segment at once, or, when they are many, has the table made.
func (p *Pages) AskSegmentExport(v *visit.Visit) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	task, long, err := p.CRM.LongSegmentExport(v.Context(), v.Actor, id)
	if err != nil {
		return err
	}
	return p.export(v, task, long, segmentsPath+"/"+string(id)+"/export")
}

// DeleteSegment takes a segment away.
func (p *Pages) DeleteSegment(v *visit.Visit) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	if err := p.CRM.DeleteSegment(v.Context(), v.Actor, id); err != nil {
		return err
	}
	return v.Redirect(segmentsPath, civic.Msg("crm.segment.deleted"))
}
