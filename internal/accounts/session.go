package accounts

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
	"unicode"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// How long a session lives: without use, and at all (ASVS 5.0, 7.3).
const (
	StaffIdle   = 30 * time.Minute
	StaffLife   = 12 * time.Hour
	CitizenIdle = 12 * time.Hour
	CitizenLife = 7 * 24 * time.Hour
)

const (
	touchEvery = time.Minute     // how often the use of a session is written down
	clockSkew  = 5 * time.Minute // how far the clocks of two instances may differ
)

// The ways to sign in.
const (
	ByPassword = "password"
	ByCode     = "code"
	ByOIDC     = "oidc"
)

// Session is one browser that is signed in. Its id is the hash of the token that the browser holds.
type Session struct {
	docstore.Meta `bson:",inline"`
	AccountID     civic.ID  `bson:"account"`
	Method        string    `bson:"method"`
	Level         string    `bson:"level"` // of assurance, told by an identity provider
	Agent         string    `bson:"agent"` // the browser, in a few words
	Epoch         int64     `bson:"epoch"` // of the account when the session began
	CreatedAt     time.Time `bson:"createdAt"`
	SeenAt        time.Time `bson:"seenAt"`
	Until         time.Time `bson:"until"`            // the end unless it is used again
	Ending        *ending   `bson:"ending,omitempty"` // somebody ended it, and the audit is still to be told

	Account Account `bson:"-"` // whose it is, as of now
}

func sessionSpec() docstore.Spec {
	return docstore.Spec{Name: "account_sessions", Indexes: []docstore.Index{
		{Name: "account", Fields: []string{"account", "createdAt"}},
		{Name: "until", Fields: []string{"until"}},
	}}
}

// lives returns how long sessions of the account last: unused, and at all.
func (a Account) lives() (idle, life time.Duration) {
	if a.Staff {
		return StaffIdle, StaffLife
	}
	return CitizenIdle, CitizenLife
}

func (s *Session) touch(now time.Time) {
	idle, life := s.Account.lives()
	s.SeenAt = now
	s.Until = now.Add(idle)
	if end := s.CreatedAt.Add(life); end.Before(s.Until) {
		s.Until = end
	}
}

// alive reports whether the session may be used. One that was used in the future belongs to a clock that was
// set back, and nobody can tell how long ago it really was.
func (s Session) alive(now time.Time) bool {
	return s.Ending == nil && now.Before(s.Until) && !s.SeenAt.After(now.Add(clockSkew)) &&
		s.Epoch == s.Account.Epoch && !s.Account.Disabled
}

// SignIn is what a sign-in gives to the browser.
type SignIn struct {
	Session Session
	Token   string // of the session, for its cookie
	Device  string // for the device cookie; empty leaves the cookie as it is
	Next    string // where the browser wanted to go, when the service kept it meanwhile
}

// begin starts a session of the account that was proved to be known, ends the one the browser held, and
// audits the sign-in with its evidence. Unauthenticated when the account's sessions were ended since then:
// the proof may be what somebody did away with.
func (s *Service) begin(
	ctx context.Context, known Account, method, level string, c Client, evidence []byte,
) (SignIn, error) {
	now := s.clock.now()
	a, err := s.accounts.Update(ctx, known.ID, func(a *Account) error {
		if a.Disabled {
			return civic.NewError(civic.Forbidden, "accounts.error.disabled")
		}
		if a.Epoch != known.Epoch {
			return outdated()
		}
		a.SignedInAt = now
		return nil
	})
	if err != nil {
		return SignIn{}, err
	}
	token := newToken()
	session := Session{
		Meta: docstore.Meta{ID: hashed(token)}, AccountID: a.ID, Method: method, Level: level,
		Agent: browser(c.Agent), Epoch: a.Epoch, CreatedAt: now, Account: a,
	}
	session.touch(now)
	err = s.audit.Write(ctx, audit.Entry{
		By: a.actor(c.Request), Action: ActionSignedIn, Object: a.ID, Contact: a.Contact,
		Detail: map[string]string{"method": method, "level": level}, Sealed: evidence,
	})
	if err != nil {
		return SignIn{}, err
	}
	if c.Session != "" {
		if err := s.sessions.Delete(ctx, hashed(c.Session)); err != nil {
			return SignIn{}, err
		}
	}
	if err := s.sessions.Insert(ctx, &session); err != nil {
		return SignIn{}, err
	}
	return SignIn{Session: session, Token: token}, nil
}

// Session returns the session of a browser's token with its account as of now, and counts as a use of it. It
// returns Unauthenticated when there is none or it has ended. Nothing is cached, so that the end of a session
// counts at once; a store that does not answer is an error of its own.
func (s *Service) Session(ctx context.Context, token string) (Session, error) {
	session, err := s.peek(ctx, token)
	if now := s.clock.now(); err == nil && now.Sub(session.SeenAt) >= touchEvery {
		return s.use(ctx, session, now)
	}
	return session, err
}

