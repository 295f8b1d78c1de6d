package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"syscall"

	"golang.org/x/sync/errgroup"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/web"
)

// serve runs Ascolto until ctx ends, then finishes the requests under way and what must be written.
func serve(ctx context.Context, p program, args []string) (err error) {
	if len(args) > 0 {
		return fmt.Errorf("ascolto serve takes no arguments; settings come from the environment (`ascolto help`)")
	}
	listener, err := listen(p.config.Listen)
	if err != nil {
		return err
	}
	a, err := openApp(ctx, p.config, originFor(p.config, listener), p.errOut, p.now, nil)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer func() { err = errors.Join(err, a.close()) }()
	if err := a.firstStart(ctx); err != nil {
		return errors.Join(err, listener.Close())
	}
	server, err := web.New(a.webOptions())
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	timetable, err := newTimetable(ctx, a.db, p.now, a.log, a.jobs())
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	fmt.Fprintf(p.out, "Ascolto: %s\n", a.origin)
	a.log.Info("listening", "address", listener.Addr().String(), "version", version())

	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return server.Serve(listener) })
	group.Go(func() error { return timetable.serve(ctx) })
	group.Go(func() error { return a.notify.Run(ctx) })
	group.Go(func() error { return a.work.Run(ctx) })
	group.Go(func() error { return a.accounts.Run(ctx) })
	group.Go(func() error {
		<-ctx.Done()
		a.log.Info("stopping")
		return server.Shutdown(context.WithoutCancel(ctx))
	})
	return group.Wait()
}

func listen(address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("ASCOLTO_LISTEN: another program already listens on %s; stop it or choose another port", address)
	}
	if err != nil {
		return nil, fmt.Errorf("ASCOLTO_LISTEN: %w", err)
	}
	return l, nil
}

// originFor returns the configured origin, with the port that was really taken when the setting left it open.
func originFor(cfg config, l net.Listener) string {
	u := url.URL{Scheme: cfg.Origin.Scheme, Host: cfg.Origin.Host}
	if host, port, err := net.SplitHostPort(u.Host); err == nil && port == "0" {
		_, real, _ := net.SplitHostPort(l.Addr().String())
		u.Host = net.JoinHostPort(host, real)
	}
	return u.String()
}

// firstStart gives a new installation what every municipality begins with, and closes what should have been closed while the
// program was not running, before anybody is shown a page.
func (a *app) firstStart(ctx context.Context) error {
	if err := a.seed(ctx); err != nil {
		return err
	}
	if _, err := a.surveys.CloseExpired(ctx); err != nil {
		if civic.CodeOf(err) != civic.Full {
			return err
		}
		a.log.Error("surveys whose time is over cannot be closed", "error", err) // their pages say so all the same
	}
	return nil
}

// seed stores the offices, topics and tags every municipality begins with when there is no office yet.
func (a *app) seed(ctx context.Context) error {
	offices, err := a.crm.Offices(ctx)
	if err != nil || len(offices) > 0 {
		return err
	}
	reference, err := crm.DefaultReference()
	if err != nil {
		return err
	}
	return a.crm.Seed(ctx, civic.System("start"), reference)
}

// limits returns what one address may do; the zero ones are as web has them.
func (a *app) limits() web.Limits {
	const atOnce = 10 // times what it may do in a second
	return web.Limits{
		Requests:    web.Rate{PerSecond: float64(a.config.Requests), Burst: atOnce * a.config.Requests},
		Connections: a.config.Connections, PerAddress: a.config.PerAddress,
	}
}

// checks is what the program depends on, by name.
func (a *app) checks() map[string]func(context.Context) error {
	checks := map[string]func(context.Context) error{"store": a.db.Ping}
	if a.bucket != nil {
		checks["files"] = a.bucket.Check
	}
	return checks
}

func (a *app) webOptions() web.Options {
	return web.Options{
		Origin: a.origin, Proxies: a.config.Proxies, Known: a.config.Known, Limits: a.limits(), Town: a.config.Town, Vault: a.vault, Log: a.log,
		Checks: a.checks(),
		Services: web.Services{
			Accounts: a.accounts, Audit: a.audit, CRM: a.crm, Surveys: a.surveys, Forum: a.forum, Notify: a.notify, Search: a.index, Texts: a.pages,
			Files: a.uploads,
			Work:  a.work,
		},
	}
}
