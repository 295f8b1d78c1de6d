package notify

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/routine"
)

// HeldGroup is the addresses that one campaign's refusals suspended for one cause. An empty campaign stands
// for single messages.
type HeldGroup struct {
	Campaign civic.ID
	Cause    string
	Count    int
	// of them, those refused with a code that says nothing about the mailbox, and without words that were
	// kept
	Bare   int
	Latest time.Time // when the latest was suspended
}

// HeldGroups returns what is suspended by campaign and cause, the latest first.
func (s *Service) HeldGroups(ctx context.Context, by civic.Actor) ([]HeldGroup, error) {
	if err := by.Can(PermReadMail); err != nil {
		return nil, err
	}
	type key struct {
		campaign civic.ID
		cause    string
	}
	groups := map[key]*HeldGroup{}
	for h, err := range s.holds.All(ctx, docstore.Query{Filter: docstore.Filter{docstore.Eq("active", true)},
		Sort: []string{"-heldAt"}}) {
		if err != nil {
			return nil, err
		}
		g := groups[key{h.Campaign, h.Cause}]
		if g == nil {
			g = &HeldGroup{Campaign: h.Campaign, Cause: h.Cause, Latest: h.HeldAt}
			groups[key{h.Campaign, h.Cause}] = g
		}
		if g.Count++; h.bare() {
			g.Bare++
		}
	}
	out := make([]HeldGroup, 0, len(groups))
	for _, g := range groups {
		out = append(out, *g)
	}
	slices.SortFunc(out, func(a, b HeldGroup) int {
		return cmp.Or(b.Latest.Compare(a.Latest), cmp.Compare(a.Campaign, b.Campaign),
			cmp.Compare(a.Cause, b.Cause))
	})
	return out, nil
}

// bare reports whether an earlier version suspended h for a refusal that need not have been about the
// mailbox.
func (h HeldAddress) bare() bool { return h.Enhanced == "" && h.Answer == "" }

// ReleaseGroup lets campaigns write again to all addresses of a group, and returns how many those were; the
// reason is kept with each. The audit is told first, once for what is suspended now, and how many that are:
// the address that was suspended last is lifted last, so that who does it again after the program died goes
// on with the same. A colleague who goes on has a line of their own, of what was left.
func (s *Service) ReleaseGroup(ctx context.Context, by civic.Actor, g HeldGroup, reason string) (int, error) {
	if err := by.Can(PermSendCampaigns); err != nil {
		return 0, err
	}
	reason, err := releaseReason(reason)
	if err != nil {
		return 0, err
	}
	ids, latest, err := s.inGroup(ctx, g)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	at := civic.ID(strconv.FormatInt(latest.UnixMilli(), 10))
	err = s.o.Audit.Write(ctx, audit.Entry{By: by, Action: ActionHeldRelease, Object: g.Campaign,
		Detail: map[string]string{"cause": g.Cause, "suspended": strconv.Itoa(len(ids))},
		Key:    civic.Key(civic.ID(ActionHeldRelease), g.Campaign, civic.ID(g.Cause), by.Account, at)})
	if err != nil {
		return 0, err
	}
	last := len(ids) - 1
	if err := s.liftAll(ctx, ids[:last], by.Account, reason); err != nil {
		return 0, err
	}
	return len(ids), s.liftAll(ctx, ids[last:], by.Account, reason)
}

// inGroup returns the addresses that are suspended in a group, the latest last, and when that one was.
func (s *Service) inGroup(ctx context.Context, g HeldGroup) (ids []civic.ID, latest time.Time, _ error) {
	q := docstore.Query{Filter: docstore.Filter{docstore.Eq("active", true),
		docstore.Eq("campaign", g.Campaign), docstore.Eq("cause", g.Cause)}}
	for h, err := range s.holds.All(ctx, q) {
		if err != nil {
			return nil, latest, err
		}
		ids = append(ids, h.ID)
		if last := len(ids) - 1; h.HeldAt.After(latest) {
			latest = h.HeldAt
		} else if last > 0 {
			ids[last], ids[last-1] = ids[last-1], ids[last]
		}
	}
	return ids, latest, nil
}

func (s *Service) liftAll(ctx context.Context, ids []civic.ID, by civic.ID, reason string) error {
	group := routine.NewGroup(s.o.Log, "mail")
	group.SetLimit(clearParallel)
	for _, id := range ids {
		group.Go(func() error {
			_, err := s.lift(ctx, id, by, reason)
			return err
		})
	}
	return group.Wait()
}
