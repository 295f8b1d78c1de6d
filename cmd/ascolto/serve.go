package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"syscall"

	"ascolto/cmd/ascolto/app"
)

// serve runs Ascolto until ctx ends, then finishes the requests under way and what must be written.
func serve(ctx context.Context, p program, args []string) (err error) {
	if len(args) > 0 {
		return fmt.Errorf(
			"ascolto serve takes no arguments; settings come from the environment (`ascolto help`)")
	}
	listener, err := listen(p.config.Listen)
	if err != nil {
		return err
	}
	a, err := p.open(ctx, app.Options{Origin: originFor(p.config, listener)})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if err := a.FirstStart(ctx); err != nil {
		return errors.Join(err, listener.Close())
	}
	return a.Serve(ctx, listener, func() {
		fmt.Fprintf(p.out, "Ascolto: %s\n", a.Origin)
		a.Log.Info("listening", "address", listener.Addr().String(), "version", app.Version())
	})
}

// open opens the program with the command's settings, log and time, unless a restore has not come to its end.
// What o leaves out is as the settings say.
func (p program) open(ctx context.Context, o app.Options) (*app.App, error) {
	o, err := p.options(o)
	if err != nil {
		return nil, err
	}
	return app.Open(ctx, p.config.Config, o)
}

// options fills what o leaves out.
func (p program) options(o app.Options) (app.Options, error) {
	if o.Origin == "" {
		o.Origin = p.config.Origin.String()
	}
	if o.Log == nil {
		o.Log = newLog(p.errOut, p.config.Log)
	}
	if o.Now == nil {
		o.Now = p.now
	}
	o.BackUp = p.backUp
	return o, wantNoRestore(p.config.Data)
}

// newLog returns a log of JSON lines in which errors are explained.
func newLog(out io.Writer, level slog.Level) *slog.Logger {
	return slog.New(slog.NewJSONHandler(out,
		&slog.HandlerOptions{Level: level, ReplaceAttr: newExplainer(false).attr}))
}

func listen(address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf(
			"ASCOLTO_LISTEN: another program already listens on %s; stop it or choose another port", address)
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
