package blob

import (
	"bufio"
	"context"
	"image"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/draw"

	"ascolto/internal/civic"
	"ascolto/internal/picture"
	"ascolto/internal/routine"
)

// The bounds of pictures.
const (
	MaxPixels = 25_000_000 // as sent: what a telephone takes
	MaxSide   = 2560       // pixels, kept
	quality   = 85         // of a JPEG
)

// checkPicture returns the picture made anew: upright, no side longer than MaxSide, with pixels and nothing
// else. Where it was taken, by whom and what was appended to it is not kept.
func checkPicture(f picture.Format, kind Type) func(context.Context, *Store, *spooled) (examined, error) {
	return func(ctx context.Context, s *Store, sent *spooled) (examined, error) {
		size, err := f.Size(sent.reader())
		switch {
		case err != nil:
			return examined{}, errTorn(err)
		case int64(size.X)*int64(size.Y) > MaxPixels:
			return examined{}, civic.NewErrorArgs(civic.Invalid, "error.file.pixels",
				civic.Args{"Max": MaxPixels / 1_000_000})
		}
		if err := s.drawing.Acquire(ctx, 1); err != nil {
			return examined{}, civic.Wrap(civic.Unavailable, "error.unavailable", err)
		}
		defer s.drawing.Release(1)
		pixels, lies, err := f.Decode(sent.reader)
		if err != nil {
			return examined{}, errTorn(err)
		}
		return s.redrawn(kind, lies.Turn(scaled(pixels)))
	}
}

// reader returns the bytes from the beginning.
func (s *spooled) reader() io.Reader { return bufio.NewReader(io.NewSectionReader(s.file, 0, s.size)) }

// redrawn writes a picture: a photograph as JPEG, what may be seen through or is drawn as PNG.
func (s *Store) redrawn(from Type, pixels *image.NRGBA) (examined, error) {
	size := pixels.Bounds().Size()
	made := examined{kind: PNG, width: size.X, height: size.Y}
	if from == JPEG || from == WebP && pixels.Opaque() {
		made.kind = JPEG
	}
	r, w := io.Pipe()
	routine.Go(nil, "drawing a picture", func() error {
		if made.kind == JPEG {
			return jpeg.Encode(w, pixels, &jpeg.Options{Quality: quality})
		}
		return png.Encode(w, pixels)
	}, func(err error) { w.CloseWithError(err) })
	defer r.Close()
	up, err := s.spooled(maxRedrawn, r)
	made.spooled = up
	return made, err
}

// maxRedrawn is more than any picture of MaxSide takes: four bytes a pixel, and what a PNG says of each row.
const maxRedrawn = 4*MaxSide*MaxSide + 1<<20

// scaled returns a picture with no side longer than MaxSide.
func scaled(from image.Image) *image.NRGBA {
	size := from.Bounds().Size()
	if longest := max(size.X, size.Y); longest > MaxSide {
		size = image.Pt(max(1, size.X*MaxSide/longest), max(1, size.Y*MaxSide/longest))
	}
	return picture.Scale(from, size, draw.ApproxBiLinear)
}
