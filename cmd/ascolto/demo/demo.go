// Package demo builds an invented town through the services themselves: the same seed on the same day gives
// the same town. All its people are made up; their addresses are in example.it, which nobody can own.
package demo

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/oklog/ulid/v2"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/crm/requests/intake"
	"ascolto/crm/segment"
	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/internal/reference"
	"ascolto/internal/work"
	"ascolto/notify"
	"ascolto/surveys"
)

// Size says how much of each there is.
type Size struct{ Contacts, Interactions, Requests, Answers, Threads, Posts int }

// DefaultSize returns the size of the town that `make run` shows.
func DefaultSize() Size {
	return Size{Contacts: 5000, Interactions: 2000, Requests: 3000, Answers: 3000, Threads: 40, Posts: 600}
}

// Services are those the town is built with. They tell the time by Clock, which Build moves into the past
// where it must.
type Services struct {
	CRM       *crm.Service
	Segments  *segment.Service
	Requests  *requests.Service
	Intake    *intake.Service
	Reference *reference.Service
	Surveys   *surveys.Service
	Forum     *forum.Service
	Accounts  *accounts.Service
	Notify    *notify.Service
	Work      *work.Service
	Files     *blob.Store
	Grants    civic.Grants // of the roles, for what a colleague did and not the town
	Clock     *Clock
	Post      *Post // carries the mail of Notify
}

// Clock is the time of the town while it is built.
type Clock struct{ ahead atomic.Int64 }

// Now returns the current time, or that of the day the clock was moved to.
func (c *Clock) Now() time.Time { return civic.Now().Add(time.Duration(c.ahead.Load())) }

// at moves the clock for the time of do.
func (c *Clock) at(t time.Time, do func() error) error {
	c.ahead.Store(int64(time.Until(t)))
	defer c.ahead.Store(0)
	return do()
}

// Progress is told how far a part of the town is.
type Progress func(part string, done, all int)

// Account is one that was made, to be shown to who tries the town.
type Account struct {
	Role     civic.Role
	Name     string
	Email    string
	Password string // empty for citizens, who sign in with a code
}

//go:embed town.json
var townJSON []byte

//go:embed reference.json
var referenceJSON []byte

// Build makes the town, and returns the accounts in it. What exists already is left as it is, so that a build
// that was interrupted can be run again with the same seed on the same day.
func Build(ctx context.Context, s Services, seed uint64, size Size, progress Progress) ([]Account, error) {
	b := &builder{
		Services: s, by: civic.System("demo"), size: size, progress: progress, seed: seed,
		today: midnight(civic.Now()), staff: map[civic.ID]civic.Actor{},
	}
	if err := json.Unmarshal(townJSON, &b.words); err != nil {
		return nil, fmt.Errorf("demo: words: %w", err)
	}
	for _, part := range []struct {
		name  string
		build func(context.Context) error
	}{
		{"reference data", b.reference}, {"accounts", b.accounts}, {"contacts", b.contacts},
		{"interactions", b.interactions}, {"attachments", b.attachments}, {"requests", b.requests},
		{"mail received", b.inbound},
		{"surveys", b.surveys}, {"forum", b.forum}, {"moderation", b.moderation},
		{"assignments", b.assignments}, {"campaigns", b.campaigns},
	} {
		if err := part.build(ctx); err != nil {
			return nil, fmt.Errorf("demo: %s: %w", part.name, err)
		}
	}
	return b.made, nil
}

// builder is the state of a build.
type builder struct {
	Services
	by       civic.Actor
	size     Size
	progress Progress
	seed     uint64
	today    time.Time
	words    words
	made     []Account
	answered int // surveys were answered so many times
	operator accounts.Account
	staff    map[civic.ID]civic.Actor // who deals with requests, by office
	writer   civic.Actor              // of the past campaigns

	moderator civic.Actor
	contested []posted // posts that people reported
}

// words is town.json.
type words struct {
	Women, Men, Surnames, Streets, Organisations []string
	Interactions                                 []struct{ Subject, Office, Note string }
	Visit                                        struct {
		Subject, Note, Letter, Photo string
		Lines                        []string
	}
	Requests                   []asking
	Group                      struct{ Name, About string } // one fact that several requests are about
	Comments, Replies, Answers []string
	Areas                      []area
	Threads                    []struct{ Area, Title, Body, Office string }
	Contested                  []contested
	Assigned                   []assigned
	Staff                      []struct{ Role, Email, Name, Office string }
	Citizen                    struct{ Email, Given, Family string }
	Password                   string
	Surveys                    []survey
	Scale, Recommend           []civic.Text
	Segments                   []struct {
		Name string
		Rule segment.Rule
	}
	Campaigns []campaign
}

