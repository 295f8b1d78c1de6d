package requests

import (
	"context"
	"slices"

	"ascolto/crm/term"
	"ascolto/internal/civic"
)

// complete checks e against the request and completes it, or returns an Invalid error that names every wrong
// field.
func (s *Service) complete(ctx context.Context, at scene, m Move, e *Event) error {
	var p civic.Problems
	if slices.Contains(m.Needs, FieldText) {
		requireText(&p, FieldText, e.Text)
	}
	if slices.Contains(m.Needs, FieldReason) {
		requireText(&p, FieldReason, e.Reason)
	}
	switch e.Act {
	case ActTake, ActAssign:
		if !slices.Contains(e.member, at.Office) && !slices.Contains(at.Substitutes, e.Responsible) {
			p.Add(FieldResponsible, "crm.error.owner_office")
		}
	case ActForward:
		if e.Office == at.Office {
			p.Add(FieldOffice, "requests.error.same_office")
		}
	case ActObject:
		about, ok := at.written(e.Of, ActConsult)
		_, done := at.about(about.ID, ActObject)
		p.Check(FieldOf, choice(ok && !done))
	case ActServe:
		at.completeServe(&p, e)
	case ActObserve:
		at.completeObserve(&p, e)
	case ActAnswer:
		if at.Rules.Publishes {
			requireText(&p, fieldLink, e.Link)
		}
	case ActRefuse:
		if _, ok := at.event(ActObserve); ok {
			requireText(&p, fieldConsidered, e.Considered)
		}
	case ActReterm:
		if err := s.completeReterm(ctx, at, &p, e); err != nil {
			return err
		}
	}
	return p.Err()
}

func (at scene) completeServe(p *civic.Problems, e *Event) {
	about, ok := at.written(e.Of, ActNotice, ActConsult, ActAnswer, ActRefuse)
	_, done := at.about(e.Of, ActServe)
	p.Check(FieldOf, choice(ok && !done))
	day, err := term.ParseDate(e.On)
	switch {
	case err != nil:
		p.Add(FieldOn, "error.date")
	case day > at.today:
		p.Add(FieldOn, "error.date.future")
	case ok && day < term.DateOf(about.At):
		p.Add(FieldOn, "requests.error.served_before")
	}
}

// completeObserve checks the day on which observations came that staff write down; those that the applicant
// makes come when they are made.
func (at scene) completeObserve(p *civic.Problems, e *Event) {
	if e.Citizen {
		e.On = ""
		return
	}
	notice, _ := at.event(ActNotice)
	day, err := term.ParseDate(e.On)
	switch {
	case err != nil:
		p.Add(FieldOn, "error.date")
	case day > at.today:
		p.Add(FieldOn, "error.date.future")
	case day < at.receipt(notice):
		p.Add(FieldOn, "requests.error.observed_before")
	}
}

// completeReterm puts the rules of another version into e, which must have begun and be able to hold what
// happened so far.
func (s *Service) completeReterm(ctx context.Context, at scene, p *civic.Problems, e *Event) error {
	procedure, err := s.procedures.Get(ctx, at.Procedure)
	if err != nil {
		return err
	}
	v, ok := procedure.Version(e.Version)
	if !ok || v.Number == at.Version || !v.Begun(at.today.String()) {
		p.Add(FieldVersion, "error.choice")
		return nil
	}
	e.Rules, e.Was = &v.Rules, at.DueOn
	then := at.Request
	then.Rules = v.Rules
	if _, err := then.clock(s.cal, at.today); err != nil {
		p.Add(FieldVersion, "requests.error.reterm")
	}
	return nil
}
