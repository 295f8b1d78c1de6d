package notify

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/reach"
	"ascolto/internal/routine"
	"ascolto/internal/vault"
	"ascolto/notify/message"
	"ascolto/notify/transport"
)

// What staff may do with campaigns and mail.
const (
	PermReadCampaigns  civic.Permission = "notify.campaign.read"
	PermWriteCampaigns civic.Permission = "notify.campaign.write" // write drafts, send them to oneself
	PermSendCampaigns  civic.Permission = "notify.campaign.send"  // schedule, pause, resume, cancel
	// kept mail, addresses on hold, the state of the outbox
	PermReadMail civic.Permission = "notify.mail.read"
	PermHoldMail civic.Permission = "notify.mail.hold" // stop and release all mail
)

// Options says what a Service works with. All but those with a default are required.
type Options struct {
	DB        *docstore.DB
	Vault     *vault.Vault
	Outbox    *Outbox
	Audience  Audience
	Topics    Topics
	Timeline  civic.Recorder
	Audit     *audit.Log
	Work      Worker // does WorkKinds
	Transport Transport
	Words     func(language string, m civic.Message) string // a text of the catalogues
	Mails     *message.Registry                             // holds MailTemplates
	// nil: nobody is told of a missed campaign, and no test is sent
	Staff Staff

	From         reach.Mailbox
	ReplyTo      string // may be empty
	Organisation string // as it signs its mail: "Comune di Modena"
	Origin       string // scheme and host of links, without a slash at the end

	PerMinute       int // campaign mails in any 60 seconds; 0: no limit
	PromptPerMinute int // single messages in any 60 seconds; 0: no limit
	Workers         int // that send campaigns; 8 when 0
	PromptWorkers   int // that send single messages; 4 when 0
	// no other process sends from this store: Run takes up at once what one that died was sending
	Alone bool
	// the domain of the addresses of people who were made up: staff may read their codes among the mail that
	// is kept; empty where nobody was
	MadeUp       string
	Limits       transport.Limits // BulkLimits when zero
	PromptLimits transport.Limits // PromptLimits when zero

	Log *slog.Logger
	Now civic.Clock // civic.Now when nil
}

// Transport carries mail away. Each worker has a connection of its own, so that a server that answers one of
// them slowly delays nobody else.
type Transport interface {
	Conn(limits transport.Limits) transport.Conn
}

// Staff knows where to write to a member of staff, and where to send them.
type Staff interface {
	// StaffMailbox returns an account's mailbox and language, or NotFound.
	StaffMailbox(ctx context.Context, account civic.ID) (reach.Mailbox, string, error)
	// CampaignLink returns the address at which staff see a campaign.
	CampaignLink(campaign civic.ID) string
}

// Service sends campaigns and single messages.
type Service struct {
	o         Options
	campaigns *docstore.Collection[Campaign]
	ledger    ledger
	holds     *docstore.Collection[HeldAddress]
	settings  *docstore.Collection[sending]
	bulk      *pool
	prompt    *pool
	letters   sync.Map // id of a running campaign → *letters
	tallies   sync.Map // id of a campaign under way that somebody looked at → *tally
	policy    sendPolicy
	streaks   streaks

	hooks hooks
}

// hooks let tests act, or fail, between the steps of a delivery, and not wait for minutes.
type hooks struct {
	step  func(step string, d *Delivery)
	waits []time.Duration
}

// at runs the hook of a step.
func (h hooks) at(step string, d *Delivery) {
	if h.step != nil {
		h.step(step, d)
	}
}

