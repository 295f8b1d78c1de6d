package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"ascolto/crm"
	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/internal/audit"
	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/migrate"
	"ascolto/internal/sitepage"
	"ascolto/internal/vault"
	"ascolto/internal/work"
	"ascolto/notify"
	"ascolto/search"
	"ascolto/surveys"
	"ascolto/web/locale"
)

// app is the program put together: every service, joined with those it needs. Nothing here decides anything.
type app struct {
	config config
	origin string // where citizens reach the site
	now    civic.Clock
	log    *slog.Logger

	db    *docstore.DB
	forms *migrate.Migrator
	vault *vault.Vault
	audit *audit.Log
	index *search.Index
	texts *locale.Catalogues

	outbox   *notify.Outbox
	mail     notify.Transport
	files    *notify.Files // where mail is kept when there is no server for it; else nil
	crm      *crm.Service
	surveys  *surveys.Service
	forum    *forum.Service
	accounts *accounts.Service
	notify   *notify.Service
	pages    *sitepage.Service
	uploads  *blob.Store
	bucket   *blob.S3 // where uploads are kept when not in the data folder; else nil
	work     *work.Service
}

// openApp opens store, index and services in the order in which they need each other. What it opened is closed again when it
// returns an error. now is the time the services go by, and mail the way mail takes; nil stands for the real ones.
func openApp(ctx context.Context, cfg config, origin string, errOut io.Writer, now civic.Clock, mail notify.Transport) (_ *app, err error) {
	a := &app{
		config: cfg, origin: origin, now: now, mail: mail,
		log: newLog(errOut, cfg.Log),
	}
	if a.now == nil {
		a.now = civic.Now
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.close())
		}
	}()
	for _, open := range []func(context.Context) error{a.openStore, a.upgrade, a.openIndex, a.openFiles, a.openMail, a.openServices, a.openNotify} {
		if err := open(ctx); err != nil {
			return a, err
		}
	}
	return a, nil
}

// newLog returns a log of JSON lines in which errors are explained.
func newLog(out io.Writer, level slog.Level) *slog.Logger {
	return slog.New(slog.NewJSONHandler(out, &slog.HandlerOptions{Level: level, ReplaceAttr: newExplainer(false).attr}))
}

// openStore opens the store in whatever form it has. It returns an error when a newer program wrote it.
func (a *app) openStore(ctx context.Context) (err error) {
	if err := wantNoRestore(a.config.Data); err != nil {
		return err
	}
	if err := os.MkdirAll(a.config.Data, 0o700); err != nil {
		return fmt.Errorf("ASCOLTO_DATA: %w", err)
	}
	o := docstore.Options{URI: a.config.DB, Path: filepath.Join(a.config.Data, storeFile), Log: a.log}
	if a.db, err = docstore.Open(ctx, o); err != nil {
		return err
	}
	if a.vault, err = openVault(a.config); err != nil {
		return err
	}
	a.forms, err = migrate.Open(ctx, a.db, migrate.Options{
		Steps: steps(a.vault), Program: version(), Alone: a.config.DB == "", Now: a.now,
	})
	if err != nil {
		return err
	}
	return checkSecret(ctx, a.db, a.vault)
}

// openIndex opens what all services write to besides the store: audit, index, words.
func (a *app) openIndex(ctx context.Context) (err error) {
	if a.audit, err = audit.New(ctx, a.db, audit.Options{Vault: a.vault, Now: a.now}); err != nil {
		return err
	}
	if a.index, err = search.Open(ctx, search.Options{Dir: filepath.Join(a.config.Data, "search"), Log: a.log}); err != nil {
		return err
	}
	a.texts, err = locale.Load(a.log)
	return err
}

// openFiles chooses where files are kept: with the service of the settings, or in the data folder.
func (a *app) openFiles(ctx context.Context) (err error) {
	var keeper blob.Keeper
	if a.config.Files != nil {
		a.bucket, err = blob.OpenS3(*a.config.Files)
		keeper = a.bucket
	} else {
		keeper, err = blob.OpenFolder(filepath.Join(a.config.Data, filesFolder))
	}
	if err != nil {
		return fmt.Errorf("ASCOLTO_FILES: %w", err)
	}
	a.uploads, err = blob.New(ctx, blob.Options{
		DB: a.db, Keeper: keeper, Spool: filepath.Join(a.config.Data, spoolFolder), Now: a.now,
	})
	return err
}

