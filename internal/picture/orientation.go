package picture

import (
	"bytes"
	"encoding/binary"
	"image"
	"io"
)

// Orientation is how a photograph lies, as its camera says (Exif 2.32, tag 0x0112): 1 to 8.
type Orientation uint16

// Upright is how a picture lies that needs no turning.
const Upright Orientation = 1

const (
	orientationTag = 0x0112
	maxSegments    = 64 // of a JPEG that are looked through
)

// orientationOf reads how a JPEG lies; upright when it does not say so, or says it wrongly.
func orientationOf(r io.Reader) Orientation {
	head := make([]byte, 4)
	if _, err := io.ReadFull(r, head[:2]); err != nil {
		return Upright
	}
	for range maxSegments {
		if _, err := io.ReadFull(r, head); err != nil || head[0] != 0xFF || head[1] == 0xDA {
			return Upright
		}
		length := int(binary.BigEndian.Uint16(head[2:])) - 2
		if length < 0 {
			return Upright
		}
		segment := make([]byte, length)
		if _, err := io.ReadFull(r, segment); err != nil {
			return Upright
		}
		if tiff, ok := bytes.CutPrefix(segment, []byte("Exif\x00\x00")); ok && head[1] == 0xE1 {
			return orientationIn(tiff)
		}
	}
	return Upright
}

// orientationIn reads the tag from the first directory of a TIFF structure (TIFF 6.0, section 2).
func orientationIn(tiff []byte) Orientation {
	if len(tiff) < 8 {
		return Upright
	}
	var order binary.ByteOrder = binary.LittleEndian
	if tiff[0] == 'M' {
		order = binary.BigEndian
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at+2 > uint64(len(tiff)) {
		return Upright
	}
	entries := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(entries) < 12 {
			break
		}
		found := Orientation(order.Uint16(entries[8:]))
		if order.Uint16(entries) == orientationTag && found >= 1 && found <= 8 {
			return found
		}
		entries = entries[12:]
	}
	return Upright
}

// Turn returns the picture turned upright: itself when it is.
func (o Orientation) Turn(from *image.NRGBA) *image.NRGBA {
	if o == Upright {
		return from
	}
	w, h := from.Bounds().Dx(), from.Bounds().Dy()
	size := image.Rect(0, 0, w, h)
	if o >= 5 {
		size = image.Rect(0, 0, h, w)
	}
	to := image.NewNRGBA(size)
	for y := range size.Dy() {
		for x := range size.Dx() {
			sx, sy := o.source(x, y, w, h)
			copy(to.Pix[to.PixOffset(x, y):][:4], from.Pix[from.PixOffset(sx, sy):][:4])
		}
	}
	return to
}

// source returns where, in a picture of w by h pixels as it lies, the pixel is that belongs upright at x, y.
func (o Orientation) source(x, y, w, h int) (int, int) {
	switch o {
	case 2: // mirrored
		return w - 1 - x, y
	case 3: // upside down
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5: // mirrored along the diagonal
		return y, x
	case 6: // its top is at the right
		return y, h - 1 - x
	case 7:
		return w - 1 - y, h - 1 - x
	case 8: // its top is at the left
		return w - 1 - y, x
	}
	return x, y
}
