package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"ascolto/internal/audit"
	"ascolto/internal/docstore"
	"ascolto/internal/vault"
	"ascolto/search"
)

// app is the program put together: every service, joined with those it needs. Nothing here decides anything.
type app struct {
	config config
	log    *slog.Logger
	db     *docstore.DB
	vault  *vault.Vault
	audit  *audit.Log
	index  *search.Index
}

// openApp opens store, index and services in the order in which they need each other. What it opened is closed again when it
// returns an error.
func openApp(ctx context.Context, cfg config, errOut io.Writer) (_ *app, err error) {
	a := &app{config: cfg, log: slog.New(slog.NewJSONHandler(errOut, &slog.HandlerOptions{Level: cfg.Log}))}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.close())
		}
	}()
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return nil, fmt.Errorf("ASCOLTO_DATA: %w", err)
	}
	if a.db, err = docstore.Open(ctx, docstore.Options{URI: cfg.DB, Path: filepath.Join(cfg.Data, "ascolto.db"), Log: a.log}); err != nil {
		return nil, err
	}
	if a.vault, err = openVault(cfg); err != nil {
		return nil, err
	}
	if err = checkSecret(ctx, a.db, a.vault); err != nil {
		return nil, err
	}
	if a.index, err = search.Open(ctx, search.Options{Dir: filepath.Join(cfg.Data, "search"), Log: a.log}); err != nil {
		return nil, err
	}
	if a.audit, err = audit.New(ctx, a.db, audit.Options{Vault: a.vault}); err != nil {
		return nil, err
	}
	return a, a.openServices(ctx)
}

// openServices makes the domains.
func (a *app) openServices(context.Context) error { return nil }

// sources lists who can tell the index what there is.
func (a *app) sources() []search.Source { return nil }

// refreshIndex brings the index up to date with the store: wholly when it was set aside or is new, else by what has changed.
func (a *app) refreshIndex(ctx context.Context) error {
	if a.index.NeedsRebuild() {
		return a.index.Rebuild(ctx, a.sources()...)
	}
	return a.index.CatchUp(ctx, a.sources()...)
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
