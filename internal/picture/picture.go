// Package picture reads the pictures that people send: which kind they are by their first bytes, how large
// before any pixel is read, and how they lie.
package picture

import (
	"errors"
	"image"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"
)

// Format is a kind of picture that is read. SVG is none: it can hold programs and load from elsewhere.
type Format struct {
	Magic  string // its first bytes, as Begins reads them
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
}

// The kinds that are read.
var (
	PNG  = Format{"\x89PNG\r\n\x1a\n", png.DecodeConfig, png.Decode}
	JPEG = Format{"\xff\xd8\xff", jpeg.DecodeConfig, jpeg.Decode}
	WebP = Format{"RIFF????WEBP", webp.DecodeConfig, webp.Decode}
)

// Detect returns the kind of a picture by its first bytes; false when it is none that is read.
func Detect(head []byte) (Format, bool) {
	for _, f := range []Format{PNG, JPEG, WebP} {
		if Begins(head, f.Magic) {
			return f, true
		}
	}
	return Format{}, false
}

// Begins reports whether bytes begin as a kind of content does: "?" in magic stands for any byte.
func Begins(b []byte, magic string) bool {
	if len(b) < len(magic) {
		return false
	}
	for i := range len(magic) {
		if magic[i] != '?' && magic[i] != b[i] {
			return false
		}
	}
	return true
}

// errEmpty is a picture without pixels.
var errEmpty = errors.New("a picture without pixels")

// Size returns width and height in pixels, as the picture's head tells them; an error when it does not parse
// or has none.
func (f Format) Size(r io.Reader) (image.Point, error) {
	c, err := f.config(r)
	if err == nil && (c.Width < 1 || c.Height < 1) {
		err = errEmpty
	}
	return image.Pt(c.Width, c.Height), err
}

// Decode returns the pixels and how they lie. It reads twice: open returns the bytes from the beginning. It
// returns an error when the picture does not parse to its end, and when it has more scans than a camera or a
// program makes. Call Size first, and refuse what would take too much memory.
func (f Format) Decode(open func() io.Reader) (image.Image, Orientation, error) {
	from := open()
	if f.Magic == JPEG.Magic {
		from = &scans{from: from}
	}
	pixels, err := f.decode(from)
	if err != nil || f.Magic != JPEG.Magic {
		return pixels, Upright, err
	}
	return pixels, orientationOf(open()), nil
}

// Scale returns a picture of the size that is asked, drawn with the scaler when it is another than its own.
func Scale(from image.Image, to image.Point, with draw.Scaler) *image.NRGBA {
	scaled := image.NewNRGBA(image.Rectangle{Max: to})
	if to == from.Bounds().Size() {
		draw.Copy(scaled, image.Point{}, from, from.Bounds(), draw.Src, nil)
	} else {
		with.Scale(scaled, scaled.Bounds(), from, from.Bounds(), draw.Src, nil)
	}
	return scaled
}
