package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"text/tabwriter"
	"time"

	"ascolto/cmd/ascolto/app"
	"ascolto/cmd/ascolto/demo"
	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/web"
)

// demoGC trades memory for time while a town is built, when the program does nothing else: the heap may grow
// to four times what is in use before the next collection.
const demoGC = 300

// demoSenders is how many senders past campaigns have. Their mail goes nowhere, so nothing need be slowed
// down, and the store makes durable together what comes together.
const demoSenders = 64

// trueLog leaves out of a log what became of the town's own mail: its refusals are made up and nobody
// need do anything.
type trueLog struct{ io.Writer }

// Write takes one line.
func (l trueLog) Write(line []byte) (int, error) {
	if bytes.Contains(line, []byte(`"delivery":"demo-campaign-`)) ||
		bytes.Contains(line, []byte(`"delivery":"message/request/`)) {
		return len(line), nil
	}
	return l.Writer.Write(line)
}

// buildDemo fills the store with an invented town.
func buildDemo(ctx context.Context, p program, args []string) (err error) {
	size, flags := demo.DefaultSize(), flag.NewFlagSet("ascolto demo", flag.ContinueOnError)
	seed := flags.Uint64("seed", 41121,
		"the number the town grows from: the same one gives the same town on the same day")
	ifEmpty := flags.Bool("if-empty", false, "do nothing when there are contacts already")
	flags.IntVar(&size.Contacts, "contacts", size.Contacts, "people and organisations")
	flags.IntVar(&size.Interactions, "interactions", size.Interactions, "calls, visits and letters")
	flags.IntVar(&size.Requests, "requests", size.Requests, "requests to the municipality")
	flags.IntVar(&size.Answers, "answers", size.Answers, "answers to the three surveys together")
	flags.IntVar(&size.Threads, "threads", size.Threads, "discussions in the forum")
	flags.IntVar(&size.Posts, "posts", size.Posts,
		"posts in the forum, those that begin a discussion included")
	if err := p.parse(flags, args); err != nil {
		return err
	}
	if size.Contacts < 1 || size.Interactions < 0 || size.Requests < 0 || size.Answers < 0 || size.Threads < 0 ||
		size.Posts < size.Threads {
		return errors.New(
			"ascolto demo: there must be at least one contact, and at least as many posts as threads")
	}
	clock, post := &demo.Clock{}, &demo.Post{}
	p.config.Rate, p.config.Senders = 0, demoSenders
	a, err := p.open(ctx, app.Options{Log: newLog(trueLog{p.errOut}, p.config.Log), Now: clock.Now,
		Mail: post})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if filled, err := hasContacts(ctx, a); err != nil || filled {
		if err == nil && !*ifEmpty {
			err = errors.New(
				"ascolto demo: there are contacts already; choose an empty data folder (ASCOLTO_DATA), or -if-empty to " +
					"leave them",
			)
		}
		return err
	}
	if err := a.RefreshIndex(ctx); err != nil { // an index that holds all there is keeps pace with what comes
		return err
	}
	debug.SetGCPercent(demoGC)
	began := time.Now()
	accounts, err := demo.Build(ctx, demo.Services{
		CRM: a.CRM, Requests: a.Requests, Intake: a.Intake, Segments: a.Segments, Reference: a.Reference,
		Surveys: a.Surveys, Forum: a.Forum,
		Accounts: a.Accounts, Notify: a.Notify, Work: a.Work, Files: a.Files,
		Grants: web.Grants(), Clock: clock, Post: post,
	}, *seed, size, newBar(p.out).show)
	if err != nil {
		return err
	}
	if err := errors.Join(app.MarkMadeUp(ctx, a.DB), completeIndex(ctx, a)); err != nil {
		return err
	}
	fmt.Fprintf(p.out, "\nThe town was built in %s. Its accounts:\n\n",
		time.Since(began).Round(time.Millisecond))
	return printAccounts(p.out, accounts)
}

// completeIndex has the index note that it holds all that was built, so that the first start need not look.
func completeIndex(ctx context.Context, a *app.App) error {
	if err := a.Search.Flush(ctx); err != nil {
		return err
	}
	if a.Search.Behind() {
		return a.RefreshIndex(ctx)
	}
	return a.Search.Complete(ctx)
}

// hasContacts reports whether the store was filled before.
func hasContacts(ctx context.Context, a *app.App) (bool, error) {
	page, err := a.CRM.Contacts(ctx, civic.System("demo"), crm.ContactFilter{}, civic.PageRequest{Size: 1})
	return len(page.Items) > 0, err
}

func printAccounts(out io.Writer, accounts []demo.Account) error {
	w := tabwriter.NewWriter(out, 2, 0, 2, ' ', 0)
	for _, a := range accounts {
		where, with := "/desk/login", a.Password
		if a.Password == "" {
			where, with = "/accedi", "(a code by e-mail: the desk shows it under Posta in uscita)"
		}
		fmt.Fprintf(w, "  %s\t%s\t%s\t%s\t%s\n", a.Role, a.Name, where, a.Email, with)
	}
	fmt.Fprintln(w)
	return w.Flush()
}

// barPause is how long a part that takes long is silent where there is no terminal.
const barPause = 10 * time.Second

// bar shows progress: on a terminal it moves, elsewhere a part has a line when it is done, and one now and
// then before.
type bar struct {
	out      io.Writer
	terminal bool
	part     string
	began    time.Time // when the part before had ended
	last     time.Time // a line was written, or the part began
	ended    time.Time
}

func newBar(out io.Writer) *bar {
	b := &bar{out: out, ended: time.Now()}
	if f, ok := out.(*os.File); ok {
		info, err := f.Stat()
		b.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return b
}

// show implements demo.Progress.
func (b *bar) show(part string, done, all int) {
	now := time.Now()
	if part != b.part {
		b.part, b.began, b.last = part, b.ended, now
	}
	over, pause := done >= all, barPause
	if b.terminal {
		pause = 100 * time.Millisecond
	}
	if !over && now.Sub(b.last) < pause {
		return
	}
	b.last = now
	const width = 30
	filled := width
	if all > 0 {
		filled = min(width, done*width/all)
	}
	line := fmt.Sprintf("%-13s [%-*s] %d of %d", part, width, "##############################"[:filled], done,
		all)
	if b.terminal {
		line = "\r" + line
	}
	if over {
		b.ended = now
		line += " in " + now.Sub(b.began).Round(10*time.Millisecond).String()
	}
	if over || !b.terminal {
		line += "\n"
	}
	fmt.Fprint(b.out, line)
}