// peek returns what Session does without counting as a use.
func (s *Service) peek(ctx context.Context, token string) (Session, error) {
	ended := civic.NewError(civic.Unauthenticated, "error.unauthenticated")
	session, err := s.sessions.Get(ctx, hashed(token))
	if civic.CodeOf(err) == civic.NotFound {
		return Session{}, ended
	}
	if err != nil {
		return Session{}, err
	}
	if session.Ending != nil { // it goes when the audit is told: by who ends it again, or by Sweep
		return Session{}, ended
	}
	if session.Account, err = s.accounts.Get(ctx, session.AccountID); err != nil &&
		civic.CodeOf(err) != civic.NotFound {
		return Session{}, err
	}
	if err != nil || !session.alive(s.clock.now()) {
		return Session{}, cmp.Or(s.sessions.Delete(ctx, session.ID), error(ended))
	}
	return session, nil
}

// use writes down that a session is in use, unless it was ended meanwhile. Where there is no room to write,
// whoever is signed in can go on reading.
func (s *Service) use(ctx context.Context, session Session, now time.Time) (Session, error) {
	account, was := session.Account, session
	session, err := s.sessions.Update(ctx, session.ID, func(session *Session) error {
		if session.Ending != nil {
			return civic.NewError(civic.NotFound, "error.not_found")
		}
		session.Account = account
		session.touch(now)
		return nil
	})
	if civic.CodeOf(err) == civic.NotFound {
		return Session{}, civic.NewError(civic.Unauthenticated, "error.unauthenticated")
	}
	if civic.CodeOf(err) == civic.Full {
		return was, nil
	}
	session.Account = account
	return session, err
}

// Who returns who acts in the session of a browser's token, without permissions, and the session's id, which
// is no secret. It counts as a use of the session if a person asks, not if a page that is left open does by
// itself. The errors are those of Session.
func (s *Service) Who(ctx context.Context, token string, byPerson bool) (civic.Actor, string, error) {
	find := s.peek
	if byPerson {
		find = s.Session
	}
	session, err := find(ctx, token)
	if err != nil {
		return civic.Actor{}, "", err
	}
	return session.Account.actor(""), string(session.ID), nil
}

// FreshFor is how long after its sign-in a session counts as fresh.
const FreshFor = 15 * time.Minute

// Fresh reports whether by signed in to a session, named by its id, so lately that the person is surely the
// one at the browser.
func (s *Service) Fresh(ctx context.Context, by civic.Actor, id civic.ID) (bool, error) {
	session, err := s.sessions.Get(ctx, id)
	if civic.CodeOf(err) == civic.NotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	age := s.clock.now().Sub(session.CreatedAt)
	return session.AccountID == by.Account && age >= -clockSkew && age < FreshFor, nil
}

// Sessions returns the living sessions of an account, the newest first: one's own, or anybody's with
// PermManage.
func (s *Service) Sessions(ctx context.Context, by civic.Actor, account civic.ID) ([]Session, error) {
	if err := mayHandle(by, account); err != nil {
		return nil, err
	}
	a, err := s.accounts.Get(ctx, account)
	if err != nil {
		return nil, err
	}
	now := s.clock.now()
	var living []Session
	for session, err := range s.sessions.All(ctx, sessionsOf(account)) {
		if err != nil {
			return nil, err
		}
		session.Account = a
		if session.alive(now) {
			living = append(living, session)
		}
	}
	slices.Reverse(living)
	return living, nil
}

func mayHandle(by civic.Actor, account civic.ID) error {
	if by.Account != "" && by.Account == account {
		return nil
	}
	return by.Can(PermManage)
}

func sessionsOf(account civic.ID) docstore.Query {
	return docstore.Query{Filter: docstore.Filter{docstore.Eq("account", account)},
		Sort: []string{"createdAt"}, Limit: 200}
}

// dropSessions removes the sessions that the epoch of an account, or its end, has made worthless: those that
// began since go on, however late what made the epoch is completed.
func (s *Service) dropSessions(ctx context.Context, a Account) error {
	for session, err := range s.sessions.All(ctx, sessionsOf(a.ID)) {
		if err != nil {
			return err
		}
		if session.Epoch >= a.Epoch && !a.Disabled {
			continue
		}
		if err := s.end(ctx, session); err != nil {
			return err
		}
	}
	return nil
}

// browser returns what a person needs to know a browser again, "Firefox, Windows", from a User-Agent; empty
// when it says neither. Nothing else of the header is kept.
func browser(agent string) string {
	first := func(marks ...string) string {
		for i := 0; i < len(marks); i += 2 {
			if strings.Contains(agent, marks[i]) {
				return marks[i+1]
			}
		}
		return ""
	}
	name := first("Edg/", "Edge", "OPR/", "Opera", "SamsungBrowser/", "Samsung Internet", "Firefox/",
		"Firefox", "Chrome/", "Chrome", "Safari/", "Safari")
	system := first("Android", "Android", "iPhone", "iPhone", "iPad", "iPad", "Windows", "Windows",
		"Mac OS X", "macOS", "Linux", "Linux")
	return strings.TrimFunc(name+", "+system, func(r rune) bool { return r == ',' || unicode.IsSpace(r) })
}
