package web_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/sitepage"
	"ascolto/web/webtest"
)

const logoForm = "/desk/texts/logo"

// drawing returns a picture in one colour beside white.
func drawing(width, height int, of color.Color) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width / 2 {
			m.Set(x, y, of)
		}
	}
	return m
}

func pngOf(t *testing.T, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func jpegOf(t *testing.T, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// chunked returns a PNG with another chunk after its header.
func chunked(file []byte, kind, data string) []byte {
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	chunk = append(chunk, kind+data...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE([]byte(kind+data)))
	const header = 8 + 25
	return slices.Concat(file[:header], chunk, file[header:])
}

// declared returns a small PNG that says it has so many pixels.
func declared(t *testing.T, width, height uint32) []byte {
	t.Helper()
	file := pngOf(t, drawing(2, 2, color.Black))
	binary.BigEndian.PutUint32(file[16:], width)
	binary.BigEndian.PutUint32(file[20:], height)
	binary.BigEndian.PutUint32(file[29:], crc32.ChecksumIEEE(file[12:29]))
	return file
}

// withEXIF returns a JPEG with a segment of metadata.
func withEXIF(file []byte, data string) []byte {
	data = "Exif\x00\x00" + data
	segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(data)+2))
	return slices.Concat(file[:2], segment, []byte(data), file[2:])
}

// sendLogo fills the form that publishes a logo; values are pairs.
func sendLogo(b *webtest.Browser, page *webtest.Page, file []byte, values ...string) *webtest.Page {
	form := url.Values{"act": {"publish"}, "alt.it": {"Stemma con la torre"},
		"alt.en": {"Coat of arms with the tower"}}
	for i := 0; i+1 < len(values); i += 2 {
		form.Set(values[i], values[i+1])
	}
	return b.Upload(page, logoForm, form, "logo", "logo.png", file)
}

// logosOf returns the logos that a page shows, as address and alternative text.
func logosOf(page *webtest.Page) (path string, alts []string) {
	for _, n := range page.All(func(n *html.Node) bool {
		return n.DataAtom == atom.Img &&
			webtest.Attr(n, "class") == "asc-logo"
	}) {
		path = webtest.Attr(n, "src")
		alts = append(alts, webtest.Attr(n, "alt"))
	}
	return path, alts
}

