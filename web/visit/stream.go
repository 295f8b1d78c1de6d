package visit

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"runtime/debug"
	"time"

	"github.com/gofiber/fiber/v2"
)

// streamTimeout bounds a download: the server gives a whole answer no more time than this.
const streamTimeout = 55 * time.Second

// Stream answers with a file that is written while it is sent, so that it may be larger than memory. When write fails the
// connection breaks off before the end of the answer, so that no browser takes half a file for the whole.
func (v *Visit) Stream(name, mediaType string, write func(context.Context, io.Writer) error) error {
	v.c.Set(fiber.HeaderContentType, mediaType)
	v.c.Set(fiber.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	v.private()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(v.Context()), streamTimeout)
	r, w := io.Pipe() // the server closes r when the reader is gone, and writing to w then fails
	log := v.site.Log.With(slog.String("request", v.Request))
	go func() {
		defer cancel()
		b := bufio.NewWriterSize(w, 32<<10)
		err := guarded(func() error { return write(ctx, b) }, log)
		if err == nil {
			err = b.Flush()
		}
		if err != nil {
			log.Error("download broken off", "error", err)
		}
		w.CloseWithError(err)
	}()
	return v.c.SendStream(r)
}

// guarded runs f and turns a panic into an error, whose stack goes to the log.
func guarded(f func() error, log *slog.Logger) (err error) {
	defer func() {
		if p := recover(); p != nil {
			log.Error("panic in a download", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			err = fmt.Errorf("visit: panic: %v", p)
		}
	}()
	return f()
}
