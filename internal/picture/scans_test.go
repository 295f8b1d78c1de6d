package picture_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"io"
	"strings"
	"testing"
	"time"

	"ascolto/internal/picture"
)

// scansOf returns a progressive JPEG of 800 by 800 pixels that goes over them n times, each time with some
// twenty bytes.
func scansOf(n int) string {
	none := func(n int) string { return strings.Repeat("\x00", n) }
	table := "\xff\xdb\x00\x43\x00" + strings.Repeat("\x01", 64)
	head := "\xff\xc2\x00\x0b\x08\x03\x20\x03\x20\x01\x01\x11\x00" // progressive, of one component
	word := "\xff\xc4\x00\x14\x10\x01" + none(15) + "\xe0"         // a run of blocks without change
	scan := "\xff\xda\x00\x08\x01\x01\x00\x01\x3f\x00" + none(2) + none(8)
	return "\xff\xd8" + table + head + word + strings.Repeat(scan, n) + "\xff\xd9"
}

// TestPictureOfManyScans: a file of some kilobytes takes no minutes; one that programs make is read.
func TestPictureOfManyScans(t *testing.T) {
	t.Parallel()
	decode := func(content string) (image.Image, error) {
		m, _, err := picture.JPEG.Decode(func() io.Reader { return strings.NewReader(content) })
		return m, err
	}
	if m, err := decode(scansOf(20)); err != nil || m.Bounds().Dx() != 800 {
		t.Errorf("20 scans: %v", err)
	}
	began := time.Now()
	if _, err := decode(scansOf(5_000)); err == nil {
		t.Errorf("5,000 scans were read, in %v", time.Since(began))
	}
	var plain bytes.Buffer
	if err := jpeg.Encode(&plain, image.NewGray(image.Rect(0, 0, 30, 30)), nil); err != nil {
		t.Fatal(err)
	}
	if _, err := decode(plain.String()); err != nil {
		t.Error(err)
	}
}
