package sitepage

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"image"
	"image/png"
	"io"
	"sync"

	"golang.org/x/image/draw"

	"ascolto/internal/civic"
	"ascolto/internal/picture"
)

// The bounds of a picture that is sent, and of what is kept of it: three times the size at which the header
// shows it, for fine screens.
const (
	MaxPicture = 512 << 10 // bytes
	MaxSide    = 2000      // pixels, sent
	LogoWidth  = 480       // pixels, kept
	LogoHeight = 160
)

// Picture is a picture as the site serves it: a PNG with pixels and nothing else.
type Picture struct {
	PNG           []byte
	Hash          string // names the bytes
	Width, Height int
}

// drawing lets one picture at a time take the memory of its pixels.
var drawing sync.Mutex

// ParsePicture returns what the site would show of a file: read by its content, upright, made smaller where
// it is larger than the header shows, and written anew, so that nothing of the file but its pixels is left.
// It returns an Invalid error that says what to do with a file that is too long, of another kind, of too many
// pixels (known before any is read) or torn.
func ParsePicture(file []byte) (Picture, error) {
	if len(file) > MaxPicture {
		return Picture{}, tooLarge("error.picture.bytes", MaxPicture>>10)
	}
	format, ok := picture.Detect(file)
	if !ok {
		return Picture{}, civic.NewError(civic.Invalid, "error.picture.kind")
	}
	open := func() io.Reader { return bytes.NewReader(file) }
	size, err := format.Size(open())
	switch {
	case err != nil:
		return Picture{}, civic.Wrap(civic.Invalid, "error.picture.torn", err)
	case size.X > MaxSide || size.Y > MaxSide:
		return Picture{}, tooLarge("error.picture.pixels", MaxSide)
	}
	drawing.Lock()
	defer drawing.Unlock()
	all, lies, err := format.Decode(open)
	if err != nil {
		return Picture{}, civic.Wrap(civic.Invalid, "error.picture.torn", err)
	}
	if lies != picture.Upright {
		all = lies.Turn(picture.Scale(all, all.Bounds().Size(), draw.CatmullRom))
	}
	return encodePicture(fitted(all))
}

func tooLarge(key string, max int) error {
	return &civic.Error{Code: civic.Invalid, Message: civic.Message{Key: key, Args: civic.Args{"Max": max}}}
}

// fitted returns a picture within the bounds of what is kept, itself when it is, so that what was kept once
// stays as it is.
func fitted(from image.Image) image.Image {
	size := from.Bounds().Size()
	width, height := size.X, size.Y
	if width > LogoWidth {
		width, height = LogoWidth, max(1, height*LogoWidth/width)
	}
	if height > LogoHeight {
		width, height = max(1, width*LogoHeight/height), LogoHeight
	}
	switch from.(type) {
	case *image.NRGBA, *image.RGBA, *image.Gray, *image.Paletted:
		if width == size.X && height == size.Y {
			return from
		}
	}
	return picture.Scale(from, image.Pt(width, height), draw.CatmullRom)
}

func encodePicture(from image.Image) (Picture, error) {
	var b bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&b, from); err != nil {
		return Picture{}, civic.Wrap(civic.Internal, "error.internal", err)
	}
	sum := sha256.Sum256(b.Bytes())
	size := from.Bounds().Size()
	return Picture{PNG: b.Bytes(), Hash: hex.EncodeToString(sum[:16]), Width: size.X, Height: size.Y}, nil
}
