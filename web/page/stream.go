package page

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"ascolto/internal/routine"
)

// StreamTimes is how long a download may take.
type StreamTimes struct {
	Pause time.Duration // without anything of it going out
	Whole time.Duration // all of it, however slow the line
}

// usualTimes is what a site has that says nothing else. A slow line takes minutes for a long list.
var usualTimes = StreamTimes{Pause: 55 * time.Second, Whole: 30 * time.Minute}

// Stream answers with a file that is written while it is sent, so that it may be larger than memory. When
// write fails the connection breaks off before the end of the answer, so that no browser takes half a file
// for the whole. Who reads slowly gets all of it, as long as some of it goes out.
func (req *Request) Stream(name, mediaType string, write func(context.Context, io.Writer) error) error {
	req.c.Set(fiber.HeaderContentType, mediaType)
	req.c.Set(fiber.HeaderContentDisposition,
		mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	req.private()
	ctx, cancel := context.WithCancel(context.WithoutCancel(req.Context()))
	r, w := io.Pipe() // the server closes r when the reader is gone, and writing to w then fails
	log := req.site.Log.With(slog.String("request", req.RequestID))
	out := newDownload(w, req.c.Context().Conn(), cmp.Or(req.site.Times, usualTimes), cancel)
	routine.Go(log, "download", func() error {
		b := bufio.NewWriterSize(out, piece)
		if err := write(ctx, b); err != nil {
			return err
		}
		return b.Flush()
	}, func(err error) {
		switch {
		case errors.Is(err, io.ErrClosedPipe), errors.Is(err, context.Canceled), errors.Is(err, net.ErrClosed):
			// the reader is gone, or took nothing for so long that the download was ended
			log.Info("download broken off by its reader")
		case err != nil:
			log.Error("download broken off", "error", err)
		}
		out.idle.Stop()
		w.CloseWithError(err)
		cancel()
	})
	return req.c.SendStream(r)
}

// download is a stream that goes on as long as its reader does.
type download struct {
	io.Writer
	conn  net.Conn
	pause time.Duration
	ends  time.Time
	idle  *time.Timer // ends it when nothing goes out
}

func newDownload(to io.Writer, conn net.Conn, p StreamTimes, end func()) *download {
	d := &download{Writer: to, conn: conn, pause: p.Pause, ends: time.Now().Add(p.Whole)}
	d.idle = time.AfterFunc(d.pause, end)
	return d
}

// piece is how much is handed to the server at a time.
const piece = 32 << 10

// Write returns when the server has taken b, and gives it time for more after each piece.
func (d *download) Write(b []byte) (n int, err error) {
	for p := range slices.Chunk(b, piece) {
		m, err := d.Writer.Write(p)
		if n += m; err != nil {
			return n, err
		}
		until := time.Now().Add(d.pause)
		if until.After(d.ends) {
			until = d.ends
		}
		d.idle.Reset(time.Until(until))
		if err := d.conn.SetWriteDeadline(until); err != nil { // the server set one for the whole answer
			return n, err
		}
	}
	return n, nil
}
