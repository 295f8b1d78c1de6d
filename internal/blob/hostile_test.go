package blob_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"ascolto/internal/blob"
	"ascolto/internal/civic"
)

// drawn returns a picture whose left half is red.
func drawn(w, h int) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.NRGBA{0, 0, 200, 255}
			if x < w/2 {
				c = color.NRGBA{200, 0, 0, 255}
			}
			m.SetNRGBA(x, y, c)
		}
	}
	return m
}

func asPNG(m image.Image) string {
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		panic(err)
	}
	return b.String()
}

func asJPEG(m image.Image) string {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		panic(err)
	}
	return b.String()
}

// sized returns a PNG whose head says another size than it has.
func sized(w, h uint32) string {
	b := []byte(asPNG(drawn(4, 4)))
	binary.BigEndian.PutUint32(b[16:], w)
	binary.BigEndian.PutUint32(b[20:], h)
	binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(b[12:29]))
	return string(b)
}

// webpOf returns a WebP that says it has a size and holds nothing.
func webpOf(w, h uint32) string {
	b := []byte("RIFF\x16\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x10\x00\x00\x00")
	b = append(b, byte(w-1), byte((w-1)>>8), byte((w-1)>>16), byte(h-1), byte((h-1)>>8), byte((h-1)>>16))
	return string(b)
}

// exif is what a telephone writes into a photograph: how it lies, and where it was taken.
func exif(orientation byte) string {
	tiff := "MM\x00\x2a\x00\x00\x00\x08\x00\x02" +
		"\x01\x12\x00\x03\x00\x00\x00\x01\x00" + string(rune(orientation)) + "\x00\x00" +
		"\x88\x25\x00\x04\x00\x00\x00\x01\x00\x00\x00\x26" + "\x00\x00\x00\x00GPS 44.4949N 11.3426E"
	body := "Exif\x00\x00" + tiff
	return "\xff\xe1" + string([]byte{byte((len(body) + 2) >> 8), byte(len(body) + 2)}) + body
}

// photograph returns a JPEG that a telephone took.
func photograph(orientation byte) string {
	plain := asJPEG(drawn(64, 32))
	return plain[:2] + exif(orientation) + plain[2:]
}

// part is a part of an archive.
type part struct{ name, content string }

