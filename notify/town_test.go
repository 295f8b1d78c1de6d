package notify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
	"ascolto/internal/reach"
	"ascolto/internal/reference"
	"ascolto/internal/testtown"
	"ascolto/internal/work"
	"ascolto/notify/message"
	"ascolto/notify/transport"
	"ascolto/notify/transport/transporttest"
)

// people is an audience that tests make: one segment, "tutti", of everybody.
type people struct {
	mu         sync.Mutex
	order      []civic.ID
	known      map[civic.ID]civic.Recipient
	consent    map[civic.ID]bool
	withdrawn  []string
	asked      map[civic.ID]int
	membersErr error
	interrupt  func(n int) error // called before the nth member is yielded
}

func newPeople(n int) *people {
	p := &people{known: map[civic.ID]civic.Recipient{}, consent: map[civic.ID]bool{},
		asked: map[civic.ID]int{}}
	for i := range n {
		id := civic.ID(fmt.Sprintf("c%05d", i))
		p.add(civic.Recipient{Contact: id, Address: fmt.Sprintf("persona%d@posta.example", i),
			Name: "Nicolò D'Àngelo", Language: "it",
			Fields: map[string]string{"given_name": fmt.Sprintf("Nicolò%d", i), "family_name": "D'Àngelo",
				"district": "Sant'Ànna & Borgo"}})
	}
	return p
}

func (p *people) add(r civic.Recipient) {
	p.order = append(p.order, r.Contact)
	p.known[r.Contact], p.consent[r.Contact] = r, true
}

func (p *people) Members(ctx context.Context, segment civic.ID) iter.Seq2[civic.ID, error] {
	return func(yield func(civic.ID, error) bool) {
		p.mu.Lock()
		order, fail, interrupt := slices.Clone(p.order), p.membersErr, p.interrupt
		p.mu.Unlock()
		if fail != nil {
			yield("", fail)
			return
		}
		for i, id := range order {
			var err error
			if interrupt != nil {
				err = interrupt(i)
			}
			if !yield(id, err) || err != nil {
				return
			}
		}
	}
}

func (p *people) Chosen(_ context.Context, segment civic.ID) (Chosen, error) {
	return Chosen{Name: "Tutti", Rule: "regola di " + string(segment)}, nil
}

func (p *people) Recipient(
	_ context.Context, contact, topic civic.ID, institutional bool,
) (civic.Recipient, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked[contact]++
	r, ok := p.known[contact]
	if !ok {
		return civic.Recipient{}, civic.NewError(civic.NotFound, "error.not_found")
	}
	if !institutional && !p.consent[contact] {
		return civic.Recipient{Contact: contact, Skip: "crm.skip.consent"}, nil
	}
	return r, nil
}

func (p *people) Recipients(
	ctx context.Context, contacts []civic.ID, topic civic.ID, institutional bool,
) ([]civic.Recipient, error) {
	out := make([]civic.Recipient, len(contacts))
	for i, contact := range contacts {
		r, err := p.Recipient(ctx, contact, topic, institutional)
		if err != nil {
			r = civic.Recipient{Contact: contact, Skip: skipGone, Gone: true}
		}
		out[i] = r
	}
	return out, nil
}

func (p *people) Gone(_ context.Context, contacts []civic.ID) (gone []civic.ID, _ error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, contact := range contacts {
		if _, ok := p.known[contact]; !ok {
			gone = append(gone, contact)
		}
	}
	return gone, nil
}

func (p *people) Consents(_ context.Context, contact, topic civic.ID) (bool, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.consent[contact], nil
}

func (p *people) Withdraw(_ context.Context, contact, topic civic.ID, source string) (civic.ID, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	said := fmt.Sprintf("%s %s %s", contact, topic, source)
	if p.consent[contact] {
		p.consent[contact] = false
		p.withdrawn = append(p.withdrawn, said)
	}
	if !slices.Contains(p.withdrawn, said) {
		return "", nil
	}
	return civic.ID(said), nil
}

// sink is a transport into memory. Play, when set, decides on each envelope; nil means accepted.
type sink struct {
	mu   sync.Mutex
	got  []transport.Envelope
	at   []time.Time
	play func(ctx context.Context, e transport.Envelope) *transport.Outcome
}

func (s *sink) Conn(transport.Limits) transport.Conn { return s }
func (s *sink) Close() error                         { return nil }
func (s *sink) Send(ctx context.Context, e transport.Envelope) transport.Outcome {
	s.mu.Lock()
	play := s.play
	s.mu.Unlock()
	if play != nil {
		if out := play(ctx, e); out != nil {
			return *out
		}
	}
	s.keep(e)
	return transport.Outcome{Result: transport.Accepted, Stage: transport.StageAnswer, Code: 250}
}

func (s *sink) keep(e transport.Envelope) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got = append(s.got, e)
	s.at = append(s.at, time.Now())
}

func (s *sink) mails() []transport.Envelope {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.got)
}

// perAddress counts what each address got.
func (s *sink) perAddress() map[string]int {
	n := map[string]int{}
	for _, e := range s.mails() {
		n[e.To]++
	}
	return n
}