// openMail chooses the way mail takes: the one given, the server of the settings, or files.
func (a *app) openMail(ctx context.Context) (err error) {
	switch {
	case a.mail != nil:
	case a.config.SMTP != nil:
		a.mail = notify.NewSMTP(notify.SMTPOptions{Server: *a.config.SMTP, Hello: a.config.Origin.Hostname()})
	default:
		if a.files, err = notify.OpenFiles(filepath.Join(a.config.Data, mailFolder)); err != nil {
			return err
		}
		a.mail = a.files
	}
	a.outbox, err = notify.NewOutbox(ctx, notify.OutboxOptions{DB: a.db, Vault: a.vault, Now: a.now})
	return err
}

func (a *app) openServices(ctx context.Context) (err error) {
	a.crm, err = crm.New(ctx, crm.Options{
		DB: a.db, Index: a.index, Audit: a.audit, Vault: a.vault, Log: a.log, Now: a.now, Uses: segmentUse{a}, Facts: answers{a},
		Colleagues: colleagues{a}, Suspended: suspensions{a},
	})
	if err != nil {
		return fmt.Errorf("crm: %w", err)
	}
	a.surveys, err = surveys.New(ctx, surveys.Options{DB: a.db, Audit: a.audit, Index: a.index, Recorder: a.crm, Now: a.now, Log: a.log})
	if err != nil {
		return fmt.Errorf("surveys: %w", err)
	}
	a.forum, err = forum.New(ctx, forum.Options{
		DB: a.db, Index: a.index, Recorder: a.crm, Outbox: letters{a}, Offices: officeNames{a.crm}, Audit: a.audit, Now: a.now, Log: a.log,
	})
	if err != nil {
		return fmt.Errorf("forum: %w", err)
	}
	a.accounts, err = accounts.New(ctx, a.db, accounts.Options{
		Vault: a.vault, Audit: a.audit, Mailer: letters{a}, Contacts: a.crm, Origin: a.origin, OIDC: oidcOptions(a.config.OIDC),
		ParseFiscalCode: parseFiscalCode, Words: []string{a.config.Town.Name, a.config.Town.City}, Now: a.now, Log: a.log,
	})
	if err != nil {
		return fmt.Errorf("accounts: %w", err)
	}
	if a.pages, err = sitepage.New(ctx, a.db, a.audit, a.now); err != nil {
		return fmt.Errorf("texts of the site: %w", err)
	}
	a.work, err = work.New(ctx, work.Options{
		DB: a.db, Audit: a.audit, Kinds: a.crm.WorkKinds(), Asker: a.asker, Now: a.now, Log: a.log,
	})
	return err
}

func (a *app) openNotify(ctx context.Context) (err error) {
	madeUp, err := isMadeUp(ctx, a.db)
	if err != nil {
		return err
	}
	a.notify, err = notify.New(ctx, notify.Options{
		DB: a.db, Vault: a.vault, Outbox: a.outbox, Audience: a.crm, Timeline: a.crm, Audit: a.audit, Transport: a.mail, Words: a.words,
		Staff: mailboxes{a}, From: a.config.From, Organisation: a.config.Town.Name, Origin: a.origin, PerMinute: a.config.Rate,
		Workers: a.config.Senders, Alone: a.config.DB == "", MadeUp: madeUp, Log: a.log, Now: a.now,
	})
	return err
}

// sources lists who can tell the index what there is.
func (a *app) sources() []search.Source { return []search.Source{a.crm, a.surveys, a.forum} }

// refreshIndex brings the index up to date with the store: wholly when it was set aside or is new, else by what has changed.
func (a *app) refreshIndex(ctx context.Context) error {
	refresh := a.index.CatchUp
	if a.index.NeedsRebuild() {
		refresh = a.index.Rebuild
	}
	return refresh(ctx, a.sources()...)
}

// compareIndex rebuilds the index when it does not hold exactly what the store has.
func (a *app) compareIndex(ctx context.Context) error {
	drift, err := a.index.Drift(ctx, a.sources()...)
	if err != nil || drift.IsZero() {
		return err
	}
	a.log.Warn("the search index differs from the store; it is rebuilt", "missing", drift.Missing, "extra", drift.Extra)
	return a.index.Rebuild(ctx, a.sources()...)
}

// close ends what openApp opened, the index before the store it is made from.
func (a *app) close() error {
	var errs []error
	if a.index != nil {
		errs = append(errs, a.index.Close())
	}
	if a.db != nil {
		errs = append(errs, a.db.Close())
	}
	return errors.Join(errs...)
}
