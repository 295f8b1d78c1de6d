package sitepage_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"slices"
	"testing"

	"ascolto/internal/sitepage"
)

// lying returns a photograph of w by h pixels, dark at its left, whose camera says how it lies.
func lying(t *testing.T, w, h int, orientation byte) []byte {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, w, h))
	for i := range m.Pix {
		if i%w >= w/4 {
			m.Pix[i] = 0xff
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	body := "Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00" +
		string(rune(orientation)) + "\x00\x00"
	segment := append([]byte{0xff, 0xe1, 0, byte(len(body) + 2)}, body...)
	return slices.Insert(b.Bytes(), 2, segment...)
}

// TestPhotographIsUpright: a logo that was photographed stands as its camera says, and fits as it stands.
func TestPhotographIsUpright(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		orientation byte
		width       int
		x, y        int // where it is dark
	}{
		{1, 320, 10, 80}, {3, 320, 310, 80}, {6, 80, 40, 5}, {8, 80, 40, 155},
	} {
		kept, err := sitepage.ParsePicture(lying(t, 640, 320, c.orientation))
		if err != nil || kept.Width != c.width || kept.Height != 160 {
			t.Errorf("orientation %d: %d x %d, %v", c.orientation, kept.Width, kept.Height, err)
			continue
		}
		m, err := png.Decode(bytes.NewReader(kept.PNG))
		if err != nil {
			t.Fatal(err)
		}
		dark := color.GrayModel.Convert(m.At(c.x, c.y)).(color.Gray).Y
		bright := color.GrayModel.Convert(m.At(c.width-1-c.x, 159-c.y)).(color.Gray).Y
		if dark > 64 || bright < 192 {
			t.Errorf("orientation %d: turned the wrong way", c.orientation)
		}
		if again, err := sitepage.ParsePicture(kept.PNG); err != nil || again.Hash != kept.Hash {
			t.Errorf("orientation %d: what was kept once has changed: %v", c.orientation, err)
		}
	}
}
