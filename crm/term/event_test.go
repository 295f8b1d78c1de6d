package term

import (
	"errors"
	"testing"
)

func TestSuspensions(t *testing.T) {
	t.Parallel()
	cal := modena(t)
	for _, c := range []struct {
		name      string
		events    []Event
		asOf      string
		due       string
		suspended int
		resting   bool
	}{
		{"information after 18 days",
			[]Event{{Kind: Information, From: date(t, "2026-03-12"), Answer: date(t, "2026-03-30")}},
			"2026-04-10", "2026-04-20", 18, false},
		{"information after 45 days",
			[]Event{{Kind: Information, From: date(t, "2026-03-12"), Answer: date(t, "2026-04-26")}},
			"2026-04-30", "2026-05-02", 30, false},
		{"no answer at all", []Event{{Kind: Information, From: date(t, "2026-03-12")}}, "2026-06-30",
			"2026-05-02", 30, false},
		{"still waiting", []Event{{Kind: Information, From: date(t, "2026-03-12")}}, "2026-03-20",
			"2026-04-09", 8, true},
		{"refusal notice with observations",
			[]Event{{Kind: RefusalNotice, From: date(t, "2026-03-22"), Answer: date(t, "2026-03-27")}},
			"2026-04-10", "2026-04-16", 15, false},
		{"refusal notice without", []Event{{Kind: RefusalNotice, From: date(t, "2026-03-22")}}, "2026-04-10",
			"2026-04-11", 10, false},
		{"observations too late",
			[]Event{{Kind: RefusalNotice, From: date(t, "2026-03-22"), Answer: date(t, "2026-04-05")}},
			"2026-04-10", "2026-04-11", 10, false},
		{"counter-interested object on day 4",
			[]Event{{Kind: CounterInterested, From: date(t, "2026-03-10"), Receipt: date(t, "2026-03-12"),
				Answer: date(t, "2026-03-16")}}, "2026-04-01", "2026-04-07", 6, false},
		{"counter-interested say nothing",
			[]Event{{Kind: CounterInterested, From: date(t, "2026-03-10"), Receipt: date(t, "2026-03-12")}},
			"2026-04-01", "2026-04-13", 12, false},
		{"request completed: counted anew",
			[]Event{{Kind: IrregularRequest, From: date(t, "2026-03-09"), Answer: date(t, "2026-03-16")}},
			"2026-03-20", "2026-04-15", 0, false},
		{"overlapping count once", []Event{
			{Kind: Information, From: date(t, "2026-03-12"), Answer: date(t, "2026-03-30")},
			{Kind: CounterInterested, From: date(t, "2026-03-20"), Answer: date(t, "2026-03-24")},
		}, "2026-04-10", "2026-04-20", 18, false},
		{"tomorrow's event has not happened",
			[]Event{{Kind: Information, From: date(t, "2026-03-12"), Answer: date(t, "2026-03-30")}},
			"2026-03-11", "2026-04-01", 0, false},
	} {
		r, err := cal.Due(Case{Start: date(t, "2026-03-02"), Term: Term{30, Days}, Events: c.events},
			date(t, c.asOf))
		if err != nil || r.Due.String() != c.due || r.Suspended != c.suspended || r.Resting != c.resting {
			t.Errorf("%s: due %s, suspended %d, resting %t, %v; want %s, %d, %t", c.name, r.Due, r.Suspended,
				r.Resting, err, c.due, c.suspended, c.resting)
		}
		if len(r.Steps) < 3 || r.Steps[0].Key != "term.step.start" ||
			r.Steps[len(r.Steps)-1] != (Step{Key: "term.step.due", To: r.Due}) {
			t.Errorf("%s: the steps do not lead to the due date: %+v", c.name, r.Steps)
		}
	}
}

func TestEventsTheLawRefuses(t *testing.T) {
	t.Parallel()
	info := func(from, answer string) Event {
		return Event{Kind: Information, From: date(t, from), Answer: date(t, answer)}
	}
	for reason, events := range map[Reason][]Event{
		"twice":        {info("2026-03-05", "2026-03-06"), info("2026-03-10", "2026-03-11")},
		"after_due":    {info("2026-04-02", "")},
		"before_start": {info("2026-03-01", "")},
		"dates":        {info("2026-03-10", "2026-03-09")},
		"kind":         {{Kind: "coffee", From: date(t, "2026-03-10")}},
		"too_late":     {{Kind: IrregularRequest, From: date(t, "2026-03-13")}},
		"order": {{Kind: CounterInterested, From: date(t, "2026-03-12"),
			Answer: date(t, "2026-03-13")}, info("2026-03-10", "")},
	} {
		_, err := modena(t).Due(Case{Start: date(t, "2026-03-02"), Term: Term{30, Days}, Events: events},
			date(t, "2026-05-01"))
		var e *EventError
		if !errors.As(err, &e) || e.Reason != reason || e.Index != len(events)-1 {
			t.Errorf("%s: %v", reason, err)
		}
	}
}

