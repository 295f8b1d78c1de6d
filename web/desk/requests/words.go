package requests

import (
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/internal/civic"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/requestview"
	"ascolto/web/ui"
)

// fileActs are the acts that files can be sent along with.
var fileActs = []requests.Act{requests.ActAsk, requests.ActIrregular, requests.ActSupply, requests.ActNotice,
	requests.ActObserve, requests.ActAnswer, requests.ActRefuse, requests.ActRelease, requests.ActMessage,
	requests.ActNote}

func hasFiles(c requests.Choice) bool { return slices.Contains(fileActs, c.Act) }

// rare are the acts that stand apart: they are rarely the next step.
var rare = []requests.Act{requests.ActAssign, requests.ActForward, requests.ActNotCompetent,
	requests.ActWithdraw, requests.ActServe, requests.ActReterm, requests.ActIrregular, requests.ActConsult,
	requests.ActSuspend, requests.ActGroup, requests.ActUngroup}

// spoken are the acts whose forms stand with what was said, not among the steps.
var spoken = []requests.Act{requests.ActMessage, requests.ActNote}

// steps returns the choices that are a next step, or those that rarely are.
func (p requestPage) steps(apart bool) []requests.Choice {
	var all []requests.Choice
	for _, c := range p.Choices {
		if c.Act == requests.ActReterm && len(p.versions()) == 0 {
			continue
		}
		if !slices.Contains(spoken, c.Act) && slices.Contains(rare, c.Act) == apart {
			all = append(all, c)
		}
	}
	return all
}

func needs(c requests.Choice, field string) bool { return slices.Contains(c.Needs, field) }

// actWord returns the key of the text that asks the staff for an act: what the applicant does they write
// down.
func actWord(a requests.Act) string {
	switch a {
	case requests.ActSupply, requests.ActObserve, requests.ActWithdraw:
		return a.Word() + "_desk"
	}
	return a.Word()
}

// refusedRare reports whether a form among the rare steps came back.
func (p requestPage) refusedRare() bool { return slices.Contains(rare, p.Refused) }

// applicant returns who asked for r: the person, else the name that the request has.
func applicant(f ui.Frame, people map[civic.ID]crm.Mark, r requests.Request) ui.Person {
	if m, ok := people[r.Contact]; ok {
		return deskui.PersonBy(m, deskui.ContactPath(r.Contact))
	}
	if r.Applicant == "" {
		return ui.Person{Name: f.T("requests.desk.erased")}
	}
	return ui.Person{Name: r.Applicant}
}

// listed is applicant as lists are read, family name first.
func listed(f ui.Frame, people map[civic.ID]crm.Mark, r requests.Request) ui.Person {
	p := applicant(f, people, r)
	if m, ok := people[r.Contact]; ok {
		p.Name = m.Listed
	} else if r.Listed != "" {
		p.Name = r.Listed
	}
	return p
}

// applicants returns who asked for some requests, as far as the reader may know of them.
func (p *Pages) applicants(r *page.Request, some []requests.Request) (map[civic.ID]crm.Mark, error) {
	ids := deskui.ContactsOf(some, func(r requests.Request) civic.ID { return r.Contact })
	return p.CRM.Marks(r.Context(), r.Actor, ids)
}

// colleagueOptions lists who can be responsible.
func (p requestPage) colleagueOptions() []ui.Option {
	var options []ui.Option
	for _, c := range p.Colleagues {
		options = append(options, ui.Option{Value: string(c.ID),
			Label: deskui.ColleagueLabel(p.Colleagues, c.ID, c.Name)})
	}
	return options
}

// officeOptions lists the offices but the one that has it.
func (p requestPage) officeOptions() []ui.Option {
	return slices.DeleteFunc(p.Reference.OfficeOptions(""),
		func(o ui.Option) bool { return civic.ID(o.Value) == p.Office })
}

