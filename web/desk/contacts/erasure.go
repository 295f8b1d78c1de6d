package contacts

import (
	"cmp"
	"net/http"
	"slices"

	"ascolto/crm/privacy"
	"ascolto/internal/civic"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// erasurePage shows what is kept about a person and what an erasure does with it, or what one did.
type erasurePage struct {
	Contact civic.ID
	Outlook privacy.Outlook
	Open    []openTask
	Form    ui.Form
}

// openTask is something that stands against an erasure: what, by when, and whom to ask for it.
type openTask struct {
	Title, Due, Office, Owner string
	URL                       string // empty when the reader may not open it
}

func erasurePath(contact civic.ID) string { return "/desk/contacts/" + string(contact) + "/erasure" }

// erasure shows what an erasure of a contact would do, or what it did.
func (p *Pages) erasure(r *page.Request) error {
	return p.showErasure(r, http.StatusOK, r.NewForm(nil))
}

func (p *Pages) showErasure(r *page.Request, status int, form ui.Form) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	view := erasurePage{Contact: id, Form: form}
	if view.Outlook, err = p.Erasures.Outlook(r.Context(), r.Actor, id); err != nil {
		return err
	}
	if view.Open, err = p.openTasks(r, view.Outlook.Open()); err != nil {
		return err
	}
	return r.Page(status, contactErasure(r.Frame(r.T("privacy.erasure.title")), view))
}

// openTasks puts into words what stands against an erasure.
func (p *Pages) openTasks(r *page.Request, open []civic.OpenTask) ([]openTask, error) {
	if len(open) == 0 {
		return nil, nil
	}
	names, err := deskui.ReadReference(r, p.Reference)
	if err != nil {
		return nil, err
	}
	var ids []civic.ID
	for _, o := range open {
		ids = append(ids, o.ID)
	}
	opens, err := p.CRM.StillToDo(r.Context(), r.Actor, ids)
	if err != nil {
		return nil, err
	}
	tasks := make([]openTask, len(open))
	for i, o := range open {
		tasks[i] = openTask{Title: o.Title, Office: names.OfficeName(o.Office), Owner: o.Owner}
		if o.DueOn != "" {
			tasks[i].Due = r.T("desk.home.due", civic.Args{"Day": deskui.DayText(r.L, o.DueOn)})
		}
		if _, may := opens[o.ID]; may {
			tasks[i].URL = "/desk/interactions/" + string(o.ID)
		}
	}
	return tasks, nil
}

// erase erases what is kept about a contact, or completes what was begun.
func (p *Pages) erase(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	form := r.Form()
	in := privacy.ErasureInput{
		Reason: privacy.Reason(form.String("reason")), RemoveText: form.String("text") == textRemoved,
		Unchosen:  form.String("text") != textRemoved && form.String("text") != textKept,
		Confirmed: form.String("confirmed") == "1",
	}
	var done privacy.Erasure
	if err = form.Err(); err == nil {
		done, err = p.Erasures.Erase(r.Context(), r.Actor, id, in)
	}
	if again, ok := form.Again(err); ok {
		status := http.StatusUnprocessableEntity
		if civic.CodeOf(err) == civic.Conflict {
			status = http.StatusConflict
		}
		return p.showErasure(r, status, again)
	}
	if err != nil {
		return err
	}
	if !done.Done() {
		return r.Redirect(erasurePath(id), civic.Msg("privacy.erasure.under_way"))
	}
	return r.Redirect(erasurePath(id), civic.Msg("privacy.erasure.done"))
}

// What can be done with what the person wrote in the forum.
const (
	textKept    = "kept"
	textRemoved = "removed"
)

// called names the person in a text; whoever has neither name nor address, and whoever is half erased, by a
// word.
func (p erasurePage) called(f ui.Frame) civic.Args {
	return civic.Args{"Name": cmp.Or(p.Outlook.Name, f.T("privacy.erasure.nameless"))}
}

// openWords says what stands against the erasure: against its begin, or its end.
func (p erasurePage) openWords(f ui.Frame) string {
	if p.Outlook.Erasure.ID != "" {
		return f.T("privacy.erasure.open_begun")
	}
	return f.T("privacy.erasure.open")
}

func (p erasurePage) texts(f ui.Frame) []ui.Option {
	return []ui.Option{
		{Value: textKept, Label: f.T("privacy.erasure.text.kept"),
			Hint: f.T("privacy.erasure.text.kept_hint")},
		{
			Value: textRemoved,
			Label: f.T("privacy.erasure.text.removed"),
			Hint:  f.T("privacy.erasure.text.removed_hint"),
		},
	}
}

func (p erasurePage) reasons(f ui.Frame) []ui.Option {
	var options []ui.Option
	for _, r := range privacy.Reasons() {
		options = append(options,
			ui.Option{Value: string(r), Label: f.T("privacy.erasure.reason." + string(r))})
	}
	return options
}

// fated is how much of a kind there is, and what becomes of it.
type fated struct{ Kind, Count, Fate, Why string }

// rows returns what is kept, or was found, kind by kind, by what becomes of it.
func (p erasurePage) rows(f ui.Frame) (rows []fated) {
	found := p.Outlook.Erasure.Found
	done := p.Outlook.Erasure.Done()
	if !done {
		found = nil
		for _, h := range p.Outlook.Parts {
			if h.Fate != civic.FateUnavoidable {
				found = append(found, privacy.Found{Kind: h.Kind, Count: h.Count, Fate: h.Fate,
					Reason: h.Reason})
			}
		}
	}
	slices.SortStableFunc(found, func(a, b privacy.Found) int {
		return cmp.Compare(slices.Index(civic.Fates(), a.Fate), slices.Index(civic.Fates(), b.Fate))
	})
	for _, h := range found {
		row := fated{
			Kind:  f.T("privacy.kind." + h.Kind),
			Count: f.L.Int(h.Count),
			Fate:  f.T("privacy.fate." + p.fateWord(h, done)),
		}
		if h.Fate == civic.FateUnknowable {
			row.Count = f.T("privacy.count.unknown")
		}
		if h.Reason != "" {
			row.Why = f.T(h.Reason)
		}
		rows = append(rows, row)
	}
	return rows
}

// past ends the keys of what is said in other words once it is done.
func (p erasurePage) past() string {
	if p.Outlook.Erasure.Done() {
		return "_done"
	}
	return ""
}

// fateWord names what becomes of a kind; of what is chosen by the form, what was chosen once that is done.
func (p erasurePage) fateWord(h privacy.Found, done bool) string {
	switch {
	case !done:
		return string(h.Fate)
	case h.Fate == civic.FateErased:
		return "erased_done"
	case h.Fate == civic.FateKept:
		return "kept_done"
	case h.Fate != civic.FateChosen:
		return string(h.Fate)
	case p.Outlook.Erasure.RemoveText:
		return "text_removed"
	}
	return string(civic.FateAnonymised)
}
