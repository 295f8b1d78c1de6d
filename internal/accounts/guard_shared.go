package accounts

import (
	"context"
	"log/slog"
	"net/netip"
	"sync"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/vault"
)

// attempt is what the guard of one instance counted, for the guards of the others. Who and where it was are
// digests.
type attempt struct {
	docstore.Meta `bson:",inline"`
	By            civic.ID    `bson:"by"` // the instance
	At            time.Time   `bson:"at"`
	Until         time.Time   `bson:"until"`
	Kind          attemptKind `bson:"kind"`
	Login         string      `bson:"login,omitempty"` // for an undo: the attempt that is taken back
	Device        string      `bson:"device,omitempty"`
	Narrow        string      `bson:"narrow,omitempty"`
	Wide          string      `bson:"wide,omitempty"`
}

// attemptKind says by which method of the guard it was counted.
type attemptKind string

const (
	kindAttempt      attemptKind = "attempt"
	kindFailed       attemptKind = "failed"
	kindFailedToken  attemptKind = "token"
	kindGuess        attemptKind = "guess"
	kindMail         attemptKind = "mail"
	kindConfirmation attemptKind = "confirmation"
	kindClear        attemptKind = "clear"
	kindUndo         attemptKind = "undo"
)

func attemptSpec() docstore.Spec {
	spec := briefSpec("account_attempts")
	spec.Indexes = append(spec.Indexes, docstore.Index{Name: "at", Fields: []string{"at"}})
	return spec
}

const (
	attemptPurpose = "accounts/attempt"
	attemptKept    = time.Hour        // longer than what is counted matters
	attemptOverlap = 10 * time.Second // how much the clocks of instances may differ
	hearPatience   = 2 * time.Second
	hearAgain      = time.Second // after the store did not answer
)

// sharedGuard is the guard of one of several instances that use one store. Before it counts something it
// counts what the others did, so that a limit is one however many instances there are; what is counted at
// the same moment may go over it by one an instance. While the store is away each holds its own.
type sharedGuard struct {
	*guard
	attempts *docstore.Collection[attempt] // nil: there is one instance alone
	vault    *vault.Vault
	log      *slog.Logger
	me       civic.ID

	mu    sync.Mutex
	since time.Time // up to which the others were heard
	heard map[civic.ID]heardAttempt
	quiet time.Time // until then the store is not asked
}

// heardAttempt is what was counted for another instance, and how to take it back.
type heardAttempt struct {
	at   time.Time
	undo func() // nil when there is nothing to take back
}

// share has g count what other instances count.
func (g *sharedGuard) share(attempts *docstore.Collection[attempt], v *vault.Vault) {
	g.attempts, g.vault, g.me = attempts, v, docstore.NewID()
	g.since, g.heard = g.now().Add(-attemptKept), map[civic.ID]heardAttempt{}
}

// key returns what stands for a login, device or network; the store shall not hold these.
func (g *sharedGuard) key(name string) string {
	if g.attempts == nil || name == "" {
		return name
	}
	return g.vault.Digest(attemptPurpose, name)
}

func (g *sharedGuard) networks(a netip.Addr) networks {
	p := networksOf(a)
	return networks{g.key(p.narrow), g.key(p.wide)}
}

// of returns an attempt of somebody somewhere.
func (g *sharedGuard) of(kind attemptKind, login, device string, from netip.Addr) attempt {
	p := g.networks(from)
	return attempt{Kind: kind, Login: g.key(login), Device: g.key(device), Narrow: p.narrow, Wide: p.wide}
}

func (a attempt) networks() networks { return networks{a.Narrow, a.Wide} }

// count has the guard count an attempt, after those of the others, and tells them of it.
func (g *sharedGuard) count(ctx context.Context, a attempt) (undo func(), err error) {
	g.hear(ctx)
	undoHere, err := g.apply(a)
	if err != nil || g.attempts == nil {
		return undoHere, err
	}
	id := g.tell(ctx, a)
	return func() {
		undoHere()
		g.tell(context.WithoutCancel(ctx), attempt{Kind: kindUndo, Login: string(id)})
	}, nil
}

