package requests

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"time"

	"ascolto/crm"
	"ascolto/crm/term"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/reference"
)

//go:embed data/procedures-it.json
var defaultProcedures []byte

// DefaultProcedures returns the procedures that a new installation begins with, by Italian law.
func DefaultProcedures() ([]Procedure, error) { return ParseProcedures(defaultProcedures) }

// procedureData is a procedure as a data file has it.
type procedureData struct {
	ID civic.ID `json:"id"`
	Procedure
}

// ParseProcedures reads procedures from JSON: each with an "id" and its "versions". Numbers and orders follow
// from the order in the file. A field that does not exist is an error.
func ParseProcedures(data []byte) ([]Procedure, error) {
	var file []procedureData
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&file); err != nil {
		return nil, fmt.Errorf("procedures: %w", err)
	}
	all := make([]Procedure, len(file))
	for i, d := range file {
		all[i] = d.Procedure
		all[i].ID, all[i].Order = d.ID, i+1
		for n := range all[i].Versions {
			all[i].Versions[n].Number = n + 1
		}
	}
	return all, nil
}

// Seed stores the procedures that do not exist yet; what exists is left as it is. An office that this town
// does not have stands for its first one; nothing is stored while there is none. It returns an error that
// names the procedure when one is wrong.
func (s *Service) Seed(ctx context.Context, by civic.Actor, all []Procedure) error {
	if err := by.Can(PermWriteProcedures); err != nil {
		return err
	}
	there, err := s.reference.Offices(ctx)
	if err != nil || len(there) == 0 {
		return err
	}
	offices := known(there)
	docs := make([]*Procedure, len(all))
	for i := range all {
		docs[i] = &all[i]
		for n := range all[i].Versions {
			v := &all[i].Versions[n]
			if !offices[v.Office] {
				v.Office = there[0].ID
			}
			if err := v.check(offices, s.now()); err != nil {
				return fmt.Errorf("procedure %s: %w", all[i].ID, err)
			}
		}
	}
	if _, err = s.procedures.InsertMany(ctx, docs); err != nil {
		return err
	}
	return s.record(ctx, by, ActionProcedureSave, "", "", nil)
}

// offices returns which offices there are.
func (s *Service) offices(ctx context.Context) (map[civic.ID]bool, error) {
	all, err := s.reference.Offices(ctx)
	return known(all), err
}

func known(offices []reference.Office) map[civic.ID]bool {
	all := map[civic.ID]bool{}
	for _, o := range offices {
		all[o.ID] = true
	}
	return all
}

