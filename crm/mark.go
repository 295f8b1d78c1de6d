package crm

import (
	"context"

	"ascolto/internal/civic"
)

// Mark is what tells a person apart from others of the same name in a list.
type Mark struct {
	Name      string // empty when nobody has said it
	Listed    string // the same as lists are read, family name first
	BirthYear int    // 0 when it is not known
	District  string // name of the district, may be empty
	Email     string // masked: "a•••@posta.example"; empty when there is none
	Phone     string // masked: "•••651"; of who has no address alone
}

// Mark returns what tells c apart from others; district is the name of c's.
func (c Contact) Mark(district string) Mark {
	m := Mark{Name: c.FullName(), BirthYear: c.BirthYear, District: district}
	if m.Name != "" {
		m.Listed = c.ListName()
	}
	switch {
	case len(c.Emails) > 0:
		m.Email = c.Emails[0].Masked()
	case len(c.Phones) > 0:
		m.Phone = c.Phones[0].Masked()
	}
	return m
}

// Reach returns the address or number of m, masked.
func (m Mark) Reach() string {
	if m.Email != "" {
		return m.Email
	}
	return m.Phone
}

// Marks returns what tells people apart, for lists that show what else is known about them, and audits that
// they were shown. Ids that by may not read, or that are none, are missing: who may read the contacts of
// their offices alone gets the marks of those.
func (s *Service) Marks(ctx context.Context, by civic.Actor, ids []civic.ID) (map[civic.ID]Mark, error) {
	marks, err := s.MarksOf(ctx, by, ids)
	if err != nil {
		return nil, err
	}
	return marks, s.Shown(ctx, by, len(marks))
}

// MarksOf returns the same for a page that calls Shown itself for all the people it shows.
func (s *Service) MarksOf(ctx context.Context, by civic.Actor, ids []civic.ID) (map[civic.ID]Mark, error) {
	marks := make(map[civic.ID]Mark, len(ids))
	if len(ids) == 0 || !by.Allowed(PermReadContacts) && !by.Allowed(PermReadOwn) {
		return marks, nil
	}
	found, err := s.byIDs(ctx, ids)
	if err != nil {
		return nil, err
	}
	names, err := s.districtNames(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range found {
		if !by.Allowed(PermReadContacts) {
			if ok, err := s.dealtWith(ctx, c.ID, by.Offices); err != nil {
				return nil, err
			} else if !ok {
				continue
			}
		}
		marks[c.ID] = c.Mark(names[c.District])
	}
	return marks, nil
}

func (s *Service) districtNames(ctx context.Context) (map[civic.ID]string, error) {
	districts, err := s.reference.Districts(ctx)
	names := make(map[civic.ID]string, len(districts))
	for _, d := range districts {
		names[d.ID] = d.Name
	}
	return names, err
}
