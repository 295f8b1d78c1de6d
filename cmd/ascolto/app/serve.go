package app

import (
	"context"
	"errors"
	"net"

	"ascolto/internal/routine"
	"ascolto/web"
)

// Serve runs site, timetable, mail and long work until ctx ends, then finishes the requests under way and
// what must be written. It closes the listener. ready is called when nothing that can be known before is in
// the way.
func (a *App) Serve(ctx context.Context, listener net.Listener, ready func()) error {
	server, err := web.New(a.WebOptions())
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	timetable, err := newTimetable(ctx, a.DB, a.now, a.Log, a.jobs())
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	ready()
	group, ctx := routine.WithContext(ctx, a.Log, "the program")
	group.Go(func() error { return server.Serve(listener) })
	group.Go(func() error { return timetable.serve(ctx) })
	group.Go(func() error { return a.Notify.Run(ctx) })
	group.Go(func() error { return a.Work.Run(ctx) })
	group.Go(func() error { return a.Accounts.Run(ctx) })
	group.Go(func() error { return a.follow(ctx) })
	group.Go(func() error { return a.meet(ctx, server) })
	group.Go(func() error {
		<-ctx.Done()
		a.Log.Info("stopping")
		return server.Shutdown(context.WithoutCancel(ctx))
	})
	return group.Wait()
}

// limits returns what one address may do; the zero ones are as web has them.
func (a *App) limits() web.Limits {
	const atOnce = 10 // times what it may do in a second
	return web.Limits{
		Requests:    web.Rate{PerSecond: float64(a.config.Requests), Burst: atOnce * a.config.Requests},
		Connections: a.config.Connections, PerAddress: a.config.PerAddress,
	}
}

// checks is what the program depends on, by name.
func (a *App) checks() map[string]func(context.Context) error {
	checks := map[string]func(context.Context) error{"store": a.DB.Ping}
	if a.bucket != nil {
		checks["files"] = a.bucket.Check
	}
	return checks
}

// WebOptions returns what the site is made of.
func (a *App) WebOptions() web.Options {
	return web.Options{
		Origin: a.Origin, Proxies: a.config.Proxies, Known: a.config.Known, Limits: a.limits(),
		Town: a.config.Town, Vault: a.Vault, Log: a.Log,
		Checks:   a.checks(),
		Shared:   a.DB.Shared(),
		Services: a.Services,
	}
}