func archive(parts ...part) string {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range parts {
		method := zip.Deflate
		if p.name == "mimetype" {
			method = zip.Store
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: p.name, Method: method})
		if err == nil {
			_, err = w.Write([]byte(p.content))
		}
		if err != nil {
			panic(err)
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.String()
}

// swollen returns an archive that says a part unpacks to very much.
func swollen(s string) string {
	b := []byte(s)
	at := bytes.Index(b, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(b[at+24:], 1<<31)
	return string(b)
}

const pdf = "%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"

var odt = []part{{"mimetype", string(blob.ODT)}, {"content.xml", "<office/>"}}
var docx = []part{{"[Content_Types].xml", "<Types/>"}, {"word/document.xml", "<document/>"}}

// TestHostileUploadsAreRefused: what is not one of the kinds that are taken is kept nowhere, whatever it is
// called.
func TestHostileUploadsAreRefused(t *testing.T) {
	t.Parallel()
	k, kept := inFolder(t)
	p := open(t, k, kept)
	script := "<script>alert(1)</script>"
	for name, content := range map[string]string{
		"html.png":    "<!DOCTYPE html><html>" + script + "</html>",
		"html.txt":    "<html>" + script,
		"script.txt":  script,
		"spaces.txt":  "  \n\t<svg onload=alert(1)>",
		"mark.txt":    "\ufeff<svg xmlns='http://www.w3.org/2000/svg'>" + script + "</svg>",
		"comment.txt": "<!-- x --><html>",
		"drawing.svg": `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg">` + script +
			`</svg>`,
		"drawing.jpg":      `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`,
		"packed.svgz":      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03",
		"utf16.html":       "\xff\xfe<\x00h\x00t\x00m\x00l\x00>\x00",
		"utf7.txt":         "+ADw-script+AD4-alert(1)\x00",
		"empty.png":        "",
		"nul.txt":          "testo\x00testo",
		"latin.txt":        "perch\xe9",
		"bell.txt":         "testo\x07",
		"torn.png":         asPNG(drawn(40, 40))[:90],
		"torn.jpg":         asJPEG(drawn(40, 40))[:300],
		"head.png":         "\x89PNG\r\n\x1a\n",
		"head.jpg":         "\xff\xd8\xff\xe0",
		"head.webp":        "RIFF\x04\x00\x00\x00WEBP",
		"bomb.png":         sized(50_000, 50_000),
		"wide.png":         sized(1, 1<<31-1),
		"flat.png":         sized(0, 10),
		"lying.png":        sized(4000, 4000),
		"bomb.webp":        webpOf(16_000, 16_000),
		"lying.webp":       webpOf(100, 100),
		"moving.gif":       "GIF89a\x01\x00\x01\x00\x00\x00\x00;" + script,
		"gifjs.gif":        "GIF89a/*\x00\x00*/=1;alert(1)",
		"bitmap.bmp":       "BM\x00\x00\x00\x00",
		"icon.ico":         "\x00\x00\x01\x00",
		"page.pdf":         "%PDF-1.7\n" + script,
		"late.pdf":         script + pdf,
		"torn.pdf":         pdf[:len(pdf)-20],
		"program.exe":      "MZ\x90\x00\x03",
		"program.png":      "\x7fELF\x02\x01\x01",
		"shell.txt\x00.sh": "\x7fELF",
		"java.class":       "\xca\xfe\xba\xbe\x00\x00",
		"flash.swf":        "FWS\x09\x00\x00",
		"macro.doc":        "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
		"letter.rtf.exe":   "MZ\x00",
		"plain.zip":        archive(part{"a.txt", "testo"}),
		"program.jar": archive(part{"META-INF/MANIFEST.MF", "Main-Class: X"},
			part{"X.class", "\xca\xfe\xba\xbe"}),
		"slip.docx":  archive(append([]part{{"../../secret.key", "x"}}, docx...)...),
		"root.docx":  archive(append([]part{{"/etc/cron.d/x", "x"}}, docx...)...),
		"back.docx":  archive(append([]part{{`..\..\x`, "x"}}, docx...)...),
		"macro.docx": archive(append(docx[:2:2], part{"word/vbaProject.bin", "x"})...),
		"macro.odt":  archive(append(odt[:2:2], part{"Basic/Standard/Module1.xml", "x"})...),
		"bomb.docx":  swollen(archive(docx...)),
		"torn.docx":  archive(docx...)[:60],
		"other.odt":  archive(part{"mimetype", "text/html"}, part{"content.xml", "x"}),
		"late.odt":   archive(part{"content.xml", "x"}, part{"mimetype", string(blob.ODT)}),
	} {
		_, err := p.Put(t.Context(), blob.Upload{Name: name, Use: anything}, strings.NewReader(content))
		wantCode(t, name, err, civic.Invalid)
	}
	if n, m := p.kept(), countFiles(t, p.spool); n != 0 || m != 0 {
		t.Errorf("%d files kept, %d in the spool", n, m)
	}
	_, err := p.Put(t.Context(), blob.Upload{
		Name: "a.pdf", Use: blob.Use{Name: "foto", Types: []blob.Type{blob.PNG}, MaxSize: 1000},
	}, strings.NewReader(pdf))
	wantCode(t, "a type that the use does not take", err, civic.Invalid)
}

// TestHostileUploadsAreMadeHarmless: of a picture nothing but its pixels is kept, and a name is never more
// than one.
func TestHostileUploadsAreMadeHarmless(t *testing.T) {
	t.Parallel()
	k, kept := inFolder(t)
	p := open(t, k, kept)
	script := "<script>alert(1)</script>"
	shot := asPNG(drawn(30, 20))
	for name, c := range map[string]struct {
		content string
		kind    blob.Type
		shown   string
	}{
		"a.html": {shot + script, blob.PNG, "a.png"},
		"c.php.png": {asJPEG(drawn(30, 20)) + "<?php system($_GET[0]);", blob.JPEG,
			"c.php.jpg"},
		"foto.jpg": {photograph(1), blob.JPEG, "foto.jpg"},
		"d.png": {photograph(1)[:2] + "\xff\xfe\x00\x1b" + script + photograph(1)[2:],
			blob.JPEG, "d.jpg"},
		"zip.png":                 {shot + archive(part{"x.html", script}), blob.PNG, "zip.png"},
		"../../../etc/passwd":     {"testo", blob.Text, "passwd.txt"},
		`..\..\secret.key`:        {"testo", blob.Text, "secret.txt"},
		"..":                      {"testo", blob.Text, "file.txt"},
		"a\r\nSet-Cookie: x.txt":  {"testo", blob.Text, "a Set-Cookie_ x.txt"},
		"fdp\u202etxt.exe":        {"testo", blob.Text, "fdptxt.txt"},
		"<b onclick=x>.pdf":       {pdf, blob.PDF, "b onclick_x.pdf"},
		"page.html":               {"Prima riga, poi " + script, blob.Text, "page.txt"},
		"lettera.pdf.exe":         {archive(docx...), blob.DOCX, "lettera.pdf.docx"},
		strings.Repeat("è", 4000): {archive(odt...), blob.ODT, strings.Repeat("è", 116) + ".odt"},
		"\xff\xfe.txt":            {"testo", blob.Text, "file.txt"},
	} {
		f, err := p.Put(t.Context(), blob.Upload{Name: name, Use: anything}, strings.NewReader(c.content))
		if err != nil || f.Type != c.kind || f.Name != c.shown {
			t.Errorf("%.40q: %s %q, %v", name, f.Type, f.Name, err)
			continue
		}
		if got := p.read(t, f.ID); f.Type.IsPicture() &&
			(strings.Contains(got, "script") || strings.Contains(got, "GPS") ||
				strings.Contains(got, "Exif") || strings.Contains(got, "php") ||
				strings.Contains(got, "PK\x03\x04")) {
			t.Errorf("%q: something of the file is left", name)
		}
	}
}

// TestPicturesAreUpright: a photograph is turned as its camera says before it forgets it, and made smaller.
func TestPicturesAreUpright(t *testing.T) {
	t.Parallel()
	k, kept := inFolder(t)
	p := open(t, k, kept)
	red := func(m image.Image, x, y int) bool {
		r, _, b, _ := m.At(x, y).RGBA()
		return r > b
	}
	for _, c := range []struct {
		orientation byte
		w, h        int
		x, y        int // where it is red
	}{
		{0, 64, 32, 5, 16}, {1, 64, 32, 5, 16}, {2, 64, 32, 58, 16}, {3, 64, 32, 58, 16}, {4, 64, 32, 5, 16},
		{5, 32, 64, 16, 5}, {6, 32, 64, 16, 5}, {7, 32, 64, 16, 58}, {8, 32, 64, 16, 58}, {9, 64, 32, 5, 16},
	} {
		f := p.put(t, "", "foto.jpg", photograph(c.orientation))
		m, err := jpeg.Decode(strings.NewReader(p.read(t, f.ID)))
		if err != nil || f.Width != c.w || f.Height != c.h || m.Bounds().Dx() != c.w {
			t.Errorf("orientation %d: %d x %d, %v", c.orientation, f.Width, f.Height, err)
			continue
		}
		if !red(m, c.x, c.y) || red(m, c.w-1-c.x, c.h-1-c.y) {
			t.Errorf("orientation %d: turned the wrong way", c.orientation)
		}
	}
	f := p.put(t, "", "largo.png",
		asPNG(image.NewPaletted(image.Rect(0, 0, 5000, 1000), color.Palette{color.White, color.Black})))
	if f.Width != blob.MaxSide || f.Height != 512 || f.Type != blob.PNG {
		t.Errorf("%+v", f)
	}
}

// FuzzPut: whatever comes, what is kept is of a kind that is taken, and nothing else is left.
func FuzzPut(f *testing.F) {
	for _, seed := range []string{
		asPNG(drawn(8, 8)), photograph(6), webpOf(3, 3), pdf, archive(docx...), archive(odt...), "testo",
		"<html>", sized(1, 9),
	} {
		f.Add([]byte(seed), "nome.txt")
	}
	f.Fuzz(func(t *testing.T, content []byte, name string) {
		k, kept := inFolder(t)
		p := open(t, k, kept)
		file, err := p.Put(t.Context(), blob.Upload{Name: name, Use: anything}, bytes.NewReader(content))
		left := 1
		if err != nil {
			left = 0
			if code := civic.CodeOf(err); code != civic.Invalid {
				t.Errorf("%v", err)
			}
		}
		if p.kept() != left || countFiles(t, p.spool) != 0 || left == 1 &&
			(file.Type == blob.WebP || len(file.Name) > 500) {
			t.Errorf("%d kept of %d: %+v", p.kept(), left, file)
		}
	})
}
