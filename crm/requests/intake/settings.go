package intake

import (
	"context"

	"ascolto/crm/requests"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// Settings say what becomes of mail by itself.
type Settings struct {
	docstore.Meta `bson:",inline"`
	// what a new mail asks for; empty: somebody of the staff says so each time
	Procedure civic.ID `bson:"procedure"`
	// that reads mails of which nobody can tell what they are, besides those who read everything
	Office civic.ID `bson:"office"`
}

// settingsID names the only document of its collection.
const settingsID civic.ID = "settings"

// Settings returns what becomes of mail by itself.
func (s *Service) Settings(ctx context.Context) (Settings, error) {
	set, err := s.settings.Get(ctx, settingsID)
	if civic.CodeOf(err) == civic.NotFound {
		return Settings{Meta: docstore.Meta{ID: settingsID}}, nil
	}
	return set, err
}

// SaveSettings says what becomes of mail that comes from now on. It returns Invalid with field errors, and
// Conflict when others changed the settings since the form was shown.
func (s *Service) SaveSettings(
	ctx context.Context, by civic.Actor, revision int64, in Settings, offices []civic.ID,
) (Settings, error) {
	if err := by.Can(requests.PermWriteProcedures); err != nil {
		return Settings{}, err
	}
	if err := s.checkSettings(ctx, in, offices); err != nil {
		return Settings{}, err
	}
	change := func(set *Settings) error {
		if set.Procedure == in.Procedure && set.Office == in.Office {
			return nil
		}
		if set.Revision != revision {
			return civic.NewError(civic.Conflict, "intake.error.overtaken")
		}
		set.Procedure, set.Office = in.Procedure, in.Office
		return nil
	}
	set, err := s.settings.Edit(ctx, settingsID, change)
	if civic.CodeOf(err) == civic.NotFound {
		set = Settings{Meta: docstore.Meta{ID: settingsID}, Procedure: in.Procedure, Office: in.Office}
		if err = s.settings.Insert(ctx, &set); civic.CodeOf(err) == civic.Conflict {
			set, err = s.settings.Edit(ctx, settingsID, change)
		}
	}
	if err != nil {
		return set, err
	}
	return set, s.o.Audit.Revised(ctx, audit.Entry{By: by, Action: ActionSettings, Object: settingsID},
		set.Revision)
}

func (s *Service) checkSettings(ctx context.Context, in Settings, offices []civic.ID) error {
	var p civic.Problems
	if in.Procedure != "" {
		procedure, err := s.o.Requests.Procedure(ctx, in.Procedure)
		if err != nil && civic.CodeOf(err) != civic.NotFound {
			return err
		}
		if _, offered := procedure.On(s.today()); err != nil || !offered {
			p.Add("procedure", "error.choice")
		}
	}
	known := in.Office == ""
	for _, id := range offices {
		known = known || id == in.Office
	}
	if !known {
		p.Add("office", "error.choice")
	}
	return p.Err()
}

// office returns the office that reads mails of which nobody can tell what they are: the one that was chosen,
// else that of the procedure.
func (s *Service) office(ctx context.Context) (civic.ID, error) {
	set, err := s.Settings(ctx)
	if err != nil || set.Office != "" || set.Procedure == "" {
		return set.Office, err
	}
	p, err := s.o.Requests.Procedure(ctx, set.Procedure)
	if civic.CodeOf(err) == civic.NotFound {
		return "", nil
	}
	v, _ := p.On(s.today())
	return v.Office, err
}

// today returns the day in Rome.
func (s *Service) today() string { return s.now().In(civic.Rome()).Format("2006-01-02") }