type area struct {
	Slug, Key, Name, Description string
	District, Office             civic.ID
	Days                         int
}

// stream returns the random numbers of one part, so that more of one part changes nothing in the others.
func (b *builder) stream(part uint64) *rand.Rand { return rand.New(rand.NewPCG(b.seed, part)) }

// tell reports progress if anybody listens.
func (b *builder) tell(part string, done, all int) {
	if b.progress != nil {
		b.progress(part, done, all)
	}
}

// midnight returns the beginning of t's day in Europe/Rome.
func midnight(t time.Time) time.Time {
	y, m, d := t.In(civic.Rome()).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, civic.Rome()).UTC()
}

// at returns an hour of the day so many days from today, as clocks in Rome show it.
func (b *builder) at(days, hour int) time.Time {
	y, m, d := b.today.In(civic.Rome()).Date()
	return time.Date(y, m, d+days, hour, 0, 0, 0, civic.Rome()).UTC()
}

// past returns an instant of the last days before today, in waking hours.
func (b *builder) past(r *rand.Rand, days int) time.Time {
	return b.at(-1-r.IntN(days), 8).Add(time.Duration(r.IntN(11*3600)) * time.Second)
}

// passing returns the instant of the n-th of so many things that came one after the other in the last days
// before today.
func (b *builder) passing(r *rand.Rand, n, of, days int) time.Time {
	return b.at(n*days/of-days, 8).Add(time.Duration(r.IntN(11*3600)) * time.Second)
}

// id returns a ULID of the given time with the stream's randomness.
func id(r *rand.Rand, at time.Time) civic.ID {
	var u ulid.ULID
	_ = u.SetTime(ulid.Timestamp(at)) // fails only beyond the year 10889
	for i := 6; i < 16; i++ {
		u[i] = byte(r.Uint32())
	}
	return civic.ID(u.String())
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// chance is true so many times in a hundred.
func chance(r *rand.Rand, percent int) bool { return r.IntN(100) < percent }

func (b *builder) reference(ctx context.Context) error {
	ref, err := reference.Parse(referenceJSON)
	if err != nil {
		return err
	}
	for i := range ref.Topics {
		for v := range ref.Topics[i].Texts {
			ref.Topics[i].Texts[v].From = b.today.AddDate(-3, 0, 0)
		}
	}
	return b.Services.Reference.Seed(ctx, b.by, ref)
}

func (b *builder) accounts(ctx context.Context) error {
	for _, s := range b.words.Staff {
		n := accounts.NewStaff{
			FormKey: fmt.Sprintf("demo-account-%s", s.Role), Email: s.Email, Name: s.Name,
			Roles: []civic.Role{civic.Role(s.Role)}, Password: b.words.Password,
		}
		if s.Office != "" {
			n.Offices = []civic.ID{civic.ID(s.Office)}
		}
		a, err := b.Accounts.CreateStaff(ctx, b.by, n)
		if err != nil {
			return fmt.Errorf("%s: %w", s.Role, err)
		}
		switch n.Roles[0] {
		case civic.Operator:
			b.operator = a
			b.staff[a.Offices[0]] = b.actor(a)
		case civic.OfficeMember, civic.OfficeHead:
			b.staff[a.Offices[0]] = b.actor(a)
		case civic.Communication:
			b.writer = b.actor(a)
		case civic.Moderator:
			b.moderator = b.actor(a)
		}
		b.made = append(b.made, Account{n.Roles[0], s.Name, s.Email, b.words.Password})
	}
	c := b.words.Citizen
	b.made = append(b.made, Account{civic.Citizen, c.Given + " " + c.Family, c.Email, ""})
	return nil
}

// actor returns who acts with a's account.
func (b *builder) actor(a accounts.Account) civic.Actor {
	return civic.NewActor(civic.Actor{Account: a.ID, Name: a.Name, Roles: a.Roles, Offices: a.Offices,
		Request: "demo"}, b.Grants)
}
