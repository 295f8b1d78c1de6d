package accounts

import (
	"sync"
	"time"

	"ascolto/internal/civic"
)

// rate lets burst through at once, and one more each time that every has passed.
type rate struct {
	burst int
	every time.Duration
}

// limits are the figures of the guard.
type limits struct {
	attempts rate // failed attempts to sign in, of everybody together
	// failed attempts of one place: an IPv4 address or an IPv6 /64; a /56 has twice as many
	placeAttempts rate
	// of a place that may go on when everybody together may not: who does not flood is not shut out
	fresh rate
	// wrong codes at one address, of unknown browsers; beyond, each place has placeGuesses of them
	codeGuesses  rate
	placeGuesses rate
	free         int           // failed attempts at one login before waiting begins
	firstWait    time.Duration // doubles with each further one
	longestWait  time.Duration
	forget       time.Duration // a login without failures for so long is forgotten
	mails        rate          // mails asked for, by everybody together; as many that prove an address
	placeMails   rate          // by one place
	loginMails   rate          // for one login; who asks more often uses what was sent
	accountMails rate          // to confirm addresses, by one account
	// to confirm one address, by all accounts; to prove one, by all who do not sign in; of these each place has
	// placeProofs beyond
	addressMails rate
	placeProofs  rate
	moreProofs   rate // of all places together beyond addressMails
	// how many addresses or logins are told apart; beyond, newcomers are counted together
	entries int
}

func defaultLimits() limits {
	return limits{
		attempts:      rate{300, 200 * time.Millisecond},
		placeAttempts: rate{50, 10 * time.Second},
		fresh:         rate{3, time.Minute},
		codeGuesses:   rate{100, 30 * time.Second},
		placeGuesses:  rate{3, 10 * time.Minute},
		free:          5,
		firstWait:     30 * time.Second,
		longestWait:   15 * time.Minute,
		forget:        24 * time.Hour,
		mails:         rate{600, 100 * time.Millisecond},
		placeMails:    rate{60, 10 * time.Second},
		// so that of a full bucket a mail went out within five minutes: its code still holds
		loginMails:   rate{3, 5 * time.Minute},
		accountMails: rate{10, 5 * time.Minute},
		addressMails: rate{6, 10 * time.Minute},
		placeProofs:  rate{2, 30 * time.Minute},
		moreProofs:   rate{20, 10 * time.Minute},
		entries:      100_000,
	}
}

// guard slows down guessing. It lives in the process and asks no store, so that it holds while the store is
// away; what other instances count it is told (sharedGuard). Nobody is locked out for good: waits end, and a
// browser that signed in before is counted on its own (device.go), so that strangers who guess at a login
// cannot keep its owner out.
type guard struct {
	limits
	now func() time.Time

	mu           sync.Mutex
	everyAttempt bucket
	placeAttempt table[bucket]
	wait         table[wait] // by login, or by device
	everyMail    bucket
	placeMail    table[bucket]
	loginMail    table[bucket] // by login, or by device
	guesses      table[bucket] // wrong codes, by login, and by login and place

	everyProof bucket        // mails that prove an address, apart from those that sign in: who floods the
	placeProof table[bucket] // one keeps nobody from the other
	loginProof table[bucket] // by login, and by login and place

	everyToken bucket        // wrong access tokens, apart from the rest: a program with an old one must not
	placeToken table[bucket] // keep out the people behind the same address
}

func newGuard(now func() time.Time, l limits) *guard {
	return &guard{
		limits: l, now: now,
		placeAttempt: newTable(l.entries,
			func(b bucket, now time.Time) bool { return b.level(l.placeAttempts, now) == 0 }),
		wait: newTable(l.entries,
			func(w wait, now time.Time) bool { return now.Sub(w.last) >= l.forget }),
		placeMail: newTable(l.entries,
			func(b bucket, now time.Time) bool { return b.level(l.placeMails, now) == 0 }),
		loginMail: newTable(l.entries,
			func(b bucket, now time.Time) bool { return b.level(l.addressMails, now) == 0 }),
		placeProof: newTable(l.entries,
			func(b bucket, now time.Time) bool { return b.level(l.placeMails, now) == 0 }),
		loginProof: newTable(l.entries,
			func(b bucket, now time.Time) bool { return b.level(l.placeProofs, now) == 0 }),
		guesses: newTable(l.entries,
			func(b bucket, now time.Time) bool { return b.level(l.placeGuesses, now) == 0 }),
		placeToken: newTable(l.entries,
			func(b bucket, now time.Time) bool { return b.level(l.placeAttempts, now) == 0 }),
	}
}

// attempt counts an attempt to sign in as failed and returns the function that takes it back when it
// succeeded; Limited when there were too many. Counting first leaves no gap for attempts side by side. Device
// is empty when the browser is unknown.
func (g *guard) attempt(login, device string, where networks) (succeeded func(), err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	if device != "" {
		w := g.wait.at("device/"+device, now)
		if !w.fail(g.limits, now) {
			return nil, limited()
		}
		return g.locked(func() { *w = wait{} }), nil
	}
	from := g.attemptsFrom(where, now)
	w := g.wait.at("login/"+login, now)
	if !from.fit(now) || !w.fail(g.limits, now) {
		return nil, limited()
	}
	undo := from.fill(now)
	return g.locked(func() {
		undo()
		*w = wait{}
	}), nil
}

