package requests

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"

	"ascolto/crm"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

//go:embed data/steps-it.json
var defaultSteps []byte

// DefaultSteps returns the steps that a new installation begins with.
func DefaultSteps() ([]Step, error) {
	var file []struct {
		ID civic.ID `json:"id"`
		Step
	}
	d := json.NewDecoder(bytes.NewReader(defaultSteps))
	d.DisallowUnknownFields()
	if err := d.Decode(&file); err != nil {
		return nil, fmt.Errorf("steps: %w", err)
	}
	all := make([]Step, len(file))
	for i, d := range file {
		all[i] = d.Step
		all[i].ID = d.ID
	}
	return all, nil
}

// SeedSteps stores the steps that do not exist yet, to come from now on; what exists is left as it is.
func (s *Service) SeedSteps(ctx context.Context, by civic.Actor, all []Step) error {
	if err := by.Can(PermWriteProcedures); err != nil {
		return err
	}
	docs := make([]*Step, len(all))
	for i := range all {
		docs[i] = &all[i]
		docs[i].Since = s.now()
	}
	_, err := s.steps.InsertMany(ctx, docs)
	return err
}

// Steps returns all steps, those of every procedure first, as they come in a life.
func (s *Service) Steps(ctx context.Context) ([]Step, error) {
	edition := docstore.Edition(s.steps)
	if k := s.keptSteps.Load(); k != nil && edition != "" && k.edition == edition {
		return slices.Clone(k.steps), nil
	}
	var all []Step
	for st, err := range s.steps.All(ctx, docstore.Query{Limit: maxSteps}) {
		if err != nil {
			return nil, err
		}
		all = append(all, st)
	}
	inOrder(all)
	s.keptSteps.Store(&keptSteps{edition, all})
	return slices.Clone(all), nil
}

// keptSteps are all steps as long as nothing is written.
type keptSteps struct {
	edition string
	steps   []Step
}

// Step returns a step, or NotFound.
func (s *Service) Step(ctx context.Context, id civic.ID) (Step, error) { return s.steps.Get(ctx, id) }

// SaveStep changes the step named id, or makes a new one when id is empty; its id comes from the form's key.
// What it would have done before does not happen any more. Of the step that tells applicants only Off can be
// changed. A changed one is joined with what others changed since its form was shown: in.Base tells what that
// showed, or revision of which step. It returns Invalid with field errors, NotFound, and
// *merge.Conflict[Step] where both changed one field.
func (s *Service) SaveStep(
	ctx context.Context, by civic.Actor, formKey string, id civic.ID, revision int64, in Step,
) (st Step, err error) {
	if err := by.Can(PermWriteProcedures); err != nil {
		return st, err
	}
	if id != "" {
		if st, err = s.steps.Get(ctx, id); err != nil {
			return st, err
		}
	}
	if st.Kind == StepSilence {
		st.Off, st.Base = in.Off, in.Base
		in = st
	} else if err := s.checkStep(ctx, &in); err != nil {
		return st, err
	}
	if id == "" {
		return s.newStep(ctx, by, formKey, in)
	}
	e := audit.Entry{By: by, Action: ActionStepSave, Object: id, Detail: map[string]string{}}
	return audit.Edit(ctx, s.audit, s.steps, id, e, lastOfStep, func(st *Step) error {
		if st.same(in) {
			return nil
		}
		now, err := st.joined(by, in, revision, s.now())
		e.Says(audit.Differences(st.facts(), now.facts()))
		*st = now
		return err
	})
}

func (s *Service) newStep(ctx context.Context, by civic.Actor, formKey string, in Step) (st Step, err error) {
	if in.ID, err = crm.FormID(formKey); err != nil {
		return in, err
	}
	all, err := s.Steps(ctx)
	if err != nil {
		return in, err
	}
	if n := len(all); n >= maxSteps && !slices.ContainsFunc(all, func(st Step) bool { return st.ID == in.ID }) {
		return in, civic.NewErrorArgs(civic.Invalid, "requests.error.step_many", civic.Args{"Max": maxSteps})
	}
	in.Since = s.now()
	sent := in
	return s.steps.Create(ctx, &in, docstore.Creation[Step]{
		Same: func(stored *Step) bool { return stored.same(sent) },
		Effects: func(ctx context.Context, stored *Step, again bool) error {
			return s.audit.Entered(ctx, audit.Entry{By: by, Action: ActionStepSave, Object: stored.ID,
				Detail: audit.Differences(nil, stored.facts())}, again, stored.Since)
		},
	})
}

// checkStep checks a step against the procedures and the staff that there are.
func (s *Service) checkStep(ctx context.Context, in *Step) error {
	all, err := s.Procedures(ctx)
	if err != nil {
		return err
	}
	procedures, staff := map[civic.ID]bool{}, map[civic.ID]bool{}
	for _, p := range all {
		procedures[p.ID] = true
	}
	colleagues, err := s.Substitutes(ctx)
	if err != nil {
		return err
	}
	for _, c := range colleagues {
		staff[c.ID] = true
	}
	return in.check(procedures, staff)
}

// Substitutes returns the colleagues who can be named as those with the substitute power.
func (s *Service) Substitutes(ctx context.Context) ([]crm.Colleague, error) {
	return s.people.Colleagues(ctx, civic.System("requests-clocks"))
}