// apply counts an attempt here and returns what takes it back.
func (g *sharedGuard) apply(a attempt) (undo func(), err error) {
	undo = func() {}
	switch a.Kind {
	case kindAttempt:
		return g.guard.attempt(a.Login, a.Device, a.networks())
	case kindGuess:
		return g.guard.guess(a.Login, a.Device, a.networks())
	case kindFailed:
		return undo, g.guard.failed(a.networks())
	case kindFailedToken:
		return undo, g.guard.failedToken(a.networks())
	case kindConfirmation:
		return undo, g.guard.confirmation(a.Device, a.Login, a.networks())
	case kindClear:
		g.guard.clear(a.Login)
	}
	return undo, nil
}

// tell stores an attempt for the others and returns its id. That it cannot be stored is only logged: it
// counts here, and what it belongs to needs the store as well.
func (g *sharedGuard) tell(ctx context.Context, a attempt) civic.ID {
	if g.attempts == nil {
		return ""
	}
	now := g.now()
	a.ID, a.By, a.At, a.Until = docstore.NewID(), g.me, now, now.Add(attemptKept)
	if err := g.attempts.Insert(ctx, &a); err != nil {
		g.log.WarnContext(ctx, "other instances do not learn of an attempt to sign in", "error", err)
	}
	return a.ID
}

// hear counts what the others counted since the last call.
func (g *sharedGuard) hear(ctx context.Context) {
	if g.attempts == nil {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	if now.Before(g.quiet) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, hearPatience)
	defer cancel()
	since := docstore.Filter{docstore.Gt("at", g.since.Add(-attemptOverlap))}
	for a, err := range g.attempts.All(ctx, docstore.Query{Filter: since, Sort: []string{"at"}}) {
		if err != nil {
			g.quiet = now.Add(hearAgain)
			g.log.WarnContext(ctx, "the attempts to sign in at other instances are not known", "error", err)
			return
		}
		g.take(a)
	}
	g.since = now
	for id, h := range g.heard {
		if now.Sub(h.at) > 2*attemptOverlap {
			delete(g.heard, id)
		}
	}
}

// take counts what another instance counted, once. The caller holds mu.
func (g *sharedGuard) take(a attempt) {
	if _, known := g.heard[a.ID]; known || a.By == g.me {
		return
	}
	h := heardAttempt{at: g.now()}
	switch a.Kind {
	case kindUndo:
		if undone := g.heard[civic.ID(a.Login)]; undone.undo != nil {
			undone.undo()
		}
	case kindMail:
		_, _ = g.guard.mail(a.Login, a.Device, a.networks()) // what does not fit was too much elsewhere as well
	default:
		h.undo, _ = g.apply(a)
	}
	g.heard[a.ID] = h
}

// attempt is guard.attempt for all instances.
func (g *sharedGuard) attempt(
	ctx context.Context, login, device string, from netip.Addr,
) (succeeded func(), err error) {
	return g.count(ctx, g.of(kindAttempt, login, device, from))
}

// guess is guard.guess for all instances.
func (g *sharedGuard) guess(
	ctx context.Context, login, device string, from netip.Addr,
) (right func(), err error) {
	return g.count(ctx, g.of(kindGuess, login, device, from))
}

// failed is guard.failed for all instances.
func (g *sharedGuard) failed(ctx context.Context, from netip.Addr) error {
	_, err := g.count(ctx, g.of(kindFailed, "", "", from))
	return err
}

// failedToken is guard.failedToken for all instances.
func (g *sharedGuard) failedToken(ctx context.Context, from netip.Addr) error {
	_, err := g.count(ctx, g.of(kindFailedToken, "", "", from))
	return err
}

// mail is guard.mail for all instances.
func (g *sharedGuard) mail(
	ctx context.Context, login, device string, from netip.Addr,
) (send bool, err error) {
	g.hear(ctx)
	a := g.of(kindMail, login, device, from)
	if send, err = g.guard.mail(a.Login, a.Device, a.networks()); err == nil {
		g.tell(ctx, a)
	}
	return send, err
}

// confirmation is guard.confirmation for all instances.
func (g *sharedGuard) confirmation(ctx context.Context, account, login string, from netip.Addr) error {
	_, err := g.count(ctx, g.of(kindConfirmation, login, account, from))
	return err
}

// clear is guard.clear for all instances.
func (g *sharedGuard) clear(ctx context.Context, login string) {
	_, _ = g.count(ctx, attempt{Kind: kindClear, Login: g.key(login)}) // clearing never fails
}
