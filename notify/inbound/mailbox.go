package inbound

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"sync/atomic"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"golang.org/x/sync/semaphore"

	"ascolto/internal/routine"
	"ascolto/notify/transport"
)

// Fetched is a mail as a mailbox has it.
type Fetched struct {
	Place string    // names it there, until the mailbox is made anew
	At    time.Time // when the mailbox got it
	Size  int64     // bytes of the whole mail
	Body  io.Reader // the mail; of one of more than the sink keeps, the beginning
}

// Sink takes what lies in a mailbox.
type Sink interface {
	// Known reports whether the mail at a place was taken, and all that follows done.
	Known(ctx context.Context, place string) (bool, error)
	// Take keeps a mail. The mail leaves where it lay only when it returns nil.
	Take(ctx context.Context, m Fetched) error
	// MostKept returns how many bytes of a mail it takes; of a larger one it is given the beginning.
	MostKept() int64
}

// Mailbox fetches what lies in a mailbox. Two programs may do so with the same one.
type Mailbox struct {
	Server Server
	TLS    *tls.Config // nil: as usual
}

const (
	dialTimeout = 30 * time.Second
	chunk       = 50        // mails that leave the mailbox together
	beginning   = 256 << 10 // bytes that are fetched of a mail that is too large
	inFlight    = 64 << 20  // bytes of mails that are in memory at a time
	atOnce      = 8         // mails that are taken at a time
	mostFailed  = 12        // mails that are not taken, after which no other is tried: see take
)

// Fetch gives every mail in the mailbox to a sink, several at a time, those that came first before others,
// and moves those that it took to another folder. It returns how many it took. A mail that the sink does not
// take, or that cannot be moved, is there the next time; so are all when the connection ends, or ctx.
func (b Mailbox) Fetch(ctx context.Context, sink Sink) (n int, err error) {
	c, err := b.dial(ctx)
	if err != nil {
		return 0, fmt.Errorf("inbound: %s: %w", b.Server, err)
	}
	stop := context.AfterFunc(ctx, func() { c.Close() })
	defer func() {
		if stop() {
			c.Logout()
			c.Close()
		}
		if err != nil {
			err = fmt.Errorf("inbound: %s: %w", b.Server, err)
		}
	}()
	if err := c.Login(b.Server.User, b.Server.Password).Wait(); err != nil {
		return 0, fmt.Errorf("sign-in: %w", err)
	}
	box, err := c.Select(b.Server.Folder, nil).Wait()
	if err != nil {
		return 0, fmt.Errorf("folder %s: %w", b.Server.Folder, err)
	}
	if box.NumMessages == 0 {
		return 0, nil
	}
	found, err := c.UIDSearch(&imap.SearchCriteria{NotFlag: []imap.Flag{imap.FlagDeleted}}, nil).Wait()
	if err != nil {
		return 0, fmt.Errorf("search: %w", err)
	}
	uids := found.AllUIDs()
	slices.Sort(uids)
	var unmoved error
	for some := range slices.Chunk(uids, chunk) {
		taken, err := take(ctx, c, box.UIDValidity, some, sink)
		n += len(taken)
		if fault := b.move(c, taken); fault != nil { // what stays is known the next time, and keeps no other
			unmoved = fault
		}
		if err != nil {
			return n, errors.Join(err, unmoved)
		}
	}
	return n, unmoved
}

func (b Mailbox) dial(ctx context.Context) (*imapclient.Client, error) {
	d := net.Dialer{Timeout: dialTimeout}
	conn, err := d.DialContext(ctx, "tcp", b.Server.address())
	if err != nil {
		return nil, err
	}
	config := &tls.Config{}
	if b.TLS != nil {
		config = b.TLS.Clone()
	}
	config.ServerName = b.Server.Host
	switch b.Server.TLS {
	case transport.NoTLS:
		return imapclient.New(conn, nil), nil
	case transport.StartTLS:
		return imapclient.NewStartTLS(conn, &imapclient.Options{TLSConfig: config})
	}
	secured := tls.Client(conn, config)
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	if err := secured.HandshakeContext(ctx); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return imapclient.New(secured, nil), nil
}