// aboutOptions lists the events that an act can be about.
func (p requestPage) aboutOptions(f ui.Frame, a requests.Act) []ui.Option {
	of := []requests.Act{requests.ActConsult}
	if a == requests.ActServe {
		of = []requests.Act{requests.ActNotice, requests.ActConsult, requests.ActAnswer, requests.ActRefuse}
	}
	var options []ui.Option
	for _, e := range p.Events {
		done := slices.ContainsFunc(p.Events, func(o requests.Event) bool { return o.Act == a && o.Of == e.ID })
		if slices.Contains(of, e.Act) && !done {
			options = append(options, ui.Option{Value: string(e.ID), Label: f.T(e.Act.Done()) + ", " +
				f.L.DateTime(e.At)})
		}
	}
	return options
}

// versionOptions lists the versions of the procedure that have begun, but the one that the request goes by.
func (p requestPage) versionOptions(f ui.Frame) []ui.Option {
	var options []ui.Option
	for _, v := range p.versions() {
		options = append(options, ui.Option{Value: strconv.Itoa(v.Number),
			Label: f.T("requests.procedure.version", civic.Args{"Number": v.Number}) + ", " +
				deskui.DayText(f.L, v.From)})
	}
	return options
}

// versions returns the versions of the procedure that the request does not go by and could.
func (p requestPage) versions() []requests.Version {
	return slices.DeleteFunc(slices.Clone(p.Procedure.Versions), func(v requests.Version) bool {
		return v.Number == p.Version || !v.Begun(requestview.Today())
	})
}

// documents returns how many files a request has.
func (p requestPage) documents() (n int) {
	for _, e := range p.Events {
		n += len(e.Files)
	}
	return n
}

// channelOptions lists the ways by which a request comes to staff.
func channelOptions(form ui.Form) []ui.Option {
	return deskui.Options(form, "crm.channel.", crm.InteractionChannels())
}

// textLabel returns the key of what the text of an act is called.
func textLabel(a requests.Act) string {
	switch a {
	case requests.ActNote:
		return "requests.field.note"
	case requests.ActSupply, requests.ActObserve, requests.ActWithdraw:
		return "requests.field.said"
	case requests.ActConsult:
		return "requests.field.opponent"
	case requests.ActReterm:
		return "requests.field.retermed"
	}
	return "requests.field.told"
}

// lead returns the key of what the form is for: it notes a conversation, too, where none was.
func (p filePage) lead() string {
	if p.RecordsCall {
		return "requests.desk.new_lead_call"
	}
	return "requests.desk.new_lead"
}

// textHint says of a text that was a note of the staff who reads it now.
func (p filePage) textHint(f ui.Frame) string {
	if p.Call.ID == "" {
		return ""
	}
	return f.T("requests.desk.text_was_note")
}

// lastSent returns what the staff last sent to who asked, when they did.
func (p requestPage) lastSent() (requests.Event, bool) {
	for _, e := range slices.Backward(p.Events) {
		if !e.Citizen && e.Act != requests.ActNote && e.Text != "" {
			return e, true
		}
	}
	return requests.Event{}, false
}

// stepID is the id of the place of an act's form: a link there unfolds what it stands in.
func stepID(a requests.Act) string { return "passo-" + string(a) }

// stepKeys are the keys of the desk for the acts that most requests need; that of ActAssign is on its link.
var stepKeys = map[requests.Act]string{requests.ActTake: "t", requests.ActAnswer: "r"}

// stepKey returns the attribute by which a key does an act, or unfolds its form.
func stepKey(a requests.Act) templ.Attributes {
	if key := stepKeys[a]; key != "" {
		return templ.Attributes{"data-key": key}
	}
	return nil
}

// possible reports whether the reader can do a now.
func (p requestPage) possible(a requests.Act) bool {
	return slices.ContainsFunc(p.Choices, func(c requests.Choice) bool { return c.Act == a && c.Blocked == nil })
}
