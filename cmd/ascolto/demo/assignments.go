package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"ascolto/forum"
	"ascolto/internal/civic"
)

// assigned is a discussion, by its place in the list, that the moderator gives to the office it is about, to
// be answered so many days from today: some are late.
type assigned struct{ Thread, Days int }

// toAnswer reports whether the n-th discussion is left for its office to answer.
func (b *builder) toAnswer(n int) bool {
	return slices.ContainsFunc(b.words.Assigned, func(a assigned) bool { return a.Thread == n })
}

// assignments has the moderator give some discussions to the offices of those who try the town, the day after
// they began.
func (b *builder) assignments(ctx context.Context) error {
	for _, a := range b.words.Assigned {
		if a.Thread >= b.size.Threads {
			continue
		}
		t, err := b.Forum.Thread(ctx, civic.ID(fmt.Sprintf("demodiscussione%09d", a.Thread)))
		if err != nil {
			return err
		}
		at, due := t.CreatedAt.AddDate(0, 0, 1), b.at(a.Days, 12)
		if due.Before(at) {
			due = at.AddDate(0, 0, 1)
		}
		in := forum.AssignInput{
			Thread: t.ID, Office: civic.ID(b.words.Threads[a.Thread].Office),
			DueOn: due.In(civic.Rome()).Format(time.DateOnly),
			Round: len(t.Assignments),
		}
		if err := b.Clock.at(at, func() error {
			_, err := b.Forum.Assign(ctx, b.moderator, in)
			return err
		}); err != nil && civic.CodeOf(err) != civic.Conflict { // answered meanwhile, by who tries the town
			return err
		}
	}
	return nil
}