// Procedures returns all procedures in their order.
func (s *Service) Procedures(ctx context.Context) ([]Procedure, error) {
	var all []Procedure
	for p, err := range s.procedures.All(ctx, docstore.Query{Sort: []string{"order"}, Limit: 200}) {
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// Offered returns the procedures that can be asked for today, in their order.
func (s *Service) Offered(ctx context.Context) ([]Procedure, error) {
	all, err := s.Procedures(ctx)
	offered := all[:0]
	for _, p := range all {
		if _, ok := p.On(s.today().String()); ok {
			offered = append(offered, p)
		}
	}
	return offered, err
}

// Procedure returns a procedure, or NotFound.
func (s *Service) Procedure(ctx context.Context, id civic.ID) (Procedure, error) {
	return s.procedures.Get(ctx, id)
}

// SaveProcedure adds a version to the procedure named id, or makes a new procedure when id is empty; its id
// comes from the form's key, so that a form sent twice makes one. What says the same as the latest version is
// not added. A version begins today or later, within civic.PlanYears, and not before the one it follows. It
// is joined with the versions that others added since its form was shown: v.Base tells what that showed, or
// revision of which procedure. It returns Invalid with field errors, NotFound, and *merge.Conflict[Version]
// where both changed one field; what is stored is there as the form begins with it, see Version.Next.
func (s *Service) SaveProcedure(
	ctx context.Context, by civic.Actor, formKey string, id civic.ID, revision int64, v Version,
) (Procedure, error) {
	if err := by.Can(PermWriteProcedures); err != nil {
		return Procedure{}, err
	}
	offices, err := s.offices(ctx)
	if err != nil {
		return Procedure{}, err
	}
	if err := v.check(offices, s.now()); err != nil {
		return Procedure{}, err
	}
	v.At = s.now().UTC().Truncate(time.Millisecond)
	if id == "" {
		return s.newProcedure(ctx, by, formKey, v)
	}
	return s.addVersion(ctx, by, id, revision, v, offices)
}

// changes returns what the audit says of an act about a version of a procedure.
func (p Procedure) changes(by civic.Actor, action audit.Action, version int) audit.Entry {
	return audit.Entry{By: by, Action: action, Object: p.ID,
		Detail: map[string]string{"version": strconv.Itoa(version)}}
}

func lastOfProcedure(p *Procedure) (docstore.Meta, **audit.Change) { return p.Meta, &p.Last }

func (s *Service) newProcedure(
	ctx context.Context, by civic.Actor, formKey string, v Version,
) (Procedure, error) {
	id, err := crm.FormID(formKey)
	if err != nil {
		return Procedure{}, err
	}
	if err := v.beginsFrom(s.today().String()); err != nil {
		return Procedure{}, err
	}
	v.Number = 1
	p := Procedure{Meta: docstore.Meta{ID: id}, Versions: []Version{v}, Order: int(s.now().Unix())}
	return s.procedures.Create(ctx, &p, docstore.Creation[Procedure]{
		Same: func(stored *Procedure) bool { return stored.Versions[0].same(v) },
		Effects: func(ctx context.Context, stored *Procedure, again bool) error {
			return s.audit.Entered(ctx, stored.changes(by, ActionProcedureSave, 1), again, stored.Versions[0].At)
		},
	})
}

// addVersion adds v to a procedure, joined with what others changed.
func (s *Service) addVersion(
	ctx context.Context, by civic.Actor, id civic.ID, revision int64, v Version, offices map[civic.ID]bool,
) (Procedure, error) {
	e := Procedure{Meta: docstore.Meta{ID: id}}.changes(by, ActionProcedureSave, 0)
	return audit.Edit(ctx, s.audit, s.procedures, id, e, lastOfProcedure, func(p *Procedure) error {
		if p.latestSays(v) {
			return nil
		}
		edits := p.Edits
		next, err := s.joined(by, p, revision, v, offices)
		switch {
		case err != nil:
			return err
		case p.latestSays(next):
			p.Edits = edits
			return nil
		}
		if err := next.beginsFrom(s.earliest(*p)); err != nil {
			return err
		}
		next.Number = len(p.Versions) + 1
		p.Versions = append(p.Versions, next)
		e.Detail["version"] = strconv.Itoa(next.Number)
		return nil
	})
}

// latestSays reports whether the latest version of p, which was not taken back, says the same as v.
func (p Procedure) latestSays(v Version) bool {
	latest := p.Latest()
	return latest.same(v) && !latest.Withdrawn()
}

// WithdrawVersion takes back a version of a procedure that has not begun: it will never hold, and what held
// before goes on. Done again it changes nothing. It returns NotFound for a version that there is not, and
// Conflict for one that has begun, by which requests may go.
func (s *Service) WithdrawVersion(
	ctx context.Context, by civic.Actor, id civic.ID, number int,
) (Procedure, error) {
	if err := by.Can(PermWriteProcedures); err != nil {
		return Procedure{}, err
	}
	e := Procedure{Meta: docstore.Meta{ID: id}}.changes(by, ActionProcedureWithdraw, number)
	return audit.Edit(ctx, s.audit, s.procedures, id, e, lastOfProcedure, func(p *Procedure) error {
		v, ok := p.Version(number)
		switch {
		case !ok:
			return civic.NewError(civic.NotFound, "error.not_found")
		case v.Withdrawn():
			return nil
		case v.Begun(s.today().String()):
			return civic.NewError(civic.Conflict, "requests.error.begun")
		}
		p.Versions[number-1].WithdrawnAt = s.now()
		return nil
	})
}

// earliest returns the first day on which a version that follows those of p can begin: today, or the first
// day of the latest. A day that lies too far ahead, which earlier programs took, holds nothing up: what comes
// after it stands in its place.
func (s *Service) earliest(p Procedure) string {
	today, latest := s.today().String(), p.Latest().From
	from, err := term.ParseDate(latest)
	if err != nil || p.Latest().Withdrawn() || civic.CheckPlanned(from.Time(), s.now()) != nil {
		return today
	}
	return max(today, latest)
}

// beginsFrom returns an Invalid error when v begins before a day.
func (v Version) beginsFrom(day string) error {
	if v.From >= day {
		return nil
	}
	var p civic.Problems
	at, _ := time.ParseInLocation(time.DateOnly, day, civic.Rome())
	p.Add("from", "requests.error.from", civic.Args{"Day": at})
	return p.Err()
}

// same reports whether v and o say the same.
func (v Version) same(o Version) bool {
	if len(v.Stops) == 0 && len(o.Stops) == 0 {
		v.Stops, o.Stops = nil, nil
	}
	return v.Name.Equal(o.Name) && v.Description.Equal(o.Description) && v.Documents.Equal(o.Documents) &&
		v.Fee.Equal(o.Fee) && v.From == o.From && v.Until == o.Until && v.Office == o.Office &&
		v.Substitute == o.Substitute && reflect.DeepEqual(v.Rules, o.Rules)
}
