package segments

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"ascolto/crm/segment"
	"ascolto/internal/civic"
	"ascolto/internal/merge"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// segmentFormPage is the form by which a segment is made or edited.
type segmentFormPage struct {
	Action  string
	Cancel  string
	Form    ui.Form
	Rule    segment.Rule
	Words   ruleWords
	Clashes []ui.Clash       // what somebody else stored meanwhile in fields that were typed into
	Preview *segment.Preview // when it was asked for
	TooFew  string
	Focus   string // the path of the part of the tree that was just added
}

// newSegment shows an empty form.
func (p *Pages) newSegment(r *page.Request) error {
	view := segmentFormPage{Action: deskui.SegmentsPath, Cancel: deskui.SegmentsPath, Rule: segment.All()}
	return p.segmentForm(r, http.StatusOK, view, r.NewForm(url.Values{}))
}

// editSegment shows the form with what is stored.
func (p *Pages) editSegment(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	g, err := p.Segments.Segment(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	path := "/desk/segments/" + string(id)
	return p.segmentForm(r, http.StatusOK, segmentFormPage{Action: path, Cancel: path, Rule: g.Rule},
		r.NewForm(segmentValues(g)))
}

// segmentForm shows the form with the tree of page.Rule.
func (p *Pages) segmentForm(r *page.Request, status int, view segmentFormPage, form ui.Form) error {
	ruleValues(form.Values, view.Rule)
	view.Form = form
	var err error
	if view.Words, err = p.ruleWords(r, form); err != nil {
		return err
	}
	view.Words.focus = view.Focus
	list := r.T("crm.segments.title")
	if view.Action == deskui.SegmentsPath {
		return r.Page(status, segmentForm(r.Frame(r.T("crm.segment.new")).With(list, deskui.SegmentsPath),
			view))
	}
	called, err := p.segmentName(r)
	if err != nil {
		return err
	}
	f := r.Frame(r.T("crm.segment.edit")).With(list, deskui.SegmentsPath).With(called, view.Action)
	return r.Page(status, segmentForm(f, view))
}

// createSegment stores a new segment, or does to the form what a button asked for.
func (p *Pages) createSegment(r *page.Request) error {
	view := segmentFormPage{Action: deskui.SegmentsPath, Cancel: deskui.SegmentsPath}
	return p.saveSegment(r, view, func(in segment.Input) (segment.Segment, error) {
		return p.Segments.Create(r.Context(), r.Actor, in)
	})
}

// updateSegment stores an edited segment, or does to the form what a button asked for.
func (p *Pages) updateSegment(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	path := "/desk/segments/" + string(id)
	return p.saveSegment(r, segmentFormPage{Action: path, Cancel: path},
		func(in segment.Input) (segment.Segment, error) {
			return p.Segments.Update(r.Context(), r.Actor, id, in)
		})
}

// saveSegment stores what the form says.
func (p *Pages) saveSegment(r *page.Request, view segmentFormPage,
	save func(segment.Input) (segment.Segment, error)) error {
	form := r.Form()
	view.Rule = readRule(form)
	in := segment.Input{
		FormKey: string(form.Key()), Revision: int64(form.Int("revision")), Name: form.String("name"),
		Description: form.Text("description", 1000), Rule: view.Rule,
		Shown: form.Line("shown", merge.MaxShown),
	}
	if do := form.String("do"); do != "save" {
		return p.changeSegmentForm(r, view, do)
	}
	var g segment.Segment
	err := form.Err()
	if err == nil {
		g, err = save(in)
	}
	again, ok, readErr := p.segmentClash(r, form, err, &view)
	if readErr != nil {
		return readErr
	}
	if ok {
		return p.segmentForm(r, http.StatusUnprocessableEntity, view, again)
	}
	if err != nil {
		return err
	}
	return r.Redirect(deskui.SegmentsPath+"/"+string(g.ID), civic.Msg("crm.segment.saved"))
}

// segmentValues returns what the form shows of a segment beside its rule.
func segmentValues(g segment.Segment) url.Values {
	return ui.Prefill("name", g.Name, "description", g.Description, "revision",
		strconv.FormatInt(g.Revision, 10), "shown", g.Shown())
}

// segmentClash returns the form that comes back for a conflict of two edits, with the rule of the two and
// what clashes.
func (p *Pages) segmentClash(r *page.Request, form *page.Form, err error,
	view *segmentFormPage) (again ui.Form, ok bool, _ error) {
	conflict, ok := errors.AsType[*merge.Conflict[segment.Segment]](err)
	if !ok {
		again, ok = form.Again(err)
		return again, ok, nil
	}
	words, err := p.ruleWords(r, r.NewForm(nil))
	if err != nil {
		return again, false, err
	}
	view.Rule = conflict.Mine.Rule
	again, view.Clashes, ok = page.ConflictForm(form, conflict,
		page.ConflictView[segment.Segment]{
			Values: segmentValues, Field: func(name string, of segment.Segment) (string, string) {
				if name == "rule" {
					return r.T("crm.segment.rule"), strings.Join(words.lines(of.Rule, 0), "\n")
				}
				return r.T("crm.segment." + name), segmentValues(of).Get(name)
			}})
	return again, ok, nil
}

// changeSegmentForm shows the form with its tree changed, or with a count of what it would hold.
func (p *Pages) changeSegmentForm(r *page.Request, view segmentFormPage, do string) error {
	form := r.Form()
	values := url.Values{}
	for _, name := range []string{"name", "description", "revision", "shown"} {
		values.Set(name, form.Raw(name))
	}
	vocabulary, err := p.Segments.Vocabulary(r.Context())
	if err != nil {
		return err
	}
	if do != "preview" {
		view.Rule = changeRule(view.Rule, do, form, vocabulary)
		view.Focus = focusAfter(view.Rule, do)
		return p.segmentForm(r, http.StatusOK, view, r.NewForm(values))
	}
	if again, ok := form.Again(view.Rule.Validate(vocabulary)); ok {
		return p.segmentForm(r, http.StatusUnprocessableEntity, view, again)
	}
	counts, tooFew, err := p.preview(r, view.Rule, "")
	if err != nil {
		return err
	}
	view.Preview, view.TooFew = &counts, tooFew
	return p.segmentForm(r, http.StatusOK, view, r.NewForm(values))
}
