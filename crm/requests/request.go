package requests

import (
	"slices"
	"time"

	"ascolto/crm"
	"ascolto/crm/term"
	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// State is where a request stands in its life; Moves says how it gets there.
type State string

// The states.
const (
	Received     State = "received"
	InCharge     State = "in_charge"
	InfoAsked    State = "info_asked"    // the applicant has to complete it
	Suspended    State = "suspended"     // another body gives its opinion
	Forwarded    State = "forwarded"     // to another office, which has not taken it yet
	NoticeGiven  State = "notice_given"  // notice of refusal: the applicant may make observations
	ThirdParty   State = "third_party"   // counter-interested persons may object
	Answered     State = "answered"      // granted, where something was to be granted
	Refused      State = "refused"       //
	NotCompetent State = "not_competent" // another body deals with it
	Withdrawn    State = "withdrawn"     // by the applicant
)

// States lists the states in the order of a life.
func States() []State {
	return []State{Received, InCharge, InfoAsked, Suspended, Forwarded, NoticeGiven, ThirdParty, Answered,
		Refused, NotCompetent, Withdrawn}
}

// Word returns the key of the text that says s.
func (s State) Word() string { return "requests.state." + string(s) }

// Open reports whether a request in the state still waits for its end.
func (s State) Open() bool { return slices.Contains(openStates(), s) }

func openStates() []State { return States()[:slices.Index(States(), Answered)] }

// Request is what somebody asked the municipality for. What was asked never changes; what happened to it is
// in Events, from which the fields below them are derived each time one is added.
type Request struct {
	docstore.Meta `bson:",inline"`
	Number        string     `bson:"number"` // "2026-000123"
	Procedure     civic.ID   `bson:"procedure"`
	Version       int        `bson:"version"`    // of the procedure
	Name          civic.Text `bson:"name"`       // of the procedure, as it was called
	Substitute    string     `bson:"substitute"` // who decides when the office does not
	Rules         Rules      `bson:"rules"`      // of the version
	Contact       civic.ID   `bson:"contact,omitempty"`
	// what the contact was called then; of who did not sign in, what they said
	Applicant string    `bson:"applicant"`
	Listed    string    `bson:"listed,omitempty"`   // Applicant as lists are read, family name first
	SortName  string    `bson:"sortName"`           // by which lists by applicant are sorted
	Declared  *Declared `bson:"declared,omitempty"` // by who did not sign in
	// the conversation in which it was asked for, when staff wrote that down: see crm.CaseRequest
	Call       civic.ID    `bson:"call,omitempty"`
	Channel    crm.Channel `bson:"channel"`
	Subject    string      `bson:"subject"`
	Text       string      `bson:"text"`
	Grounds    string      `bson:"grounds,omitempty"` // why they ask, where they have to say
	ReceivedAt time.Time   `bson:"receivedAt"`        // from which the term counts
	Seed       string      `bson:"seed"`              // of the secret code: see Code
	Submission string      `bson:"submission,omitempty"`
	Events     []Event     `bson:"events"` // oldest first; only added to
	// its documents go into the municipality's register, as it was when it was filed
	ToRegister bool `bson:"toRegister,omitempty"`
	// when it was loaded with all that had happened by then, of which nobody is told
	LoadedAt   time.Time    `bson:"loadedAt,omitempty"`
	Registered []Registered `bson:"registered,omitempty"` // those that are there; only added to

	State           State    `bson:"state"`
	Open            bool     `bson:"open"`
	Office          civic.ID `bson:"office"`                // that deals with it
	Responsible     civic.ID `bson:"responsible,omitempty"` // the colleague; empty: nobody yet
	ResponsibleName string   `bson:"responsibleName,omitempty"`
	Group           civic.ID `bson:"group,omitempty"` // that it belongs to
	// last day of the term if nothing more happens: NoDue when unknown
	DueOn     string    `bson:"dueOn"`
	Resting   bool      `bson:"resting,omitempty"` // the term was stopped when the last event came
	ClosedAt  time.Time `bson:"closedAt,omitempty"`
	UpdatedAt time.Time `bson:"updatedAt"`

	// what follows from when offices work, too: see schedule
	Planned  int64     `bson:"planned"` // by which edition of that
	Promises []Promise `bson:"promises,omitempty"`
	Misses   []Miss    `bson:"misses,omitempty"`  // oldest first; only added to
	Raised   []Raise   `bson:"raised,omitempty"`  // likewise
	Alerted  bool      `bson:"alerted,omitempty"` // a step came to it, and it is still open
	// the accounts with the substitute power whom a step named that is of account
	Substitutes []civic.ID `bson:"substitutes,omitempty"`
	ReadersAt   time.Time  `bson:"readersAt,omitempty"` // when Substitutes last changed
	NextAt      time.Time  `bson:"nextAt"`              // when something of it is due to happen by itself
}

// NoDue is the due day of a request whose term waits, without limit, for the applicant: after every other.
const NoDue = "9999-12-31"

// Event is one thing that happened to a request.
type Event struct {
	ID      civic.ID  `bson:"id"` // the key of the form, so that sending it twice does it once
	Act     Act       `bson:"act"`
	At      time.Time `bson:"at"`
	By      civic.ID  `bson:"by,omitempty"`
	ByName  string    `bson:"byName,omitempty"`
	Citizen bool      `bson:"citizen,omitempty"` // the applicant did it
	// who did it is not known as the applicant: they had number and code
	Followed bool `bson:"followed,omitempty"`

	Text   string `bson:"text,omitempty"`   // what the applicant is told, or says
	Reason string `bson:"reason,omitempty"` // why, for the staff
	// what a refusal says of the observations
	Considered string `bson:"considered,omitempty"`

	Files []blob.Attachment `bson:"files,omitempty"` // sent with it
	// a digest of the form, by which the same one sent again is told from another with its key
	Submission string `bson:"submission,omitempty"`

	Office          civic.ID `bson:"office,omitempty"` // it goes to
	Responsible     civic.ID `bson:"responsible,omitempty"`
	ResponsibleName string   `bson:"responsibleName,omitempty"`

	Of        civic.ID  `bson:"of,omitempty"` // the event this one is about
	On        string    `bson:"on,omitempty"` // the day it was received, of ActServe and of ActObserve by staff
	Objection bool      `bson:"objection,omitempty"`
	Link      string    `bson:"link,omitempty"`  // where what was asked for is published
	Stops     term.Kind `bson:"stops,omitempty"` // as what it stops the term; empty: it does not
	Group     civic.ID  `bson:"group,omitempty"` // that it is put into
	GroupName string    `bson:"groupName,omitempty"`
	Version   int       `bson:"version,omitempty"`
	Rules     *Rules    `bson:"rules,omitempty"`   // that hold from then on, of ActReterm
	Was       string    `bson:"was,omitempty"`     // the due day before, of ActReterm
	Verdict   *Verdict  `bson:"verdict,omitempty"` // of the event that ends it

	member []civic.ID // the offices of the responsible person, when it is being added
}

// Verdict is how the term stood when a request came to its end.
type Verdict struct {
	DueOn string `bson:"dueOn"`
	Used  int    `bson:"used"` // days of the term, in its unit
	Late  bool   `bson:"late"`

	Promises []PromiseVerdict `bson:"promises,omitempty"`
}

// Due returns the due day as an instant on it.
func (v Verdict) Due() time.Time {
	day, _ := term.ParseDate(v.DueOn)
	return day.Time()
}

func requestSpec() docstore.Spec {
	return docstore.Spec{Name: "requests", Followed: true, Indexes: []docstore.Index{
		{Name: "number", Fields: []string{"number"}, Unique: true},
		{Name: "due", Fields: []string{"open", "dueOn"}},
		{Name: "office_due", Fields: []string{"office", "open", "dueOn"}},
		{Name: "responsible_due", Fields: []string{"responsible", "open", "dueOn"}},
		{Name: "state_due", Fields: []string{"state", "dueOn"}},
		{Name: "office_state_due", Fields: []string{"office", "state", "dueOn"}},
		{Name: "responsible_state_due", Fields: []string{"responsible", "state", "dueOn"}},
		{Name: "state_number", Fields: []string{"state", "number"}},
		{Name: "office_state_number", Fields: []string{"office", "state", "number"}},
		{Name: "responsible_state_number", Fields: []string{"responsible", "state", "number"}},
		{Name: "state_name", Fields: []string{"state", "sortName"}},
		{Name: "office_state_name", Fields: []string{"office", "state", "sortName"}},
		{Name: "responsible_state_name", Fields: []string{"responsible", "state", "sortName"}},
		{Name: "contact", Fields: []string{"contact", "-receivedAt"}},
		{Name: "group", Fields: []string{"group", "dueOn"}},
		{Name: "contact_office", Fields: []string{"contact", "office"}},
		{Name: "changed", Fields: []string{"updatedAt"}},
		{Name: "received", Fields: []string{"receivedAt"}},
		{Name: "office_received", Fields: []string{"office", "receivedAt"}},
		{Name: "closed", Fields: []string{"closedAt"}},
		{Name: "office_closed", Fields: []string{"office", "closedAt"}},
		{Name: "planned", Fields: []string{"open", "planned"}},
		{Name: "next", Fields: []string{"open", "nextAt"}},
		{Name: "readers", Fields: []string{"readersAt"}},
		{Name: "substitutes_due", Fields: []string{"substitutes", "open", "dueOn"}},
		{Name: "alerted_due", Fields: []string{"alerted", "dueOn"}},
		{Name: "office_alerted_due", Fields: []string{"office", "alerted", "dueOn"}},
		{Name: "responsible_alerted_due", Fields: []string{"responsible", "alerted", "dueOn"}},
	}}
}

// Late reports whether the term of r ran out before today, or had run out when r came to its end.
func (r Request) Late(now time.Time) bool {
	if v := r.Verdict(); v != nil {
		return v.Late
	}
	return r.Open && r.DueOn < now.In(civic.Rome()).Format(time.DateOnly)
}

// Verdict returns how the term stood when r came to its end, nil while it is open.
func (r Request) Verdict() *Verdict {
	for _, e := range slices.Backward(r.Events) {
		if e.Verdict != nil {
			return e.Verdict
		}
	}
	return nil
}

// event returns the last event of one of some acts, and false when there is none.
func (r Request) event(acts ...Act) (Event, bool) {
	for _, e := range slices.Backward(r.Events) {
		if slices.Contains(acts, e.Act) {
			return e, true
		}
	}
	return Event{}, false
}

// about returns the first event of an act that is about another one.
func (r Request) about(of civic.ID, act Act) (Event, bool) {
	n := slices.IndexFunc(r.Events, func(e Event) bool { return e.Act == act && e.Of == of })
	if n < 0 {
		return Event{}, false
	}
	return r.Events[n], true
}

// shownTo returns r without what by may not read: an applicant reads neither notes nor the reasons of the
// staff, nor who else was asked, nor what was noted of a call. Of a receipt the day stays, which the term
// goes by.
func (r Request) shownTo(by civic.Actor) Request {
	r.Submission, r.Seed = "", ""
	if r.Readable(by) {
		return r
	}
	r.Raised, r.Alerted, r.Substitutes, r.Call = nil, false, nil, ""
	shown := make([]Event, 0, len(r.Events))
	for _, e := range r.Events {
		switch e.Act {
		case ActNote, ActGroup, ActUngroup:
			continue
		case ActServe:
			e = Event{ID: e.ID, Act: e.Act, At: e.At, Of: e.Of, On: e.On}
		case ActConsult, ActObject:
			e.Text, e.Files = "", nil
		}
		e.Reason, e.Submission = "", ""
		shown = append(shown, e)
	}
	r.Events = shown
	return r
}

// OfficeBefore returns which office dealt with r before an event, empty when nothing came before.
func (r Request) OfficeBefore(event civic.ID) (office civic.ID) {
	for _, e := range r.Events {
		if e.ID == event {
			break
		}
		if e.Office != "" {
			office = e.Office
		}
	}
	return office
}

// asFiled returns r as it stood when it was filed, but for rules that another version has replaced since.
func (r Request) asFiled(cal Calendar) (Request, error) {
	r.Events = r.Events[:1]
	return r, r.derive(cal)
}

// derive works out what follows from the events: state, office, responsible person and due day.
func (r *Request) derive(cal Calendar) error {
	r.State, r.Office, r.Responsible, r.ResponsibleName, r.ClosedAt = "", "", "", "", time.Time{}
	r.Group = ""
	for _, e := range r.Events {
		m := moveFrom(r.State, e.Act)
		if m.To != "" {
			r.State = m.To
		}
		if e.Office != "" {
			r.Office, r.Responsible, r.ResponsibleName = e.Office, "", ""
		}
		if e.Responsible != "" {
			r.Responsible, r.ResponsibleName = e.Responsible, e.ResponsibleName
		}
		if e.Act == ActGroup || e.Act == ActUngroup {
			r.Group = e.Group
		}
		if e.Rules != nil {
			r.Rules, r.Version = *e.Rules, e.Version
		}
		r.UpdatedAt = e.At
		if m.To != "" && !m.To.Open() {
			r.ClosedAt = e.At
		}
	}
	r.Open = r.State.Open()
	return r.deriveDue(cal)
}
