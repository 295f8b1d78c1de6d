package docstore

import (
	"context"
	"errors"
	"sync/atomic"
)

// changing is the source of a program on a server, which may be given change streams, as when it becomes a
// replica set, and may lose them. A program that reads rows relies on change streams as soon as others do and
// the server has them for this program, too. One that relies on change streams which the server does not have
// any more reads rows. Whoever follows it is told of a loss each time.
type changing struct {
	rows   *polled
	stream *streamed
	able   func(ctx context.Context) (bool, error) // whether the server has change streams
	turn   func(ctx context.Context, way string) (feedMode, error)

	streams  atomic.Bool
	upTo     uint64        // what was read
	rowsFrom atomic.Uint64 // what was read before the first row: what is waited for goes on growing
}

func (c *changing) source() source {
	if c.streams.Load() {
		return c.stream
	}
	return c.rows
}

func (c *changing) open(ctx context.Context, position string) error {
	err := c.openHeld(ctx, position)
	if streams := c.streams.Load(); streams && !isAnswer(err) || !streams && !errors.Is(err, errOtherMode) {
		return err
	}
	if fault := c.goOver(ctx); fault != nil {
		return errors.Join(err, fault)
	}
	if position != "" {
		return errLost
	}
	return c.openHeld(ctx, "")
}

// openHeld opens the source that is relied on, and claims its way where that needs it: what a program went
// over to rows for, while this one was away, is over when the change stream goes on.
func (c *changing) openHeld(ctx context.Context, position string) error {
	err := c.source().open(ctx, position)
	if err == nil && c.streams.Load() {
		_, err = c.turn(ctx, modeStreamed)
	}
	return err
}

// goOver relies on the other source from now on. It returns errStay when the server does not have, or still
// has, what is relied on.
func (c *changing) goOver(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, mongoQuick)
	defer cancel()
	able, err := c.able(limited)
	if err != nil {
		return err
	}
	if able == c.streams.Load() {
		return errStay
	}
	if able {
		c.stream.marks.Store(int64(c.upTo))
		c.streams.Store(true)
		return nil
	}
	c.stream.close()
	mode, err := c.turn(limited, modePolled)
	if err != nil {
		return err
	}
	c.rows.mode.Store(&mode)
	c.rowsFrom.Store(max(c.upTo, uint64(c.stream.marks.Load())))
	c.streams.Store(false)
	return nil
}

func (c *changing) read(ctx context.Context) (batch, error) {
	b, err := c.source().read(ctx)
	if err == nil {
		if !c.streams.Load() {
			b.upTo += c.rowsFrom.Load()
		}
		c.upTo = max(c.upTo, b.upTo)
	}
	return b, err
}

func (c *changing) end(ctx context.Context) (uint64, error) {
	if c.streams.Load() {
		return c.stream.end(ctx)
	}
	n, err := c.rows.end(ctx)
	return n + c.rowsFrom.Load(), err
}

func (c *changing) wake() { c.source().wake() }

func (c *changing) close() { c.source().close() }
