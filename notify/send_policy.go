package notify

import (
	"context"
	"sync"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// policyAge is how old the knowledge may be on which a mail is begun: so soon does a pause or a hold take
// effect.
const policyAge = 500 * time.Millisecond

// sendPolicy knows, with a short memory, whether mail may go out and which campaigns run.
type sendPolicy struct {
	mu      sync.Mutex
	at      time.Time
	held    bool
	running map[civic.ID]*Campaign
}

// look returns whether mail is held, and the campaigns that are sending.
func (s *Service) look(ctx context.Context) (held bool, running map[civic.ID]*Campaign, err error) {
	g := &s.policy
	g.mu.Lock()
	defer g.mu.Unlock()
	if age := time.Since(g.at); age >= 0 && age < policyAge {
		return g.held, g.running, nil
	}
	sw, err := s.sendingSwitch(ctx)
	if err != nil {
		return true, nil, err
	}
	now := s.now()
	running = map[civic.ID]*Campaign{}
	q := docstore.Query{Filter: docstore.Filter{docstore.Eq("state", Running)}, Sort: []string{"startAt"}}
	for c, err := range s.campaigns.All(ctx, q) {
		if err != nil {
			return true, nil, err
		}
		if !c.FrozenAt.IsZero() && !c.late(now) {
			running[c.ID] = &c
		}
	}
	g.at, g.held, g.running = time.Now(), sw.Held, running
	return g.held, g.running, nil
}

// forget makes the next look a fresh one.
func (g *sendPolicy) forget() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.at = time.Time{}
}

// runningQueues returns the queues from which campaigns may send now.
func (s *Service) runningQueues(ctx context.Context) ([]string, error) {
	held, running, err := s.look(ctx)
	if err != nil || held {
		return nil, err
	}
	var queues []string
	for id := range running {
		queues = append(queues, campaignQueue(id))
	}
	return queues, nil
}

// messageQueues returns the queue of single messages, unless mail is held.
func (s *Service) messageQueues(ctx context.Context) ([]string, error) {
	held, _, err := s.look(ctx)
	if err != nil || held {
		return nil, err
	}
	return []string{messageQueue}, nil
}

// mayStart reports whether an attempt at d may begin at this moment.
func (s *Service) mayStart(ctx context.Context, d *Delivery) bool {
	held, running, err := s.look(ctx)
	if err != nil || held {
		return false
	}
	return d.Campaign == "" || running[d.Campaign] != nil
}

// runningCampaign returns a campaign whose mail is being sent.
func (s *Service) runningCampaign(ctx context.Context, id civic.ID) (*Campaign, error) {
	if _, running, err := s.look(ctx); err == nil && running[id] != nil {
		return running[id], nil
	}
	c, err := s.campaigns.Get(ctx, id)
	return &c, err
}
