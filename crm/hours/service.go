package hours

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/reference"
)

// PermWrite allows saying when offices work; everybody may know.
const PermWrite civic.Permission = "hours.write"

// What is written into the audit. Their object is the office, or Town.
const (
	ActionWeekSave      audit.Action = "hours.week_save"
	ActionWeekRemove    audit.Action = "hours.week_remove"
	ActionClosureSave   audit.Action = "hours.closure_save"
	ActionClosureRemove audit.Action = "hours.closure_remove"
	ActionPatronSave    audit.Action = "hours.patron_save"
)

// AuditActions lists them, in the order in which a person looks for them.
func AuditActions() []audit.Action {
	return []audit.Action{ActionWeekSave, ActionWeekRemove, ActionClosureSave, ActionClosureRemove,
		ActionPatronSave}
}

// Options is what a Service is made of.
type Options struct {
	DB        *docstore.DB
	Audit     *audit.Log
	Reference *reference.Service // the offices
}

// Service is the one way to read and change hours.
type Service struct {
	hours     *docstore.Collection[Hours]
	audit     *audit.Log
	reference *reference.Service
	kept      atomic.Pointer[keptBook]
}

// keptBook is a book as long as nothing is written.
type keptBook struct {
	edition string
	Book
}

// New returns a Service on the collection of o.DB, made where it does not exist.
func New(ctx context.Context, o Options) (s *Service, err error) {
	s = &Service{audit: o.Audit, reference: o.Reference}
	s.hours, err = docstore.Collect[Hours](ctx, o.DB, docstore.Spec{Name: "office_hours", Followed: true})
	return s, err
}

// maxHours is how many offices keep hours at most: as many as a town has.
const maxHours = 200

// Book returns all hours; those that other instances stored within two seconds.
func (s *Service) Book(ctx context.Context) (Book, error) {
	edition := docstore.Edition(s.hours)
	if k := s.kept.Load(); k != nil && edition != "" && k.edition == edition {
		return k.Book, nil
	}
	stored := map[civic.ID]Hours{}
	for h, err := range s.hours.All(ctx, docstore.Query{Limit: maxHours}) {
		if err != nil {
			return Book{}, err
		}
		stored[h.ID] = h
	}
	if _, ok := stored[Town]; !ok {
		town, err := Default()
		if err != nil {
			return Book{}, civic.Wrap(civic.Internal, "error.internal", err)
		}
		stored[Town] = town
	}
	b, err := newBook(stored)
	if err != nil {
		return Book{}, err
	}
	s.kept.Store(&keptBook{edition, b})
	return b, nil
}

// Hours returns the hours of an office, or of Town: those that it keeps, without any when it keeps none. It
// returns NotFound for an office that there is not.
func (s *Service) Hours(ctx context.Context, office civic.ID) (Hours, error) {
	if office != Town {
		if _, err := s.reference.Office(ctx, office); err != nil {
			return Hours{}, err
		}
	}
	h, err := s.hours.Get(ctx, office)
	if civic.CodeOf(err) != civic.NotFound {
		return h, err
	}
	if office == Town {
		return Default()
	}
	return Hours{Meta: docstore.Meta{ID: office}}, nil
}

// SaveWeek has an office work by a week from its first day on, in place of one that begins on the same day;
// whatever else is there stays. Shown is what the page carried, see Hours.Shown. It returns Invalid with
// field errors, NotFound for an office that there is not, and *merge.Conflict[Hours] when others changed the
// same week since.
func (s *Service) SaveWeek(
	ctx context.Context, by civic.Actor, office civic.ID, shown string, w Week,
) (Hours, error) {
	if err := w.check(civic.Now()); err != nil {
		return Hours{}, err
	}
	return s.change(ctx, by, office, change{Action: ActionWeekSave, from: w.From,
		shown: withWeek(shown, w.From), fields: weekFields(w.From), do: func(h *Hours) error {
			h.set(w)
			return atMost(len(h.Weeks), maxWeeks)
		}})
}

