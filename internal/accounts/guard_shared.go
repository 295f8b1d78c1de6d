package accounts

import (
	"context"
	"iter"
	"log/slog"
	"net/netip"
	"sync/atomic"
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
	Login         string      `bson:"login,omitempty"`
	Device        string      `bson:"device,omitempty"`
	Account       string      `bson:"account,omitempty"` // that asks to confirm an address
	Address       string      `bson:"address,omitempty"` // that it asks to confirm
	Narrow        string      `bson:"narrow,omitempty"`
	Wide          string      `bson:"wide,omitempty"`
	Undoes        civic.ID    `bson:"undoes,omitempty"` // the attempt that is taken back
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
	kindProof        attemptKind = "proof"
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
// counts what the others did, so that a limit is one however many instances there are. What instances
// count within the time that one write to the store takes they do not know of each other: of attempts at
// all of them at the same moment each may let through as many as one alone would, once; the next ones,
// wherever, find all of them counted. While the store is away each holds its own.
type sharedGuard struct {
	*guard
	attempts *docstore.Collection[attempt] // nil: there is one instance alone
	// after yields the attempts after a time, in the order of theirs.
	after func(ctx context.Context, at time.Time) iter.Seq2[attempt, error]
	vault *vault.Vault
	log   *slog.Logger
	me    civic.ID

	asked atomic.Int64  // how often the store was asked so far
	turn  chan struct{} // holds one while somebody asks the store, and may use what follows
	knows int64         // the last of the questions that were answered
	since time.Time     // up to which the others were heard
	heard map[civic.ID]heardAttempt
	quiet time.Time // until then the store is not asked
}

// heardAttempt is what was counted for another instance, and how to take it back.
type heardAttempt struct {
	at   time.Time // by its own clock
	undo func()    // nil when there is nothing to take back
}

// share has g count what other instances count.
func (g *sharedGuard) share(attempts *docstore.Collection[attempt], v *vault.Vault) {
	g.attempts, g.vault, g.me, g.turn = attempts, v, docstore.NewID(), make(chan struct{}, 1)
	g.after = func(ctx context.Context, at time.Time) iter.Seq2[attempt, error] {
		since := docstore.Filter{docstore.Gt("at", at)}
		return attempts.All(ctx, docstore.Query{Filter: since, Sort: []string{"at"}})
	}
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
		g.tell(context.WithoutCancel(ctx), attempt{Kind: kindUndo, Undoes: id})
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
		return undo, g.guard.confirmation(a.Account, a.Login, a.Address, a.networks())
	case kindProof:
		return undo, g.guard.proof(a.Login, a.networks())
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

// hear counts what the others counted since the last call. One call at a time asks the store; whoever waited
// for it meanwhile need not ask again when it was asked after they came.
func (g *sharedGuard) hear(ctx context.Context) {
	if g.attempts == nil {
		return
	}
	came := g.asked.Load()
	limited, cancel := context.WithTimeout(ctx, hearPatience)
	defer cancel()
	select {
	case g.turn <- struct{}{}:
		defer func() { <-g.turn }()
	case <-limited.Done():
		return
	}
	if g.knows > came || g.now().Before(g.quiet) {
		return
	}
	question := g.asked.Add(1)
	if err := g.ask(limited); err != nil {
		if ctx.Err() != nil {
			return // nobody waits for the answer any more, which tells nothing about the store
		}
		g.quiet = g.now().Add(hearAgain)
		g.log.WarnContext(ctx, "the attempts to sign in at other instances are not known", "error", err)
		return
	}
	g.knows = question
}

// ask counts what the store has of others' attempts. What it had before an error is counted, and not read
// again. The caller has the turn.
func (g *sharedGuard) ask(ctx context.Context) error {
	now := g.now()
	for a, err := range g.after(ctx, g.since.Add(-attemptOverlap)) {
		if err != nil {
			return err
		}
		g.take(a)
		if a.At.After(g.since) && a.At.Before(now) { // a clock that is ahead must hide nobody's attempts
			g.since = a.At
		}
	}
	g.since = now
	for id, h := range g.heard {
		if h.at.Before(now.Add(-2 * attemptOverlap)) { // it is read no more, nor are most that take it back
			delete(g.heard, id)
		}
	}
	return nil
}

// take counts what another instance counted, once. The caller has the turn.
func (g *sharedGuard) take(a attempt) {
	if _, known := g.heard[a.ID]; known || a.By == g.me {
		return
	}
	h := heardAttempt{at: a.At}
	switch a.Kind {
	case kindUndo:
		if undone := g.heard[a.Undoes]; undone.undo != nil {
			undone.undo()
		}
	case kindMail:
		// what does not fit was too much elsewhere as well
		_, _ = g.guard.mail(a.Login, a.Device, a.networks())
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
func (g *sharedGuard) confirmation(
	ctx context.Context, account, login, address string, from netip.Addr,
) error {
	a := g.of(kindConfirmation, login, "", from)
	a.Account, a.Address = g.key(account), g.key(address)
	_, err := g.count(ctx, a)
	return err
}

// proof is guard.proof for all instances.
func (g *sharedGuard) proof(ctx context.Context, login string, from netip.Addr) error {
	_, err := g.count(ctx, g.of(kindProof, login, "", from))
	return err
}

// clear is guard.clear for all instances.
func (g *sharedGuard) clear(ctx context.Context, login string) {
	_, _ = g.count(ctx, attempt{Kind: kindClear, Login: g.key(login)}) // clearing never fails
}
