package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"syscall"

	"golang.org/x/sync/errgroup"

	"ascolto/internal/civic"
	"ascolto/web"
)

// serve runs Ascolto until ctx ends, then finishes the requests under way and what must be written.
func serve(ctx context.Context, p program, args []string) (err error) {
	if len(args) > 0 {
		return fmt.Errorf("ascolto serve takes no arguments; settings come from the environment (`ascolto help`)")
	}
	a, err := openApp(ctx, p.config, p.errOut)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	listener, err := listen(p.config.Listen)
	if err != nil {
		return err
	}
	origin := originFor(p.config, listener)
	server, err := web.New(a.webOptions(origin))
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	timetable, err := newTimetable(ctx, a.db, civic.Now, a.log, a.jobs())
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	fmt.Fprintf(p.out, "Ascolto: %s\n", origin)
	a.log.Info("listening", "address", listener.Addr().String(), "version", version())

	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return server.Serve(listener) })
	group.Go(func() error { return timetable.serve(ctx) })
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

func (a *app) webOptions(origin string) web.Options {
	return web.Options{
		Origin: origin, Proxies: a.config.Proxies, Town: a.config.Town, Vault: a.vault, Log: a.log,
		Checks: map[string]func(context.Context) error{"store": a.db.Ping},
	}
}
