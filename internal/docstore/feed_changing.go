package docstore

import (
	"context"
	"errors"
	"sync/atomic"
)

// changing is the source of a program that began with rows. When other programs rely on change streams by
// now, as when the server became a replica set, and the server has them for this program, too, it relies on
// them from then on. Whoever follows it is told of a loss then.
type changing struct {
	rows    *polled
	stream  *streamed
	able    func(ctx context.Context) (bool, error) // whether the server has change streams
	changed func()                                  // nobody reads rows any more

	streams atomic.Bool
	upTo    uint64 // what was read
}

func (c *changing) source() source {
	if c.streams.Load() {
		return c.stream
	}
	return c.rows
}

func (c *changing) open(ctx context.Context, position string) error {
	err := c.source().open(ctx, position)
	if c.streams.Load() || !errors.Is(err, errOtherMode) {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, mongoQuick)
	defer cancel()
	able, fault := c.able(limited)
	if fault != nil || !able {
		return errors.Join(err, fault)
	}
	c.stream.marks.Store(int64(c.upTo)) // what is waited for goes on growing
	c.streams.Store(true)
	c.changed()
	if position != "" {
		return errLost
	}
	return c.stream.open(ctx, "")
}

func (c *changing) read(ctx context.Context) (batch, error) {
	b, err := c.source().read(ctx)
	if err == nil {
		c.upTo = max(c.upTo, b.upTo)
	}
	return b, err
}

func (c *changing) end(ctx context.Context) (uint64, error) { return c.source().end(ctx) }

func (c *changing) wake() { c.source().wake() }

func (c *changing) close() { c.source().close() }