// office is a Service with everything around it.
type office struct {
	*testtown.Ground
	*Service
	t        testing.TB
	looked   [2]atomic.Int64 // by the pool of campaigns and that of messages
	people   *people
	diary    *testtown.Timeline
	sink     *sink
	log      *logBuffer
	work     *work.Service
	writer   civic.Actor // may write drafts, not send
	sender   civic.Actor // communication office
	admin    civic.Actor
	other    civic.Actor // staff of another office
	citizen  civic.Actor
	stranger civic.Actor
}

type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// openOffice returns a service over a store of its own, with n people in its segment.
func openOffice(t testing.TB, n int, change ...func(*Options)) *office {
	t.Helper()
	return officeOn(t, storetest.Open(t), newPeople(n), change...)
}

// officeOn returns a service over a given store, as a second process would have.
func officeOn(t testing.TB, db *docstore.DB, p *people, change ...func(*Options)) *office {
	t.Helper()
	o := &office{Ground: testtown.On(t, db, testtown.Machine()), t: t, people: p, diary: &testtown.Timeline{},
		sink: &sink{}, log: &logBuffer{}}
	mails, err := message.NewRegistry(testWords, MailTemplates()...)
	if err != nil {
		t.Fatal(err)
	}
	options := Options{
		DB: db, Vault: o.Ground.Vault, Audience: p, Topics: testTopics{}, Timeline: o.diary, Audit: o.Log,
		Transport: o.sink,
		Words:     testWords, Mails: mails,
		From:         reach.Mailbox{Name: "Comune di Borgo", Address: "posta@comune.example"},
		Organisation: "Comune di Borgo", Origin: "https://ascolto.comune.example",
		Limits: transporttest.ShortLimits(), PromptLimits: transporttest.ShortLimits(),
		Log:   slog.New(slog.NewTextHandler(o.log, nil)),
		Staff: testStaff{},
	}
	for _, f := range change {
		f(&options)
	}
	o.work, err = work.New(t.Context(), work.Options{
		DB: db, Audit: o.Log, Now: options.Now, Log: options.Log, Alone: options.Alone,
	})
	if err != nil {
		t.Fatal(err)
	}
	options.Work = o.work
	if options.Outbox == nil { // it goes by the clock of the service, whatever day it is
		if options.Outbox, err = NewOutbox(t.Context(),
			OutboxOptions{DB: db, Vault: o.Ground.Vault, Now: options.Now}); err != nil {
			t.Fatal(err)
		}
	}
	if o.Service, err = New(t.Context(), options); err != nil {
		t.Fatal(err)
	}
	if err := o.work.Register(o.WorkKinds()...); err != nil {
		t.Fatal(err)
	}
	grants := civic.Grants{
		civic.Operator:      {PermReadCampaigns, PermWriteCampaigns},
		civic.Communication: {PermReadCampaigns, PermWriteCampaigns, PermSendCampaigns, PermReadMail},
		civic.Administrator: {PermReadMail, PermHoldMail},
	}
	actor := func(name string, role civic.Role) civic.Actor {
		return civic.NewActor(civic.Actor{Account: civic.ID(name), Name: name, Roles: []civic.Role{role},
			Request: "r"}, grants)
	}
	o.writer, o.sender, o.admin = actor("scrive", civic.Operator), actor("invia", civic.Communication),
		actor("admin", civic.Administrator)
	o.other, o.citizen, o.stranger = actor("altro", civic.OfficeMember), actor("cittadina", civic.Citizen),
		civic.Visitor("r")
	return o
}

// SendDue does what is due, and then the long work that campaigns need.
func (o *office) SendDue(ctx context.Context) error {
	err := o.Service.SendDue(ctx)
	for {
		more, fault := o.work.WorkOne(ctx)
		if !more || fault != nil {
			return errors.Join(err, fault)
		}
	}
}

// testWords gives a text that shows its key and gaps.
func testWords(language string, m civic.Message) string {
	s := "[" + language + ":" + m.Key
	for _, k := range []string{"Basis", "Subject", "Name", "Link", "Topic"} {
		if v, ok := m.Args[k]; ok {
			s += fmt.Sprintf(" %s=%v", k, v)
		}
	}
	return s + "]"
}

type testTopics struct{}

func (testTopics) Topic(_ context.Context, id civic.ID) (reference.Topic, error) {
	if id != "commercio" {
		return reference.Topic{}, civic.NewError(civic.NotFound, "error.not_found")
	}
	return reference.Topic{Name: civic.Text{"it": "Commercio e mercati", "en": "Trade and markets"}}, nil
}

type testStaff struct{}

func (testStaff) StaffMailbox(_ context.Context, account civic.ID) (reach.Mailbox, string, error) {
	if account == "" {
		return reach.Mailbox{}, "", civic.NewError(civic.NotFound, "error.not_found")
	}
	return reach.Mailbox{Name: "Staff", Address: string(account) + "@comune.example"}, "it", nil
}

func (testStaff) CampaignLink(campaign civic.ID) string {
	return "https://desk.comune.example/" + string(campaign)
}