// TestRefusalNoticeByPeriod: until 16 July 2020 the notice made the term begin again, since then it suspends.
func TestRefusalNoticeByPeriod(t *testing.T) {
	t.Parallel()
	e := []Event{{Kind: RefusalNotice, From: date(t, "2020-03-10"), Answer: date(t, "2020-03-12")}}
	r, err := National().Due(Case{Start: date(t, "2020-03-02"), Term: Term{30, Days}, Events: e},
		date(t, "2020-04-30"))
	if err != nil || r.Restarted.String() != "2020-03-12" || r.Due.String() != "2020-04-11" {
		t.Errorf("2020: %s from %s, %v", r.Due, r.Restarted, err)
	}
}

// TestRestartWhileSuspended: the request was completed while the office still waited for information of
// others, and what it asked for meanwhile stops the new term only from its beginning.
func TestRestartWhileSuspended(t *testing.T) {
	t.Parallel()
	irregular := Event{Kind: IrregularRequest, From: date(t, "2026-03-09"), Answer: date(t, "2026-03-16")}
	for _, c := range []struct {
		name      string
		events    []Event
		asOf      string
		due       string
		suspended int
		resting   bool
	}{
		{"asked before, answered after",
			[]Event{{Kind: Information, From: date(t, "2026-03-05"), Answer: date(t, "2026-03-20")},
				irregular}, "2026-03-30", "2026-04-20", 4, false},
		{"asked before, still waiting", []Event{{Kind: Information, From: date(t, "2026-03-05")}, irregular},
			"2026-03-18", "2026-04-17", 2, true},
		{"asked between",
			[]Event{irregular,
				{Kind: Information, From: date(t, "2026-03-12"), Answer: date(t, "2026-03-20")}},
			"2026-03-30", "2026-04-20", 4, false},
		{"over before",
			[]Event{irregular,
				{Kind: Information, From: date(t, "2026-03-12"), Answer: date(t, "2026-03-14")}},
			"2026-03-30", "2026-04-15", 0, false},
	} {
		r, err := National().Due(Case{Start: date(t, "2026-03-02"), Term: Term{30, Days}, Events: c.events},
			date(t, c.asOf))
		if err != nil || r.Due.String() != c.due || r.Suspended != c.suspended || r.Resting != c.resting ||
			r.Restarted != irregular.Answer {
			t.Errorf("%s: due %s, suspended %d, resting %t, restarted %s, %v", c.name, r.Due, r.Suspended,
				r.Resting, r.Restarted, err)
		}
	}
	irregular.Answer = 0
	r, err := National().Due(Case{Start: date(t, "2026-03-02"), Term: Term{30, Days},
		Events: []Event{irregular}}, date(t, "2026-03-20"))
	if err != nil || !r.Resting || r.Restarted != 0 || r.Used != 0 || r.Due.String() != "2026-04-20" {
		t.Errorf("a request that is not complete yet: %+v, %v", r, err)
	}
}

// TestEventRules: the numbers of italy.md 5.1 and 5.2, and from when they hold.
func TestEventRules(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind Kind
		on   string
		want eventRule
	}{
		{Information, "2026-01-01", eventRule{Effect: "suspend", Once: true, Cap: 30}},
		{RefusalNotice, "2020-07-17", eventRule{Effect: "suspend", Once: true, Window: 10, Tail: 10}},
		{RefusalNotice, "2020-07-16", eventRule{Effect: "restart", Once: true, Window: 10}},
		{CounterInterested, "2016-12-23", eventRule{Effect: "suspend", Window: 10}},
		{PrivacyOpinion, "2026-01-01", eventRule{Effect: "suspend", Once: true, Cap: 10}},
		{IrregularRequest, "2006-06-02", eventRule{Effect: "restart", Within: 10}},
	} {
		r := ruleFor(c.kind, date(t, c.on))
		if r == nil {
			t.Errorf("%s on %s: no rule", c.kind, c.on)
			continue
		}
		got := eventRule{Effect: r.Effect, Once: r.Once, Cap: r.Cap, Window: r.Window, Tail: r.Tail,
			Within: r.Within}
		if got != c.want || r.Source == "" {
			t.Errorf("%s on %s: %+v", c.kind, c.on, r)
		}
	}
	for kind, before := range map[Kind]string{Information: "2009-07-03", RefusalNotice: "2005-03-07",
		CounterInterested: "2016-12-22", PrivacyOpinion: "2016-12-22", IrregularRequest: "2006-06-01"} {
		if r := ruleFor(kind, date(t, before)); r != nil {
			t.Errorf("%s on %s: %+v, before it was law", kind, before, r)
		}
	}
}

func TestBadRules(t *testing.T) {
	t.Parallel()
	for _, data := range []string{
		`{`, `{"rules": [{"kind": "x", "effect": "stop", "source": "y"}]}`,
		`{"rules": [{"kind": "x", "effect": "suspend"}]}`,
		`{"rules": [{"kind": "x", "effect": "suspend", "source": "y", "from": "yesterday"}]}`,
		`{"release_after_objection": [{"days": 0, "source": "y"}]}`,
		`{"release_after_objection": [{"days": 15, "until": "2026-02-30", "source": "y"}]}`,
	} {
		if _, err := parseEvents([]byte(data)); !errors.Is(err, ErrData) {
			t.Errorf("%s: %v", data, err)
		}
	}
}