// TestLogo: the communication office publishes a logo; every page shows it with its own text in each
// language, at an address that never changes; an earlier one can be taken again, and the program's sign too.
func TestLogo(t *testing.T) {
	t.Parallel()
	w := webtest.Open(t)
	news, citizen := w.As(t, w.News), w.Browser(t)
	if path, _ := logosOf(citizen.Get("/")); path != "" {
		t.Fatalf("a logo before there is one: %s", path)
	}
	form := news.Get(logoForm)
	if form.Input("alt.it") != "Comune di Borgoforte" || form.Input("alt.en") != "Comune di Borgoforte" ||
		!form.Has("SVG") || form.Has("mostrata qui sopra") {
		t.Errorf("the fresh form: %.600s", form.Text())
	}
	red, green := pngOf(t, drawing(1200, 200, color.NRGBA{200, 0, 0, 255})), pngOf(t,
		drawing(90, 90, color.NRGBA{0, 90, 0, 255}))
	preview := sendLogo(news, form, red, "act", "preview", "note", "Nuova torre")
	path, _ := logosOf(citizen.Get("/"))
	if preview.Status != 200 || !preview.Has("mostrata qui sopra") || !preview.Has("Anteprima") ||
		!preview.Has("Stemma con la torre") || path != "" || preview.Input("note") != "Nuova torre" {
		t.Fatalf("preview: status %d, published %q: %.600s", preview.Status, path, preview.Text())
	}
	if sent := sendLogo(news, preview, nil, "note", "Nuova torre"); sent.Status != 303 {
		t.Fatalf("publishing what the preview showed: %d %.600s", sent.Status, sent.Text())
	}
	first := shownLogo(t, citizen, "Stemma con la torre", "Coat of arms with the tower")
	picture := citizen.Get(first)
	m, err := png.Decode(strings.NewReader(picture.Body))
	if err != nil || m.Bounds().Dx() != 480 || m.Bounds().Dy() != 80 {
		t.Fatalf("the picture: %v %v", err, m)
	}
	for name, want := range map[string]string{
		"Content-Type": "image/png", "Cache-Control": "public, max-age=31536000, immutable",
		"X-Content-Type-Options": "nosniff",
		"Content-Security-Policy": "default-src 'none'; sandbox; base-uri 'none'; form-action 'none'; " +
			"frame-ancestors 'none'", "Set-Cookie": "",
	} {
		if got := picture.Header.Get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	if sent := sendLogo(news, news.Get(logoForm), green, "alt.it", "Torre verde", "alt.en",
		"Green tower"); sent.Status != 303 {
		t.Fatalf("the second: %d %.600s", sent.Status, sent.Text())
	}
	if second := shownLogo(t, citizen, "Torre verde", "Green tower"); second == first ||
		citizen.Get(first).Body != picture.Body {
		t.Error("another picture at the same address, or the first one gone")
	}
	versions := news.Get(logoForm)
	if !versions.Has("Fabio Lugli") || !versions.Has("Nuova torre") ||
		!strings.Contains(versions.Body, first) {
		t.Errorf("the versions: %.900s", versions.Text())
	}
	again := news.Submit(news.Get(logoForm+"?from=1"), logoForm, url.Values{"act": {"publish"}})
	if path := shownLogo(t, citizen, "Stemma con la torre",
		"Coat of arms with the tower"); again.Status != 303 || path != first {
		t.Errorf("version 1 again: %d, %s", again.Status, path)
	}
	standard := news.Submit(news.Get(logoForm), logoForm, url.Values{"act": {"standard"}})
	wants(t, news.Follow(standard), 200, "mostra di nuovo il simbolo fornito")
	if path, _ := logosOf(citizen.Get("/")); standard.Status != 303 || path != "" {
		t.Errorf("back to the sign: %d, %s", standard.Status, path)
	}
	records, err := w.Audit.List(t.Context(), w.Officer, audit.Query{Action: sitepage.ActionLogo})
	if err != nil || len(records.Items) != 4 {
		t.Errorf("%d records: %v", len(records.Items), err)
	}
}

// shownLogo returns the address of the logo on the pages of the site, whose alternative texts it looks at.
func shownLogo(t *testing.T, b *webtest.Browser, it, en string) string {
	t.Helper()
	path, italian := logosOf(b.Get("/"))
	english, alts := logosOf(b.Get("/?lingua=en"))
	if path == "" || path != english || !slices.Contains(italian, it) || !slices.Contains(alts, en) {
		t.Errorf("the header shows %s %q, in English %s %q", path, italian, english, alts)
	}
	return path
}

// The logo stands in the header and on paper, of the site, of errors and of the desk; where the text is the
// name that stands beside it, it is not read twice; mails are as they were.
func TestLogoOnEveryPage(t *testing.T) {
	t.Parallel()
	w := webtest.Open(t)
	news, citizen := w.As(t, w.News), w.Browser(t)
	if sent := sendLogo(news, news.Get(logoForm),
		pngOf(t, drawing(90, 90, color.Black))); sent.Status != 303 {
		t.Fatalf("status %d", sent.Status)
	}
	for _, path := range []string{"/", "/forum", "/privacy", "/cerca?q=parco", "/nessuna-pagina"} {
		page := citizen.Get(path)
		if _, alts := logosOf(page); len(alts) != 3 || alts[0] != "Stemma con la torre" ||
			alts[1] != "Stemma con la torre" || alts[2] != "" {
			t.Errorf("%s: %q", path, alts)
		}
		if paper := page.By("class", "d-none d-print-block"); len(paper) != 1 ||
			len(imagesIn(paper[0])) != 1 {
			t.Errorf("%s has no logo on paper", path)
		}
	}
	if _, alts := logosOf(news.Get("/desk")); len(alts) != 2 {
		t.Errorf("the desk: %q", alts)
	}
	const town = "Comune di Borgoforte"
	if sent := sendLogo(news, news.Get(logoForm), nil, "alt.it", town, "alt.en", town); sent.Status != 303 {
		t.Fatalf("other texts for the same picture: %d", sent.Status)
	}
	if _, alts := logosOf(citizen.Get("/")); len(alts) != 3 || alts[0] != "" {
		t.Errorf("the name is read twice: %q", alts)
	}
	before := len(w.Mail.Sent())
	citizen.Submit(citizen.Get("/accedi"), "/accedi", url.Values{"email": {"anna@posta.example"}})
	for _, m := range w.Mail.Sent()[before:] {
		if strings.Contains(fmt.Sprint(m), "/logo/") || strings.Contains(fmt.Sprint(m), "<img") {
			t.Errorf("a mail with a picture: %v", m)
		}
	}
}

func imagesIn(n *html.Node) (all []*html.Node) {
	for d := range n.Descendants() {
		if d.DataAtom == atom.Img {
			all = append(all, d)
		}
	}
	return all
}

// What is no picture that the site takes comes back with the reason and with what was typed, and nothing is
// published.
func TestLogoRefused(t *testing.T) {
	t.Parallel()
	w := webtest.Open(t)
	news := w.As(t, w.News)
	small := drawing(40, 40, color.Black)
	var moving bytes.Buffer
	if err := gif.Encode(&moving, small, nil); err != nil {
		t.Fatal(err)
	}
	good := pngOf(t, small)
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"none": {nil, "Scegliere un'immagine"},
		"a renamed page": {[]byte("<!doctype html><script>alert(1)</script>"),
			"non è un'immagine PNG, JPEG o WebP"},
		"a drawing of lines": {
			[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`),
			"non è un'immagine PNG, JPEG o WebP"},
		"a GIF":                   {moving.Bytes(), "non è un'immagine PNG, JPEG o WebP"},
		"30,000 pixels a side":    {declared(t, 30_000, 30_000), "supera 2.000 pixel"},
		"one pixel too wide":      {pngOf(t, image.NewGray(image.Rect(0, 0, 2001, 1))), "supera 2.000 pixel"},
		"torn":                    {good[:len(good)-20], "incompleta o rovinata"},
		"a torn JPEG":             {jpegOf(t, small)[:300], "incompleta o rovinata"},
		"a WebP of a header only": {[]byte("RIFF\x04\x00\x00\x00WEBP"), "incompleta o rovinata"},
		"too long":                {append(good, make([]byte, 512<<10)...), "supera 512 KiB"},
		"much too long":           {append(good, make([]byte, 3<<20)...), "supera 512 KiB"},
	} {
		for _, act := range []string{"preview", "publish"} {
			page := sendLogo(news, news.Get(logoForm), c.file, "act", act, "note", "Prova di nota")
			if page.Status != 422 || !page.Has(c.want) || page.Input("alt.it") != "Stemma con la torre" ||
				page.Input("note") != "Prova di nota" {
				t.Errorf("%s, %s: status %d, %.500s", name, act, page.Status, page.Text())
			}
		}
	}
	page := sendLogo(news, news.Get(logoForm), good, "alt.it", "\u200b", "alt.en", "")
	if page.Status != 422 || page.Input("picture") == "" ||
		strings.Count(page.Text(), "Compilare questo campo") < 2 {
		t.Errorf("without texts: status %d, %.500s", page.Status, page.Text())
	}
	if sent := sendLogo(news, page, nil); sent.Status != 303 {
		t.Errorf("the picture was lost with the texts: %d", sent.Status)
	}
	if page := sendLogo(news, news.Get(logoForm), append(good, make([]byte, 5<<20)...)); page.Status != 413 {
		t.Errorf("over the body of the route: %d", page.Status)
	}
	for _, path := range []string{"/logo/x.png", "/logo/" + strings.Repeat("0", 32) + ".png",
		"/logo/..%2f.png", "/logo/a.svg"} {
		if page := w.Browser(t).Get(path); page.Status != 404 {
			t.Errorf("%s: %d", path, page.Status)
		}
	}
}

// Of what a file says beside its pixels nothing is served.
func TestLogoKeepsOnlyPixels(t *testing.T) {
	t.Parallel()
	w := webtest.Open(t)
	news, citizen := w.As(t, w.News), w.Browser(t)
	small := drawing(60, 60, color.Black)
	const secret = "45.07N 10.79E Bice"
	files := map[string][]byte{
		"text in a PNG":     chunked(pngOf(t, small), "tEXt", "Author\x00"+secret),
		"EXIF in a PNG":     chunked(pngOf(t, small), "eXIf", secret),
		"EXIF in a JPEG":    withEXIF(jpegOf(t, small), secret),
		"after the picture": append(pngOf(t, small), secret...),
	}
	for name, file := range files {
		if sent := sendLogo(news, news.Get(logoForm), file, "alt.it", name); sent.Status != 303 {
			t.Fatalf("%s: status %d: %.400s", name, sent.Status, sent.Text())
		}
		path, _ := logosOf(citizen.Get("/"))
		served := citizen.Get(path)
		if served.Status != 200 || strings.Contains(served.Body, secret) ||
			strings.Contains(served.Body, "Exif") {
			t.Errorf("%s: status %d, served with it", name, served.Status)
		}
		if m, err := png.Decode(strings.NewReader(served.Body)); err != nil || m.Bounds().Dx() != 60 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Who publishes second keeps picture and texts, sees what the first published and who it was, and may publish
// on purpose.
func TestLogoSecondWriter(t *testing.T) {
	t.Parallel()
	w := webtest.Open(t)
	news, administrator := w.As(t, w.News), w.As(t, w.Administrator)
	shown := administrator.Get(logoForm)
	if sent := sendLogo(news, news.Get(logoForm),
		pngOf(t, drawing(50, 50, color.Black))); sent.Status != 303 {
		t.Fatalf("status %d", sent.Status)
	}
	again := sendLogo(administrator, shown, pngOf(t, drawing(70, 50, color.Black)), "alt.it",
		"Il secondo stemma")
	if again.Status != 422 || !again.Has("Fabio Lugli") || again.Input("alt.it") != "Il secondo stemma" ||
		again.Input("picture") == "" {
		t.Fatalf("status %d: %.500s", again.Status, again.Text())
	}
	if _, alts := logosOf(w.Browser(t).Get("/")); !slices.Contains(alts, "Stemma con la torre") {
		t.Errorf("the site shows %q", alts)
	}
	if sent := sendLogo(administrator, again, nil, "alt.it", "Il secondo stemma"); sent.Status != 303 {
		t.Fatalf("on purpose: status %d", sent.Status)
	}
	if _, alts := logosOf(w.Browser(t).Get("/")); !slices.Contains(alts, "Il secondo stemma") {
		t.Errorf("the site shows %q", alts)
	}
}

// TestLogoOfTwo: of a logo that two describe at once, what only one changed stays, at the second press, too.
func TestLogoOfTwo(t *testing.T) {
	t.Parallel()
	w := webtest.Open(t)
	news, administrator := w.As(t, w.News), w.As(t, w.Administrator)
	if sent := sendLogo(news, news.Get(logoForm), pngOf(t, drawing(50, 50, color.Black))); sent.Status != 303 {
		t.Fatalf("status %d", sent.Status)
	}
	mine := func(page *webtest.Page, alt ...string) *webtest.Page {
		form := url.Values{"act": {"publish"}}
		for i := 0; i+1 < len(alt); i += 2 {
			form.Set(alt[i], alt[i+1])
		}
		return administrator.Submit(page, logoForm, form)
	}
	shown, theirs := administrator.Get(logoForm), news.Get(logoForm)
	news.Submit(theirs, logoForm, url.Values{"act": {"publish"}, "alt.en": {"The tower"}})
	if sent := mine(shown, "alt.it", "La torre"); sent.Status != 303 {
		t.Fatalf("the other language: status %d, %.500s", sent.Status, sent.Text())
	}
	shown, theirs = administrator.Get(logoForm), news.Get(logoForm)
	if it, en := theirs.Input("alt.it"), theirs.Input("alt.en"); it != "La torre" || en != "The tower" {
		t.Fatalf("joined: %q, %q", it, en)
	}
	sendLogo(news, theirs, pngOf(t, drawing(80, 50, color.Black)), "alt.it", "La Ghirlandina", "alt.en",
		"The belfry")
	clash := mine(shown, "alt.it", "La torre civica")
	if clash.Status != 422 || clash.Input("alt.it") != "La torre civica" ||
		clash.Input("alt.en") != "The belfry" {
		t.Fatalf("both the same: status %d, %q, %.500s", clash.Status, clash.Input("alt.en"), clash.Text())
	}
	if sent := mine(clash); sent.Status != 303 {
		t.Fatalf("on purpose: status %d, %.500s", sent.Status, sent.Text())
	}
	last := administrator.Get(logoForm)
	if last.Input("alt.it") != "La torre civica" || last.Input("alt.en") != "The belfry" ||
		last.Input("hash") == shown.Input("hash") {
		t.Errorf("in force: %q, %q, the picture of the first: %v", last.Input("alt.it"), last.Input("alt.en"),
			last.Input("hash") == shown.Input("hash"))
	}
}

// Nobody but the communication office and the administrator may see or publish the logo's form.
func TestLogoPermissions(t *testing.T) {
	t.Parallel()
	w := webtest.Open(t)
	form := w.As(t, w.News).Get(logoForm)
	for _, who := range []civic.Actor{w.Desk, w.Works, w.Head, w.Moderator, w.Officer, w.Anna} {
		b := w.As(t, who)
		sent := sendLogo(b, form, pngOf(t, drawing(50, 50, color.Black)), "csrf", b.Token())
		if page := b.Get(logoForm); page.Status != 403 || sent.Status != 403 {
			t.Errorf("%s may: %d, %d", who.Name, page.Status, sent.Status)
		}
		if _, err := w.Texts.PublishLogo(t.Context(), who, sitepage.LogoDraft{}); civic.CodeOf(
			err) != civic.Forbidden {
			t.Errorf("%s: the service says %v", who.Name, err)
		}
	}
	forged := sendLogo(w.As(t, w.News), form, pngOf(t, drawing(50, 50, color.Black)), "csrf", "x")
	if path, _ := logosOf(w.Browser(t).Get("/")); forged.Status != 403 || path != "" {
		t.Errorf("a form without its token: %d, %s", forged.Status, path)
	}
}
