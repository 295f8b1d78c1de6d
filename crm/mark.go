package crm

import (
	"context"

	"ascolto/internal/civic"
)

// Mark is what tells a person apart from others of the same name in a list.
type Mark struct {
	Name      string
	BirthYear int    // 0 when it is not known
	District  string // name of the district, may be empty
	Email     string // masked: "a•••@posta.example"; empty when there is none
}

// Marks returns what tells people apart, for lists that show what else is known about them. Ids that by may not read, or that are
// none, are missing. Those who may read every contact alone get marks.
func (s *Service) Marks(ctx context.Context, by civic.Actor, ids []civic.ID) (map[civic.ID]Mark, error) {
	marks := make(map[civic.ID]Mark, len(ids))
	if !by.Allowed(PermReadContacts) || len(ids) == 0 {
		return marks, nil
	}
	found, err := s.byIDs(ctx, ids)
	if err != nil {
		return nil, err
	}
	districts, err := s.Districts(ctx)
	if err != nil {
		return nil, err
	}
	names := map[civic.ID]string{}
	for _, d := range districts {
		names[d.ID] = d.Name
	}
	for _, c := range found {
		m := Mark{Name: c.DisplayName(), BirthYear: c.BirthYear, District: names[c.District]}
		if len(c.Emails) > 0 {
			m.Email = c.Emails[0].Masked()
		}
		marks[c.ID] = m
	}
	return marks, s.Shown(ctx, by, len(marks))
}
