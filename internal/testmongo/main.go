// Command testmongo serves the MongoDB protocol for tests: FerretDB over a new temporary folder, on a free
// port of 127.0.0.1. It prints its address on one line and ends, removing the folder, when its standard input
// ends: it cannot outlive the test that started it. It proves behaviour, not speed. FerretDB's own updates
// are not atomic; a gate before it lets one command through at a time, so that each is, as MongoDB promises
// of a command that changes one document.
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	if err := run(context.Background(), os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "testmongo:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, stdin io.Reader, stdout io.Writer) error {
	dir, err := os.MkdirTemp("", "testmongo")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	server, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{TCP: "127.0.0.1:0"},
		Handler:   "sqlite",
		SQLiteURL: "file:" + dir + "/",
		Logger:    slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		_, _ = io.Copy(io.Discard, stdin) // its end is all that matters
		cancel()
	}()
	ended := make(chan error, 1)
	go func() { ended <- server.Run(ctx) }()
	inner, err := url.Parse(server.MongoDBURI())
	if err != nil {
		return err
	}
	outer, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	context.AfterFunc(ctx, func() { _ = outer.Close() })
	go (&gate{to: inner.Host}).serve(outer)
	inner.Host = outer.Addr().String()
	if _, err := fmt.Fprintln(stdout, inner); err != nil {
		return err
	}
	return <-ended
}
