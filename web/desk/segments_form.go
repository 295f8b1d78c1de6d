package desk

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/internal/merge"
	"ascolto/web/ui"
	"ascolto/web/visit"
)

// segmentFormPage is the form by which a segment is made or edited.
type segmentFormPage struct {
	Action  string
	Cancel  string
	Form    ui.Form
	Rule    crm.Rule
	Words   ruleWords
	Clashes []ui.Clash   // what somebody else stored meanwhile in fields that were typed into
	Preview *crm.Preview // when it was asked for
	TooFew  string
	Focus   string // the path of the part of the tree that was just added
}

// NewSegment shows an empty form.
func (p *Pages) NewSegment(v *visit.Visit) error {
	page := segmentFormPage{Action: segmentsPath, Cancel: segmentsPath, Rule: crm.All()}
	return p.segmentForm(v, http.StatusOK, page, v.NewForm(url.Values{}))
}

// EditSegment shows the form with what is stored.
func (p *Pages) EditSegment(v *visit.Visit) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	g, err := p.CRM.Segment(v.Context(), v.Actor, id)
	if err != nil {
		return err
	}
	path := "/desk/segments/" + string(id)
	return p.segmentForm(v, http.StatusOK, segmentFormPage{Action: path, Cancel: path, Rule: g.Rule}, v.NewForm(segmentValues(g)))
}

// segmentForm shows the form with the tree of page.Rule.
func (p *Pages) segmentForm(v *visit.Visit, status int, page segmentFormPage, form ui.Form) error {
	ruleValues(form.Values, page.Rule)
	page.Form = form
	var err error
	if page.Words, err = p.ruleWords(v, form); err != nil {
		return err
	}
	page.Words.focus = page.Focus
	list := v.T("crm.segments.title")
	if page.Action == segmentsPath {
		return v.Page(status, segmentForm(v.Frame(v.T("crm.segment.new")).With(list, segmentsPath), page))
	}
	called, err := p.segmentName(v)
	if err != nil {
		return err
	}
	f := v.Frame(v.T("crm.segment.edit")).With(list, segmentsPath).With(called, page.Action)
	return v.Page(status, segmentForm(f, page))
}

// CreateSegment stores a new segment, or does to the form what a button asked for.
func (p *Pages) CreateSegment(v *visit.Visit) error {
	page := segmentFormPage{Action: segmentsPath, Cancel: segmentsPath}
	return p.saveSegment(v, page, func(in crm.SegmentInput) (crm.Segment, error) {
		return p.CRM.CreateSegment(v.Context(), v.Actor, in)
	})
}

// UpdateSegment stores an edited segment, or does to the form what a button asked for.
func (p *Pages) UpdateSegment(v *visit.Visit) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	path := "/desk/segments/" + string(id)
	return p.saveSegment(v, segmentFormPage{Action: path, Cancel: path}, func(in crm.SegmentInput) (crm.Segment, error) {
		return p.CRM.UpdateSegment(v.Context(), v.Actor, id, in)
	})
}

// saveSegment stores what the form says.
func (p *Pages) saveSegment(v *visit.Visit, page segmentFormPage, save func(crm.SegmentInput) (crm.Segment, error)) error {
	form := v.Form()
	page.Rule = readRule(form)
	in := crm.SegmentInput{
		FormKey: string(form.Key()), Revision: int64(form.Int("revision")), Name: form.String("name"),
		Description: form.Text("description", 1000), Rule: page.Rule, Shown: form.Line("shown", merge.MaxShown),
	}
	if do := form.String("do"); do != "save" {
		return p.changeSegmentForm(v, page, do)
	}
	var g crm.Segment
	err := form.Err()
	if err == nil {
		g, err = save(in)
	}
	again, ok, readErr := p.segmentClash(v, form, err, &page)
	if readErr != nil {
		return readErr
	}
	if ok {
		return p.segmentForm(v, http.StatusUnprocessableEntity, page, again)
	}
	if err != nil {
		return err
	}
	return v.Redirect(segmentsPath+"/"+string(g.ID), civic.Msg("crm.segment.saved"))
}

// segmentValues returns what the form shows of a segment beside its rule.
func segmentValues(g crm.Segment) url.Values {
	return ui.Prefill("name", g.Name, "description", g.Description, "revision", strconv.FormatInt(g.Revision, 10), "shown", g.Shown())
}

// segmentClash returns the form that comes back for a conflict of two edits, with the rule of the two and what clashes.
func (p *Pages) segmentClash(v *visit.Visit, form *visit.Form, err error, page *segmentFormPage) (again ui.Form, ok bool, _ error) {
	conflict, ok := errors.AsType[*merge.Conflict[crm.Segment]](err)
	if !ok {
		again, ok = form.Again(err)
		return again, ok, nil
	}
	words, err := p.ruleWords(v, v.NewForm(nil))
	if err != nil {
		return again, false, err
	}
	page.Rule = conflict.Mine.Rule
	again, page.Clashes, ok = visit.Clash(form, conflict, visit.Shows[crm.Segment]{Values: segmentValues, Field: func(name string, of crm.Segment) (string, string) {
		if name == "rule" {
			return v.T("crm.segment.rule"), words.whole(of.Rule, 0)
		}
		return v.T("crm.segment." + name), segmentValues(of).Get(name)
	}})
	return again, ok, nil
}

// changeSegmentForm shows the form with its tree changed, or with a count of what it would hold.
func (p *Pages) changeSegmentForm(v *visit.Visit, page segmentFormPage, do string) error {
	form := v.Form()
	values := url.Values{}
	for _, name := range []string{"name", "description", "revision", "shown"} {
		values.Set(name, form.Raw(name))
	}
	if do != "preview" {
		page.Rule = changeRule(page.Rule, do, form)
		page.Focus = focusAfter(page.Rule, do)
		return p.segmentForm(v, http.StatusOK, page, v.NewForm(values))
	}
	vocabulary, err := p.CRM.Vocabulary(v.Context())
	if err != nil {
		return err
	}
	if again, ok := form.Again(page.Rule.Validate(vocabulary)); ok {
		return p.segmentForm(v, http.StatusUnprocessableEntity, page, again)
	}
	counts, tooFew, err := p.preview(v, page.Rule, "")
	if err != nil {
		return err
	}
	page.Preview, page.TooFew = &counts, tooFew
	return p.segmentForm(v, http.StatusOK, page, v.NewForm(values))
}
