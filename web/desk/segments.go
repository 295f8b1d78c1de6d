package desk

import (
	"context"
	"errors"
	"io"
	"net/http"

	"ascolto/crm"
	"ascolto/crm/segment"
	"ascolto/internal/civic"
	"ascolto/notify"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// segmentsPage is the list of segments.
type segmentsPage struct {
	Items    []segment.Segment
	Paging   ui.Paging
	MayWrite bool
}

// Segments lists the segments by name.
func (p *Pages) Segments(r *page.Request) error {
	list, err := p.SegmentService.List(r.Context(), r.Actor, r.PageRequest())
	if err != nil {
		return err
	}
	view := segmentsPage{Items: list.Items, Paging: ui.PagingBy(segmentsPath, r.Queries(), list.Next), MayWrite: r.Actor.Allowed(segment.PermWrite)}
	return r.Page(http.StatusOK, segmentList(r.Frame(r.T("crm.segments.title")), view))
}

// segmentPage is a segment: its rule in words, who is in it now, and why somebody is or is not.
type segmentPage struct {
	segment.Segment
	Words    ruleWords
	Topic    civic.ID // that the count is for; empty for none
	Preview  segment.Preview
	TooFew   string // why nothing is shown; empty when it is
	Asked    string // whom the explanation is looked for
	Found    []crm.Contact
	Similar  []crm.Contact // named like what was asked for
	Person   crm.Contact   // whom the steps explain
	Steps    []segment.Step
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
func (p *Pages) Segment(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	view := segmentPage{
		Topic: civic.ID(r.Query("topic")), Asked: r.Query("q"), Form: r.NewForm(nil),
		MayWrite: r.Actor.Allowed(segment.PermWrite), MayTake: r.Actor.Allowed(crm.PermExportContacts), MayMail: r.Actor.Allowed(notify.PermWriteCampaigns),
	}
	if view.Segment, err = p.SegmentService.Segment(r.Context(), r.Actor, id); err != nil {
		return err
	}
	if view.Words, err = p.ruleWords(r, view.Form); err != nil {
		return err
	}
	if view.Preview, view.TooFew, err = p.preview(r, view.Rule, view.Topic); err != nil {
		return err
	}
	if view.TooFew == "" {
		if err := p.explain(r, &view); err != nil {
			return err
		}
	}
	return r.Page(http.StatusOK, segmentDetails(r.Frame(view.Name), view))
}

// preview counts a rule, or says in words why it may not be counted.
func (p *Pages) preview(req *page.Request, r segment.Rule, topic civic.ID) (segment.Preview, string, error) {
	counts, err := p.SegmentService.Preview(req.Context(), req.Actor, r, topic)
	if e, ok := errors.AsType[*civic.Error](err); ok && segment.TooFew(err) {
		return counts, req.L.Message(e.Message), nil
	}
	return counts, "", err
}

// explain fills in why a person is in the segment or is not: the one the address names, else those a search finds.
func (p *Pages) explain(r *page.Request, view *segmentPage) (err error) {
	if id, idErr := civic.ParseID(r.Query("contact")); idErr == nil {
		view.Person, view.Steps, err = p.SegmentService.Explain(r.Context(), r.Actor, view.ID, id)
		return err
	}
	if view.Asked != "" {
		view.Found, view.Similar, err = p.CRM.FindContacts(r.Context(), r.Actor, view.Asked, "")
	}
	return err
}

func (p *Pages) ruleWords(r *page.Request, form ui.Form) (ruleWords, error) {
	w := ruleWords{f: form, lang: string(r.Lang)}
	var err error
	if w.vocabulary, err = p.SegmentService.Vocabulary(r.Context()); err != nil {
		return w, err
	}
	w.reference, err = readReference(r, p.Reference)
	return w, err
}

// ExportSegment sends the people of a segment as a table.
func (p *Pages) ExportSegment(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	by := r.Actor
	if err := p.SegmentService.MayExport(r.Context(), by, id); err != nil {
		return err
	}
	return r.Stream("segmento.csv", csvType, func(ctx context.Context, w io.Writer) error { return p.SegmentService.Export(ctx, by, id, w) })
}

// AskSegmentExport sends the people of a segment at once, or, when they are many, has the table made.
func (p *Pages) AskSegmentExport(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	task, long, err := p.SegmentService.LongExport(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	return export(r, p.Work, task, long, segmentsPath+"/"+string(id)+"/export")
}

// DeleteSegment takes a segment away.
func (p *Pages) DeleteSegment(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	if err := p.SegmentService.Delete(r.Context(), r.Actor, id); err != nil {
		return err
	}
	return r.Redirect(segmentsPath, civic.Msg("crm.segment.deleted"))
}
