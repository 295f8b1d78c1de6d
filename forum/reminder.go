package forum

import (
	"context"
	"errors"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// ReminderKind says what an office is told.
type ReminderKind string

// The reminders. Their words are in the catalogues, under "forum.mail.office_<kind>.subject" and ".text".
const (
	ReminderAssigned ReminderKind = "assigned" // the discussion is yours to answer
	ReminderDue      ReminderKind = "due"      // its day comes near
	ReminderLate     ReminderKind = "late"     // its day has passed
)

// Reminder is a letter to an office about a discussion that it is to answer. Its ID is made of what it is
// about, so that it is sent once however often it is queued.
type Reminder struct {
	ID     civic.ID
	Kind   ReminderKind
	Office civic.ID
	Thread civic.ID
	Title  string // of the discussion
	DueAt  time.Time
}

// When offices are reminded.
const (
	remindBefore = 3 * 24 * time.Hour
	remindAgain  = 7 * 24 * time.Hour // after the day
	remindTimes  = 8
)

func (t Thread) reminder(kind ReminderKind, occasion civic.ID) Reminder {
	return Reminder{
		ID:   civic.Key("forum", "reminder", civic.ID(kind), t.ID, occasion),
		Kind: kind, Office: t.Office, Thread: t.ID, Title: t.Title, DueAt: t.DueAt,
	}
}

// remind returns the reminder that is due about t now, and false when none is: one before the day, then one a
// week after it, for as many weeks as remindTimes. A new day is a new occasion.
func (t Thread) remind(now time.Time) (Reminder, bool) {
	if !t.Waiting || t.Office == "" || t.DueAt.IsZero() || now.Before(t.DueAt.Add(-remindBefore)) {
		return Reminder{}, false
	}
	day := civic.ID(t.DueAt.In(civic.Rome()).Format(time.DateOnly))
	if !now.After(t.DueAt) {
		return t.reminder(ReminderDue, day), true
	}
	week := int64(now.Sub(t.DueAt) / remindAgain)
	return t.reminder(ReminderLate, civic.Key(day, numeral(week))), week < remindTimes
}

// RemindDue writes to the offices whose answers are due within three days or late, and returns how many
// letters it queued. It is for a job; however often it runs, each reminder is queued once.
func (s *Service) RemindDue(ctx context.Context) (int, error) {
	n, now := 0, s.now()
	var failed error
	due := docstore.Query{
		Filter: docstore.Filter{docstore.Eq("waiting", true), docstore.Lt("dueAt", now.Add(remindBefore))},
		Sort:   []string{"dueAt"}, Limit: 500,
	}
	for t, err := range s.threads.All(ctx, due) {
		if err != nil {
			return n, err
		}
		r, ok := t.remind(now)
		if !ok || t.Reminded == r.ID {
			continue
		}
		if err := s.outbox.QueueReminder(ctx, r); err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		if _, err := s.threads.Update(ctx, t.ID,
			func(t *Thread) error { t.Reminded = r.ID; return nil }); err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		n++
	}
	return n, failed
}
