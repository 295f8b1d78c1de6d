// Package app is the wiring: it opens every part over the others, adapts what one asks of another, and keeps
// the timetable. The command and the tests of pages both stand on it.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"slices"

	"ascolto/crm"
	"ascolto/crm/hours"
	"ascolto/crm/privacy"
	"ascolto/crm/requests"
	"ascolto/crm/requests/intake"
	"ascolto/crm/segment"
	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/internal/audit"
	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/migrate"
	"ascolto/internal/reference"
	"ascolto/internal/sitepage"
	"ascolto/internal/vault"
	"ascolto/internal/work"
	"ascolto/notify"
	"ascolto/notify/message"
	"ascolto/notify/transport"
	"ascolto/search"
	"ascolto/surveys"
	"ascolto/web"
	"ascolto/web/locale"
)

// App is the program put together: every service, joined with those it needs. Nothing here decides anything.
type App struct {
	web.Services
	DB         *docstore.DB
	Forms      *migrate.Migrator
	Vault      *vault.Vault
	Outbox     *notify.Outbox
	Kept       *transport.Files // where mail is kept when there is no server for it; else nil
	Catalogues *locale.Catalogues
	Log        *slog.Logger
	Origin     string // where citizens reach the site

	config    Config
	now       civic.Clock
	backUp    func(ctx context.Context, folder string) error
	owned     bool // the store was opened here, and is closed here
	letters   Letters
	mails     *message.Registry
	transport notify.Transport
	bucket    *blob.S3 // where uploads are kept when not in the data folder; else nil
}

// Letters writes the mails that accounts and the forum ask for.
type Letters interface {
	accounts.Mailer
	forum.Outbox
}

// Options is what is given to the program besides its settings.
type Options struct {
	Origin string           // where citizens reach the site
	Log    *slog.Logger     // where it says what it does
	Now    civic.Clock      // the time the services go by; nil: the real one
	Mail   notify.Transport // the way mail takes; nil: as the settings say
	// who writes single mails; nil: the program, from its catalogues, through its outbox
	Letters Letters
	DB      *docstore.DB // nil: the one of the settings, opened and closed with the program

	// BackUp fills a folder, which is there and empty, with a backup of the store before it is upgraded.
	BackUp func(ctx context.Context, folder string) error
}