// failed counts a try of a secret that nobody has, or of which the store could not tell; Limited when there
// were too many. Whoever has the secret is never counted.
func (g *guard) failed(where networks) error { return g.count(g.attemptsFrom, where) }

// failedToken counts a try of an access token that nobody has, as failed does.
func (g *guard) failedToken(where networks) error { return g.count(g.tokensFrom, where) }

func (g *guard) count(of func(networks, time.Time) sources, where networks) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	from := of(where, now)
	if !from.fit(now) {
		return limited()
	}
	from.fill(now)
	return nil
}

// guess counts a code that is tried at a login as wrong and returns the function that takes it back when it
// was right; Limited when there were too many. A browser that signed in before has guesses of its own: it may
// stand in a library, or at who left. When strangers tried too many codes at the login, each place still has
// a few tries: they slow themselves down, and not the login's owner.
func (g *guard) guess(login, device string, where networks) (right func(), err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	if device != "" {
		return g.guessOn(device, now)
	}
	at, here := g.guesses.at("login/"+login, now), g.guesses.at("place/"+where.wide+"/"+login, now)
	from := g.attemptsFrom(where, now).alone()
	if !from.fit(now) || !at.fits(g.codeGuesses, now) && !here.fits(g.placeGuesses, now) {
		return nil, limited()
	}
	undo := from.and(counted{here, g.placeGuesses}).fill(now)
	if at.fits(g.codeGuesses, now) {
		at.fill(g.codeGuesses, now)
	}
	return g.locked(undo), nil
}

// guessOn counts a code that is tried in a browser that signed in before.
func (g *guard) guessOn(device string, now time.Time) (right func(), err error) {
	b := g.guesses.at("device/"+device, now)
	if !b.fits(g.codeGuesses, now) {
		return nil, limited()
	}
	b.fill(g.codeGuesses, now)
	return g.locked(func() { *b = bucket{} }), nil
}

// mail counts a mail asked for and returns whether it is to be sent: not when the login was sent enough of
// them, the newest of which is then still good. Limited when the place, or everybody together, asked for too
// many. An empty login counts for the place alone. A browser that signed in with the login before has mails
// of its own; where its place asked for too many, it has a few more, that count against nobody else.
func (g *guard) mail(login, device string, where networks) (send bool, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	from := g.mailsFrom(where, now)
	if !from.fit(now) && device != "" {
		from = g.knownMails(login, where, now)
	}
	if !from.fit(now) {
		return false, limited()
	}
	from.fill(now)
	if login != "" {
		key := "login/" + login
		if device != "" {
			key = "device/" + device
		}
		to := g.loginMail.at(key, now)
		if !to.fits(g.loginMails, now) {
			return false, nil
		}
		to.fill(g.loginMails, now)
	}
	return true, nil
}

// knownMails is what a browser that signed in with a login before is counted against where its place asked
// for too many: all that are known by the login together, however often somebody signed in to be known anew,
// and all known ones of the place.
func (g *guard) knownMails(login string, where networks, now time.Time) sources {
	return sources{own: []counted{
		{g.loginMail.at("known/"+login, now), g.loginMails},
		{g.placeMail.at("known/"+where.wide, now), g.placeMails},
	}}
}

// confirmation counts a mail by which an account asks to confirm an address; Limited when it asked for too
// many, or all accounts together did for the address: it may be a stranger's mailbox. login stands for both,
// address for itself, apart from the mails by which its owner signs in.
func (g *guard) confirmation(account, login, address string, where networks) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	from := g.mailsFrom(where, now).and(
		counted{g.loginMail.at("account/"+account, now),
			g.accountMails}, counted{g.loginMail.at("confirm/"+login, now), g.loginMails})
	if address != "" { // an instance of an earlier version does not tell it
		from = from.and(counted{g.loginMail.at("confirm/"+address, now), g.addressMails})
	}
	if !from.fit(now) {
		return limited()
	}
	from.fill(now)
	return nil
}

// proof counts a mail by which somebody who does not sign in is asked to prove an address; Limited when their
// place asked for too many, or everybody together did for the address. Nothing of it counts against who signs
// in. When strangers asked for too many at the address, each place still has a few: they slow themselves
// down, and not the address's owner. What all places get so has a bound, too: nobody's mailbox is flooded.
func (g *guard) proof(login string, where networks) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	from := g.proofsFrom(where, now)
	at := g.loginProof.at("login/"+login, now)
	here := g.loginProof.at("place/"+where.wide+"/"+login, now)
	more := g.loginProof.at("more/"+login, now)
	ofAll := at.fits(g.addressMails, now)
	ofPlace := here.fits(g.placeProofs, now) && (ofAll || more.fits(g.moreProofs, now))
	if !from.fit(now) || !ofAll && !ofPlace {
		return limited()
	}
	from.fill(now)
	if ofAll {
		at.fill(g.addressMails, now)
	} else {
		more.fill(g.moreProofs, now)
	}
	if ofPlace {
		here.fill(g.placeProofs, now)
	}
	return nil
}

// clear forgets the failures at a login and the mails sent to it, once its owner has proved to be it.
func (g *guard) clear(login string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	*g.wait.at("login/"+login, now) = wait{}
	*g.loginMail.at("login/"+login, now) = bucket{}
	*g.guesses.at("login/"+login, now) = bucket{}
}

func (g *guard) locked(f func()) func() {
	return func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		f()
	}
}

func limited() error { return civic.NewError(civic.Limited, "accounts.error.limited") }
