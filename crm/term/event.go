package term

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"sync"
)

//go:embed data/suspensions-it.json
var suspensionRules []byte

// Kind is why a term stops or starts again.
type Kind string

// The kinds the law knows; data/suspensions-it.json says how each counts, and when it was in force.
const (
	// the office asks for information or certificates it does not hold
	Information       Kind = "information"
	RefusalNotice     Kind = "refusal_notice"     // notice of the obstacles to granting the request
	CounterInterested Kind = "counter_interested" // those whom civic access would harm are told
	PrivacyOpinion    Kind = "privacy_opinion"    // the data protection authority is asked, on review
	IrregularRequest  Kind = "irregular_request"  // documentary access: the request must be completed
)

// Event is one suspension or restart of a term. An office that is still waiting leaves Answer zero.
type Event struct {
	Kind    Kind
	From    Date // the day the office wrote
	Receipt Date // the day the addressee received it, where a window for answering runs from then; zero: From
	Answer  Date // the day the answer came; zero: none yet
}

// Reason is why an event cannot be.
type Reason string

// The reasons.
const (
	UnknownKind Reason = "kind"         // no rule of this kind was in force on that day
	WrongDates  Reason = "dates"        // no dates, or receipt or answer before the office wrote
	BeforeStart Reason = "before_start" // the term had not begun
	AfterDue    Reason = "after_due"    // the term had ended: there is nothing to suspend
	Twice       Reason = "twice"        // the law allows it once
	TooLate     Reason = "too_late"     // the law allows it within fewer days from the start
	Disorder    Reason = "order"        // it lies before the event given before it
)

// Reasons returns every reason there is.
func Reasons() []Reason {
	return []Reason{UnknownKind, WrongDates, BeforeStart, AfterDue, Twice, TooLate, Disorder}
}

// EventError says which event of a case cannot be, and why.
type EventError struct {
	Index  int // in Case.Events, from 0
	Reason Reason
}

// Error returns the reason and the event's place.
func (e *EventError) Error() string { return fmt.Sprintf("term: event %d: %s", e.Index+1, e.Reason) }

// Key returns the key of the text that tells the reason.
func (e *EventError) Key() string { return "term.error." + string(e.Reason) }

// eventRule says how events of a kind count while it is in force.
type eventRule struct {
	Kind   Kind   `json:"kind"`
	Effect string `json:"effect"` // "suspend" or "restart"
	From   string `json:"from"`
	Until  string `json:"until"`
	Once   bool   `json:"once"`   // at most once per case
	Cap    int    `json:"cap"`    // at most this many days are not counted
	Window int    `json:"window"` // days from receipt within which the answer must come
	Tail   int    `json:"tail"`   // days after the answer for which the term still rests
	Within int    `json:"within"` // days from the start within which the office must write
	Source string `json:"source"`
	period
}

// releaseRule says how long documents granted against an objection are held back.
type releaseRule struct {
	Days   int    `json:"days"`
	From   string `json:"from"`
	Until  string `json:"until"`
	Source string `json:"source"`
	period
}

// eventFile is data/suspensions-it.json.
type eventFile struct {
	Rules   []eventRule   `json:"rules"`
	Release []releaseRule `json:"release_after_objection"`
}

// lawOfEvents is the parsed data file; it is part of the program, and a test reads it.
var lawOfEvents = sync.OnceValue(func() *eventFile {
	f, err := parseEvents(suspensionRules)
	if err != nil {
		panic(err)
	}
	return &f
})

func parseEvents(data []byte) (eventFile, error) {
	var f eventFile
	if err := json.Unmarshal(data, &f); err != nil {
		return f, fmt.Errorf("%w: suspensions: %v", ErrData, err)
	}
	for i := range f.Rules {
		r := &f.Rules[i]
		var err error
		if r.period, err = parsePeriod(r.From, r.Until); err != nil {
			return f, fmt.Errorf("%w: %s: %v", ErrData, r.Kind, err)
		}
		if r.Effect != "suspend" && r.Effect != "restart" || r.Source == "" {
			return f, fmt.Errorf("%w: %s", ErrData, r.Kind)
		}
	}
	for i := range f.Release {
		r := &f.Release[i]
		var err error
		if r.period, err = parsePeriod(r.From, r.Until); err != nil || r.Days < 1 || r.Source == "" {
			return f, fmt.Errorf("%w: release from %q", ErrData, r.From)
		}
	}
	return f, nil
}

// ruleFor returns the rule of a kind that is in force on d, nil when there is none.
func ruleFor(k Kind, d Date) *eventRule {
	rules := lawOfEvents().Rules
	for i := range rules {
		if r := &rules[i]; r.Kind == k && r.contains(d) {
			return r
		}
	}
	return nil
}

// rest is a stretch of days that do not count: from is the day the office wrote, which still counts, until
// the last that does not.
type rest struct {
	from, until Date
	capped      bool // the law ended it, not the answer
	open        bool // still resting on the day of asking
}

func (s rest) days() int { return int(s.until - s.from) }

// rest returns the days that an event of a suspending rule takes out, seen on day asOf: an answer or a lapse
// that lies after asOf has not happened yet.
func (r *eventRule) rest(e Event, asOf Date) rest {
	limit := MaxDate // the day on which the law lets the term go on whatever happens
	switch {
	case r.Cap > 0:
		limit = e.From + Date(r.Cap)
	case r.Window > 0:
		limit = max(e.Receipt, e.From) + Date(r.Window)
	}
	s := rest{from: e.From, until: limit, capped: true}
	if e.Answer.Valid() && e.Answer <= asOf && e.Answer <= limit {
		s.until, s.capped = e.Answer+Date(r.Tail), false
	}
	if s.until > asOf {
		s.until, s.open = max(asOf, s.from), true
	}
	return s
}