// take gives some mails to a sink, several at a time, and returns those that may go. One that is not taken
// keeps no other from it; when too many are not, the store is in trouble rather than the mails.
func take(
	ctx context.Context, c *imapclient.Client, validity uint32, some []imap.UID, sink Sink,
) (taken []imap.UID, err error) {
	about, err := c.Fetch(imap.UIDSetNum(some...),
		&imap.FetchOptions{UID: true, InternalDate: true, RFC822Size: true}).Collect()
	if err != nil {
		return nil, fmt.Errorf("fetch: %w", err)
	}
	slices.SortFunc(about, func(a, b *imapclient.FetchMessageBuffer) int { return int(a.UID) - int(b.UID) })
	group, failed := routine.NewGroup(nil, "mail that comes in"), atomic.Int32{}
	room, done := semaphore.NewWeighted(inFlight), make([]bool, len(about))
	for n, m := range about {
		if err = ctx.Err(); err != nil || failed.Load() >= mostFailed {
			break
		}
		var known bool
		place := fmt.Sprintf("%d/%d", validity, m.UID)
		if known, err = sink.Known(ctx, place); err != nil {
			break
		}
		if known {
			done[n] = true
			continue
		}
		size := min(inFlight, max(m.RFC822Size, inFlight/atOnce))
		if err = room.Acquire(ctx, size); err != nil {
			break
		}
		var f *Fetched
		if f, err = fetch(c, m, place, sink); err != nil || f == nil { // nil: it is not there any more
			room.Release(size)
			if err != nil {
				break
			}
			continue
		}
		group.Go(func() error {
			defer room.Release(size)
			failed.Add(1) // it may panic
			err := sink.Take(ctx, *f)
			if done[n] = err == nil; done[n] {
				failed.Add(-1)
			}
			return err
		})
	}
	if fault := group.Wait(); err == nil || fault != nil {
		err = fault
	}
	for n, m := range about {
		if done[n] {
			taken = append(taken, m.UID)
		}
	}
	return taken, err
}

// fetch returns a mail, nil when it is not there any more.
func fetch(
	c *imapclient.Client, m *imapclient.FetchMessageBuffer, place string, sink Sink,
) (f *Fetched, err error) {
	section := &imap.FetchItemBodySection{Peek: true}
	if m.RFC822Size > sink.MostKept() {
		section.Partial = &imap.SectionPartial{Size: beginning}
	}
	found, err := c.Fetch(imap.UIDSetNum(m.UID), &imap.FetchOptions{UID: true,
		BodySection: []*imap.FetchItemBodySection{section}}).Collect()
	if err != nil {
		return nil, fmt.Errorf("fetch: %w", err)
	}
	for _, data := range found {
		for _, body := range data.BodySection {
			f = &Fetched{Place: place, At: m.InternalDate, Size: m.RFC822Size, Body: bytes.NewReader(body.Bytes)}
			if section.Partial == nil {
				f.Size = int64(len(body.Bytes))
			}
		}
	}
	return f, nil
}

// move moves mails to the folder of those that were taken in, which it makes when there is none. A server
// that cannot move, nor remove single mails, keeps them where they were, marked as deleted.
func (b Mailbox) move(c *imapclient.Client, taken []imap.UID) error {
	if len(taken) == 0 {
		return nil
	}
	uids := imap.UIDSetNum(taken...)
	err := b.moveOnce(c, uids)
	if missing(err) {
		if err := c.Create(b.Server.Done, nil).Wait(); err != nil && !saysOf(err, imap.ResponseCodeAlreadyExists) {
			return fmt.Errorf("folder %s: %w", b.Server.Done, err)
		}
		err = b.moveOnce(c, uids)
	}
	if err != nil {
		return fmt.Errorf("moving to %s: %w", b.Server.Done, err)
	}
	return nil
}

func (b Mailbox) moveOnce(c *imapclient.Client, uids imap.UIDSet) error {
	if c.Caps().Has(imap.CapMove) {
		_, err := c.Move(uids, b.Server.Done).Wait()
		return err
	}
	if _, err := c.Copy(uids, b.Server.Done).Wait(); err != nil {
		return err
	}
	deleted := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagDeleted}}
	if err := c.Store(uids, deleted, nil).Close(); err != nil {
		return err
	}
	if !c.Caps().Has(imap.CapUIDPlus) {
		return nil // EXPUNGE would remove what others marked
	}
	return c.UIDExpunge(uids).Close()
}

// missing reports whether a server says that there is no such folder.
func missing(err error) bool {
	return saysOf(err, imap.ResponseCodeTryCreate) || saysOf(err, imap.ResponseCodeNonExistent)
}

func saysOf(err error, code imap.ResponseCode) bool {
	said, ok := errors.AsType[*imap.Error](err)
	return ok && said.Code == code
}