// Open opens store, index and services in the order in which they need each other. What it opened is closed
// again when it returns an error.
func Open(ctx context.Context, c Config, o Options) (_ *App, err error) {
	a, err := OpenStore(ctx, c, o)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.Close())
		}
	}()
	for _, open := range []func(context.Context) error{
		a.upgrade, a.openIndex, a.openFiles, a.openMail, a.openServices, a.openNotify, a.openPersonal,
	} {
		if err := open(ctx); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// OpenStore opens the store alone, in whatever form it has. It returns an error when a newer program wrote
// it.
func OpenStore(ctx context.Context, c Config, o Options) (_ *App, err error) {
	a := &App{
		config: c, Origin: o.Origin, Log: o.Log, now: o.Now, transport: o.Mail, letters: o.Letters, DB: o.DB,
		backUp: o.BackUp,
	}
	if a.now == nil {
		a.now = civic.Now
	}
	if a.letters == nil {
		a.letters = letters{a}
	}
	if err := a.openStore(ctx); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

func (a *App) openStore(ctx context.Context) (err error) {
	if err := os.MkdirAll(a.config.Data, 0o700); err != nil {
		return fmt.Errorf("ASCOLTO_DATA: %w", err)
	}
	if a.DB == nil {
		o := docstore.Options{URI: a.config.DB, Path: filepath.Join(a.config.Data, StoreFile), Log: a.Log}
		if a.DB, err = docstore.Open(ctx, o); err != nil {
			return err
		}
		a.owned = true
	}
	if a.Vault, err = OpenVault(a.config); err != nil {
		return err
	}
	a.Forms, err = migrate.Open(ctx, a.DB, migrate.Options{
		Steps: Steps(a.Vault), Program: Version(), Alone: a.config.DB == "", Now: a.now,
	})
	if err != nil {
		return err
	}
	return CheckSecret(ctx, a.DB, a.Vault)
}

// openIndex opens what all services write to besides the store: audit, index, words.
func (a *App) openIndex(ctx context.Context) (err error) {
	if a.Audit, err = audit.New(ctx, a.DB, audit.Options{
		Vault: a.Vault, Now: a.now,
		Veil: func(ctx context.Context, records []audit.Record) (map[civic.ID]bool, error) {
			return a.Forum.VeiledRecords(ctx, records) // asked when asked: the forum comes to be after the audit
		},
	}); err != nil {
		return err
	}
	if a.Search, err = search.Open(ctx, search.Options{Dir: filepath.Join(a.config.Data, "search"),
		Log: a.Log}); err != nil {
		return err
	}
	if a.Catalogues, err = locale.Load(a.Log); err != nil {
		return err
	}
	a.mails, err = message.NewRegistry(a.words, MailTemplates()...)
	return err
}

// openFiles chooses where files are kept: with the service of the settings, or in the data folder.
func (a *App) openFiles(ctx context.Context) (err error) {
	var keeper blob.Keeper
	if a.config.Files != nil {
		a.bucket, err = blob.OpenS3(*a.config.Files)
		keeper = a.bucket
	} else {
		keeper, err = blob.OpenFolder(filepath.Join(a.config.Data, FilesFolder))
	}
	if err != nil {
		return fmt.Errorf("ASCOLTO_FILES: %w", err)
	}
	a.Files, err = blob.New(ctx, blob.Options{
		DB: a.DB, Keeper: keeper, Spool: filepath.Join(a.config.Data, SpoolFolder), Now: a.now,
		Place: a.filePlace,
	})
	return err
}

// filePlace names the network of who brings a file into a pool; those that are known to have many people
// behind one address are told apart from nobody.
func (a *App) filePlace(pool civic.ID, from netip.Addr) civic.ID {
	from = from.Unmap().WithZone("")
	for _, known := range a.config.Known {
		if known.Contains(from) {
			return ""
		}
	}
	return civic.ID(a.Vault.Digest("files/place", string(pool)+"/"+accounts.Network(from)))
}

// openMail chooses the way mail takes: the one given, the server of the settings, or files.
func (a *App) openMail(ctx context.Context) (err error) {
	switch {
	case a.transport != nil:
	case a.config.SMTP != nil:
		a.transport = transport.NewSMTP(transport.SMTPOptions{Server: *a.config.SMTP,
			Hello: a.config.Origin.Hostname()})
	default:
		if a.Kept, err = transport.OpenFiles(filepath.Join(a.config.Data, MailFolder)); err != nil {
			return err
		}
		a.transport = a.Kept
	}
	a.Outbox, err = notify.NewOutbox(ctx, notify.OutboxOptions{DB: a.DB, Vault: a.Vault, Now: a.now})
	return err
}

func (a *App) openServices(ctx context.Context) (err error) {
	if err := a.openContacts(ctx); err != nil {
		return err
	}
	a.Surveys, err = surveys.New(ctx, surveys.Options{DB: a.DB, Audit: a.Audit, Index: a.Search,
		Recorder: a.CRM, Files: a.Files, Districts: districtOptions(a.Reference), Now: a.now, Log: a.Log,
		DraftFiles: int64(a.config.DraftFiles) << 20, SentFiles: int64(a.config.SentFiles) << 20})
	if err != nil {
		return fmt.Errorf("surveys: %w", err)
	}
	a.Forum, err = forum.New(ctx, forum.Options{
		DB: a.DB, Index: a.Search, Recorder: a.CRM, Outbox: a.letters, Offices: officeNames{a.Reference},
		Staff: staffNames{a},
		Audit: a.Audit, Now: a.now, Log: a.Log,
	})
	if err != nil {
		return fmt.Errorf("forum: %w", err)
	}
	a.Hours, err = hours.New(ctx, hours.Options{DB: a.DB, Audit: a.Audit, Reference: a.Reference})
	if err != nil {
		return fmt.Errorf("hours: %w", err)
	}
	if err = a.openRegister(ctx); err != nil {
		return fmt.Errorf("register: %w", err)
	}
	a.Requests, err = requests.New(ctx, requests.Options{
		DB: a.DB, Audit: a.Audit, Vault: a.Vault, Reference: a.Reference, Hours: a.Hours,
		People: requestPeople{a.CRM, a}, Proofs: proofs{a}, DraftFiles: int64(a.config.DraftFiles) << 20,
		DraftDays: a.config.DraftDays, Index: a.Search, Recorder: a.CRM, Outbox: requestLetters{a},
		Register: a.registerOf(), Files: a.Files, Log: a.Log, Now: a.now,
	})
	if err != nil {
		return fmt.Errorf("requests: %w", err)
	}
	a.Intake, err = intake.New(ctx, intake.Options{
		DB: a.DB, Audit: a.Audit, Vault: a.Vault, Requests: a.Requests, People: a.CRM, Files: a.Files,
		Reader: mailReader{}, Words: a.words, Own: a.ownAddresses(), Days: a.config.MailDays, Log: a.Log,
		Now: a.now,
	})
	if err != nil {
		return fmt.Errorf("intake: %w", err)
	}
	a.Accounts, err = accounts.New(ctx, a.DB, accounts.Options{
		Vault: a.Vault, Audit: a.Audit, Mailer: a.letters, Contacts: a.CRM, Origin: a.Origin,
		ResetLink: letters{a}.resetLink, OIDC: oidcOptions(a.config.OIDC),
		ParseFiscalCode: parseFiscalCode, Words: []string{a.config.Town.Name, a.config.Town.City}, Now: a.now,
		Log: a.Log,
	})
	if err != nil {
		return fmt.Errorf("accounts: %w", err)
	}
	if a.Texts, err = sitepage.New(ctx, a.DB, a.Audit, a.now); err != nil {
		return fmt.Errorf("texts of the site: %w", err)
	}
	a.Work, err = work.New(ctx, work.Options{
		DB: a.DB, Audit: a.Audit, Asker: a.asker, Alone: a.config.DB == "", Now: a.now, Log: a.Log,
		Kinds: slices.Concat(
			a.CRM.WorkKinds(), a.Segments.WorkKinds(), a.Surveys.WorkKinds(), []work.Kind{a.indexKind()},
		),
	})
	return err
}

// openContacts opens the town's reference data, the contacts, and what is made of them.
func (a *App) openContacts(ctx context.Context) (err error) {
	a.Reference, err = reference.New(ctx, reference.Options{DB: a.DB, Audit: a.Audit, Vault: a.Vault,
		Now: a.now})
	if err != nil {
		return fmt.Errorf("reference data: %w", err)
	}
	a.CRM, err = crm.New(ctx, crm.Options{
		DB: a.DB, Index: a.Search, Audit: a.Audit, Vault: a.Vault, Reference: a.Reference, Log: a.Log,
		Now:        a.now,
		Colleagues: colleagues{a}, Sessions: sessions{a}, Files: a.Files, Veil: veil{a}, Words: a.words,
		Dealings: dealings{a},
	})
	if err != nil {
		return fmt.Errorf("crm: %w", err)
	}
	a.Segments, err = segment.New(ctx, segment.Options{
		DB: a.DB, Contacts: a.CRM, Reference: a.Reference, Audit: a.Audit, Vault: a.Vault, Now: a.now,
		Uses:    segmentUse{a},
		Answers: answers{a}, Suspended: suspensions{a},
	})
	if err != nil {
		return fmt.Errorf("segments: %w", err)
	}
	a.Own = privacy.New(a.CRM, a.Reference, a.Audit)
	return nil
}

func (a *App) openNotify(ctx context.Context) (err error) {
	invented, err := madeUp(ctx, a.DB)
	if err != nil {
		return err
	}
	a.Notify, err = notify.New(ctx, notify.Options{
		DB: a.DB, Vault: a.Vault, Outbox: a.Outbox, Audience: Audience{a.CRM, a.Segments}, Timeline: a.CRM,
		Topics: a.Reference,
		Audit:  a.Audit, Transport: a.transport, Words: a.words, Mails: a.mails, Work: a.Work,
		Staff: mailboxes{a}, From: a.config.From, Organisation: a.config.Town.Name, Origin: a.Origin,
		PerMinute: a.config.Rate,
		Workers:   a.config.Senders, Alone: a.config.DB == "", MadeUp: invented, Log: a.Log, Now: a.now,
	})
	if err != nil {
		return err
	}
	return a.Work.Register(a.Notify.WorkKinds()...)
}

// openPersonal registers the parts that keep data about people, in the order a copy of it is read; an erasure
// goes through them the other way. Whoever adds a part that keeps such data adds it here: a test goes through
// all that is stored.
func (a *App) openPersonal(ctx context.Context) (err error) {
	a.Personal = []civic.PersonalData{a.Work, a.Own, a.Requests, a.Intake, a.Surveys, a.Forum, a.Notify,
		a.Accounts, a.Files}
	a.Erasures, err = privacy.NewErasures(ctx, privacy.ErasureOptions{
		DB: a.DB, Parts: a.Personal, Contacts: a.CRM, Accounts: a.Accounts, Index: a.Search, Audit: a.Audit,
		Now: a.now,
	})
	return err
}

// Sources lists who can tell the index what there is.
func (a *App) Sources() []search.Source {
	return []search.Source{a.CRM, a.Requests, a.Surveys, a.Forum}
}

// Close ends what Open opened, the index before the store it is made from.
func (a *App) Close() error {
	var errs []error
	if a.Search != nil {
		errs = append(errs, a.Search.Close())
	}
	if a.owned {
		errs = append(errs, a.DB.Close())
	}
	return errors.Join(errs...)
}
