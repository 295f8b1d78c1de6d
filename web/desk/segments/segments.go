package segments

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"

	"ascolto/crm"
	"ascolto/crm/segment"
	"ascolto/internal/civic"
	"ascolto/notify"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// segmentsPage is the list of segments.
type segmentsPage struct {
	Items    []segment.Segment
	Paging   ui.Paging
	MayWrite bool
}

// segments lists the segments by name.
func (p *Pages) segments(r *page.Request) error {
	list, err := p.Segments.List(r.Context(), r.Actor, r.PageRequest())
	if err != nil {
		return err
	}
	view := segmentsPage{Items: list.Items, Paging: ui.PagingBy(deskui.SegmentsPath, r.Queries(), list.Next),
		MayWrite: r.Actor.Allowed(segment.PermWrite)}
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

// whyPath leads to why somebody is in the segment or is not, with the topic that the counts are for.
func (p segmentPage) whyPath(contact civic.ID) string {
	values := url.Values{"contact": {string(contact)}}
	if p.Topic != "" {
		values.Set("topic", string(p.Topic))
	}
	return "/desk/segments/" + string(p.ID) + "?" + values.Encode() + "#perche"
}

// found returns people a search found, who each lead to why they are in the segment or are not.
func (p segmentPage) found(contacts []crm.Contact) []ui.Person {
	people := make([]ui.Person, len(contacts))
	for i, c := range contacts {
		people[i] = p.Words.reference.Person(c)
		people[i].URL = p.whyPath(c.ID)
	}
	return people
}

// segment shows a segment.
func (p *Pages) segment(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	view := segmentPage{
		Topic: civic.ID(r.Query("topic")), Asked: r.Query("q"), Form: r.NewForm(nil),
		MayWrite: r.Actor.Allowed(segment.PermWrite), MayTake: r.Actor.Allowed(crm.PermExportContacts),
		MayMail: r.Actor.Allowed(notify.PermWriteCampaigns),
	}
	if view.Segment, err = p.Segments.Segment(r.Context(), r.Actor, id); err != nil {
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
	counts, err := p.Segments.Preview(req.Context(), req.Actor, r, topic)
	if e, ok := errors.AsType[*civic.Error](err); ok && segment.TooFew(err) {
		return counts, req.L.Message(e.Message), nil
	}
	return counts, "", err
}

// explain fills in why a person is in the segment or is not: the one the address names, else those a search
// finds.
func (p *Pages) explain(r *page.Request, view *segmentPage) (err error) {
	if id, idErr := civic.ParseID(r.Query("contact")); idErr == nil {
		view.Person, view.Steps, err = p.Segments.Explain(r.Context(), r.Actor, view.ID, id)
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
	if w.vocabulary, err = p.Segments.Vocabulary(r.Context()); err != nil {
		return w, err
	}
	w.reference, err = deskui.ReadReference(r, p.Reference)
	return w, err
}

// exportSegment sends the people of a segment as a table.
func (p *Pages) exportSegment(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	by, language := r.Actor, string(r.Lang)
	if err := p.Segments.MayExport(r.Context(), by, id); err != nil {
		return err
	}
	return r.Stream("segmento.csv", deskui.CSV, func(ctx context.Context, w io.Writer) error {
		return p.Segments.Export(ctx, by, id, language, w)
	})
}

// askSegmentExport sends the people of a segment at once, or, when they are many, has the table made.
func (p *Pages) askSegmentExport(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	task, long, err := p.Segments.LongExport(r.Context(), r.Actor, id, string(r.Lang))
	if err != nil {
		return err
	}
	return deskui.Export(r, p.Work, task, long, deskui.SegmentsPath+"/"+string(id)+"/export")
}

// deleteSegment takes a segment away.
func (p *Pages) deleteSegment(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	if err := p.Segments.Delete(r.Context(), r.Actor, id); err != nil {
		return err
	}
	return r.Redirect(deskui.SegmentsPath, civic.Msg("crm.segment.deleted"))
}

// segmentName returns what the segment of the page's path is called.
func (p *Pages) segmentName(r *page.Request) (string, error) {
	id, err := r.ID("id")
	if err != nil {
		return "", err
	}
	g, err := p.Segments.Segment(r.Context(), r.Actor, id)
	return g.Name, err
}