func campaignInput(key civic.ID) CampaignInput {
	return CampaignInput{
		Key: key, Name: "Mercato", Segment: "tutti", Topic: "commercio", Class: Voluntary,
		Contents: map[string]Content{"it": {Subject: "Mercato a {{district|Borgo}}",
			Body: "# Mercato\n\nGentile {{given_name|cittadina/o}},\n\n- *lunedì*\n"}},
	}
}

// pause is Pause without a reason.
func (o *office) pause(ctx context.Context, by civic.Actor, id civic.ID) (Campaign, error) {
	return o.Pause(ctx, by, id, "")
}

// launch makes a campaign and schedules it to begin at once.
func (o *office) launch(key civic.ID, change ...func(*CampaignInput)) Campaign {
	o.t.Helper()
	in := campaignInput(key)
	for _, f := range change {
		f(&in)
	}
	c, err := o.CreateCampaign(context.Background(), o.sender, in)
	if err != nil {
		o.t.Fatal(err)
	}
	if c, err = o.Schedule(context.Background(), o.sender, c.ID, c.Tag(), time.Time{}, time.Time{}); err != nil {
		o.t.Fatal(err)
	}
	return c
}

// serve runs the service, and SendDue as a job would, until stop is called or the test ends.
func (o *office) serve() (stop func()) {
	o.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { _ = o.Run(ctx) })
	wg.Go(func() {
		for ctx.Err() == nil {
			if err := o.SendDue(ctx); err != nil && ctx.Err() == nil {
				o.t.Errorf("SendDue: %v", err)
			}
			select {
			case <-ctx.Done():
			case <-time.After(30 * time.Millisecond):
			}
		}
	})
	stop = sync.OnceFunc(func() { cancel(); wg.Wait() })
	o.t.Cleanup(stop)
	return stop
}

// await waits until the campaign is in one of the states.
func (o *office) await(id civic.ID, states ...CampaignState) Campaign {
	o.t.Helper()
	deadline := time.Now().Add(time.Minute)
	for time.Now().Before(deadline) {
		c, err := o.campaigns.Get(context.Background(), id)
		if err != nil {
			o.t.Fatal(err)
		}
		if slices.Contains(states, c.State) {
			return c
		}
		time.Sleep(10 * time.Millisecond)
	}
	counts, _ := o.ledger.counts(context.Background(), id)
	o.t.Fatalf("campaign never came to %v; deliveries %v\n%s", states, counts.States,
		tail(o.log.String(), 3000))
	return Campaign{}
}

// awaitThat waits until f holds.
func (o *office) awaitThat(what string, f func() bool) {
	o.t.Helper()
	deadline := time.Now().Add(time.Minute)
	for time.Now().Before(deadline) {
		if f() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	o.t.Fatalf("%s: not within a minute\n%s", what, tail(o.log.String(), 3000))
}

// looks has both pools count how often they look for what is due; to be called before they run.
func (o *office) looks() {
	for i, l := range []*pool{o.bulk, o.prompt} {
		queues := l.queues
		l.queues = func(ctx context.Context) ([]string, error) {
			o.looked[i].Add(1)
			return queues(ctx)
		}
	}
}

// awaitLooks waits until both pools have gone through what is due at least twice more: what may go out has
// begun.
func (o *office) awaitLooks() {
	o.t.Helper()
	for i, l := range []*pool{o.bulk, o.prompt} {
		before := o.looked[i].Load()
		o.awaitThat("a pool looks", func() bool {
			wakeUp(l.wake)
			return o.looked[i].Load() >= before+3 // the third begins when the second is through
		})
	}
}

// awaitIdle waits until a pool has nothing in hand.
func (o *office) awaitIdle(l *pool) {
	o.t.Helper()
	o.awaitThat("nothing is in hand", func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		return len(l.busy) == 0
	})
}

func (o *office) counts(id civic.ID) Counts {
	o.t.Helper()
	c, err := o.ledger.counts(context.Background(), id)
	if err != nil {
		o.t.Fatal(err)
	}
	return c
}

func (o *office) delivery(id civic.ID) Delivery {
	o.t.Helper()
	d, err := o.ledger.Get(context.Background(), id)
	if err != nil {
		o.t.Fatal(err)
	}
	return d
}

func tail(s string, n int) string {
	if len(s) > n {
		return s[len(s)-n:]
	}
	return s
}

// mailOf takes the mail apart that an address got.
func (o *office) mailOf(address string) message.Parsed {
	o.t.Helper()
	for _, e := range o.sink.mails() {
		if e.To == address {
			m, err := message.Parse(e.Mail)
			if err != nil {
				o.t.Fatal(err)
			}
			return m
		}
	}
	o.t.Fatalf("nothing came to %s", address)
	return message.Parsed{}
}

// headerOf returns a field of a mail.
func headerOf(m message.Parsed, name string) string {
	for _, f := range m.Header {
		if k, v, _ := strings.Cut(f, ": "); strings.EqualFold(k, name) {
			return v
		}
	}
	return ""
}