// RemoveWeek takes back the week that begins on a day. The first one of the town stays, for before it no
// office would have hours. Errors are those of SaveWeek.
func (s *Service) RemoveWeek(
	ctx context.Context, by civic.Actor, office civic.ID, shown, from string,
) (Hours, error) {
	return s.change(ctx, by, office, change{Action: ActionWeekRemove, from: from,
		shown: withWeek(shown, from), fields: weekFields(from), do: func(h *Hours) error {
			if office == Town && len(h.Weeks) > 0 && h.Weeks[0].From == from {
				return civic.NewError(civic.Invalid, "hours.error.last_week")
			}
			h.remove(from)
			return nil
		}})
}

// SaveClosure closes an office, or all of them, for some days, whatever other closures there are. It returns
// Invalid with field errors, and NotFound for an office that there is not.
func (s *Service) SaveClosure(
	ctx context.Context, by civic.Actor, office civic.ID, c Closure,
) (Hours, error) {
	if err := c.check(civic.Now()); err != nil {
		return Hours{}, err
	}
	return s.change(ctx, by, office, change{Action: ActionClosureSave, from: c.From, do: func(h *Hours) error {
		h.close(c)
		return atMost(len(h.Closures), maxClosures)
	}})
}

// RemoveClosure takes back a closure; it is no error when there is none. It returns NotFound for an office
// that there is not.
func (s *Service) RemoveClosure(
	ctx context.Context, by civic.Actor, office civic.ID, c Closure,
) (Hours, error) {
	return s.change(ctx, by, office, change{Action: ActionClosureRemove, from: c.From,
		do: func(h *Hours) error {
			h.reopen(c)
			return nil
		}})
}

// SavePatron says on which day the town keeps its patron's: "31/01", empty for none. Errors are those of
// SaveWeek, when others changed that day since.
func (s *Service) SavePatron(ctx context.Context, by civic.Actor, shown, day string) (Hours, error) {
	stored := ""
	if day, _ = civic.CleanLine(day, maxDay); day != "" {
		at, err := time.Parse("2/1/2006", day+"/2028") // a year with all days
		if err != nil {
			var p civic.Problems
			p.Add(PatronField, "hours.error.patron")
			return Hours{}, p.Err()
		}
		stored = at.Format("01-02")
	}
	return s.change(ctx, by, Town, change{Action: ActionPatronSave, shown: shown, fields: patronFields(),
		do: func(h *Hours) error {
			h.Patron = stored
			return nil
		}})
}

// same reports whether h and o say the same.
func (h Hours) same(o Hours) bool {
	return slices.Equal(h.Closures, o.Closures) && h.Patron == o.Patron &&
		slices.EqualFunc(h.Weeks, o.Weeks, func(a, b Week) bool {
			return a.From == b.From && slices.EqualFunc(a.Days, b.Days, func(x, y Day) bool {
				return x.Weekday == y.Weekday && slices.Equal(x.Hours, y.Hours)
			})
		})
}

func atMost(n, most int) error {
	if n <= most {
		return nil
	}
	return civic.NewErrorArgs(civic.Invalid, "hours.error.many", civic.Args{"Max": most})
}

// NewWeek returns a week from the hours of its days as people write them, by their field names
// WeekdayField(day), or an Invalid error that names every wrong field. When no day has
// any, closed says that this is meant: nobody shuts an office by leaving all days empty.
func NewWeek(from string, typed map[time.Weekday]string, closed bool) (Week, error) {
	w := Week{From: from}
	var p civic.Problems
	for _, day := range Weekdays() {
		intervals, err := ParseDay(typed[day])
		p.Check(WeekdayField(day), err)
		if len(intervals) > 0 {
			w.Days = append(w.Days, Day{day, intervals})
		}
	}
	if p.Err() == nil && len(w.Days) == 0 && !closed {
		p.Add(ClosedField, "hours.error.closed")
	}
	return w, p.Err()
}

// ClosedField is the name of the form field that says that a week without hours is meant.
const ClosedField = "closed"

// WeekdayField returns the name of the form field of a weekday's hours.
func WeekdayField(day time.Weekday) string { return civic.Field("day", weekdayNames[day]) }

var weekdayNames = [...]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}