// New returns a Service that sends nothing until Run.
func New(ctx context.Context, o Options) (*Service, error) {
	if err := o.complete(); err != nil {
		return nil, err
	}
	s := &Service{o: o, ledger: o.Outbox.ledger}
	var err error
	if s.campaigns, err = docstore.Collect[Campaign](ctx, o.DB, campaignSpec()); err != nil {
		return nil, fmt.Errorf("notify: campaigns: %w", err)
	}
	if s.holds, err = docstore.Collect[HeldAddress](ctx, o.DB, heldSpec()); err != nil {
		return nil, fmt.Errorf("notify: addresses: %w", err)
	}
	if s.settings, err = openSettings(ctx, o.DB); err != nil {
		return nil, err
	}
	paces, err := docstore.Collect[paceState](ctx, o.DB, docstore.Spec{Name: "mail_paces"})
	if err != nil {
		return nil, fmt.Errorf("notify: paces: %w", err)
	}
	part := poolOptions{sender: s, connect: o.Transport.Conn, now: s.now, log: o.Log}
	bulk, prompt := part, part
	bulk.name, bulk.queues, bulk.workers, bulk.limits = "campaigns", s.runningQueues, o.Workers, o.Limits
	bulk.pace, bulk.wake = newPace(paces, "campaigns", o.PerMinute, o.Now), make(chan struct{}, 1)
	prompt.name, prompt.queues, prompt.workers, prompt.limits = "messages", s.messageQueues, o.PromptWorkers,
		o.PromptLimits
	prompt.pace, prompt.wake = newPace(paces, "messages", o.PromptPerMinute, o.Now), o.Outbox.wake
	s.bulk, s.prompt = newPool(bulk), newPool(prompt)
	return s, nil
}

func (o *Options) complete() error {
	if o.DB == nil || o.Vault == nil || o.Outbox == nil || o.Audience == nil || o.Timeline == nil ||
		o.Audit == nil ||
		o.Transport == nil || o.Work == nil || o.Words == nil || o.Mails == nil || o.Log == nil {
		return errors.New("notify: Options lack a part the service needs")
	}
	if a, err := reach.ParseAddress(o.From.Address); err != nil || a != o.From.Address {
		return fmt.Errorf("notify: the sender's address cannot be used")
	}
	if o.ReplyTo != "" {
		if _, err := reach.ParseAddress(o.ReplyTo); err != nil {
			return fmt.Errorf("notify: the address for replies cannot be used")
		}
	}
	if !strings.HasPrefix(o.Origin, "https://") && !strings.HasPrefix(o.Origin, "http://") ||
		strings.HasSuffix(o.Origin, "/") {
		return fmt.Errorf("notify: %q is not an origin of the form https://host", o.Origin)
	}
	if o.Now == nil {
		o.Now = civic.Now
	}
	if o.Workers == 0 {
		o.Workers = 8
	}
	if o.PromptWorkers == 0 {
		o.PromptWorkers = 4
	}
	if o.Limits == (transport.Limits{}) {
		o.Limits = transport.BulkLimits()
	}
	if o.PromptLimits == (transport.Limits{}) {
		o.PromptLimits = transport.PromptLimits()
	}
	return nil
}

// Enqueue keeps a single message for sending; see Outbox.
func (s *Service) Enqueue(ctx context.Context, m Message) error { return s.o.Outbox.Enqueue(ctx, m) }

// Run sends what is due until ctx ends; then it gives mails that are going out a few seconds to end, and
// returns. What is not sent by then waits for the next Run.
func (s *Service) Run(ctx context.Context) error {
	if s.o.Alone {
		if err := s.reclaimLeases(ctx); err != nil && ctx.Err() == nil {
			s.o.Log.Error("mail of the time before waits until its leases are over", "error", err)
		}
	}
	pools := routine.NewGroup(s.o.Log, "mail pools")
	for _, l := range []*pool{s.bulk, s.prompt} {
		pools.Do(func() { l.run(ctx) })
	}
	return pools.Wait()
}

func (s *Service) now() time.Time { return s.o.Now() }

// audit writes down that by did action to object; a failure is the caller's, because what is not audited must
// not happen unseen.
func (s *Service) audit(
	ctx context.Context, by civic.Actor, action audit.Action, object, contact civic.ID,
	detail map[string]string,
) error {
	return s.o.Audit.Write(ctx, audit.Entry{By: by, Action: action, Object: object, Contact: contact,
		Detail: detail})
}

// chance returns a number in [0, 1) that spreads retries.
func chance() float64 { return rand.Float64() }
