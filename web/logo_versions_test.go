package web_test

import (
	"fmt"
	"image/color"
	"net/url"
	"testing"

	"ascolto/web/webtest"
)

// TestLogoVersionsArePaged: a logo published often keeps all its versions within reach.
func TestLogoVersionsArePaged(t *testing.T) {
	t.Parallel()
	w := webtest.Open(t)
	news := w.As(t, w.News)
	if sent := sendLogo(news, news.Get(logoForm),
		pngOf(t, drawing(60, 30, color.NRGBA{0, 90, 0, 255}))); sent.Status != 303 {
		t.Fatalf("the first: %d %.600s", sent.Status, sent.Text())
	}
	for n := range 21 {
		sent := news.Submit(news.Get(logoForm), logoForm,
			url.Values{"act": {"publish"}, "alt.it": {fmt.Sprintf("Torre %d", n)}})
		if sent.Status != 303 {
			t.Fatalf("version %d: %d %.600s", n+2, sent.Status, sent.Text())
		}
	}
	page := news.Get(logoForm)
	next := page.By("rel", "next")
	if len(next) != 1 || !page.Has("Meno recenti") || len(page.By("href", logoForm+"?from=1")) != 0 {
		t.Fatalf("%d ways to go on: %.600s", len(next), page.Text())
	}
	if older := news.Get(webtest.Attr(next[0], "href")); len(older.By("href", logoForm+"?from=1")) != 1 ||
		!older.Has("Torna ai più recenti") {
		t.Errorf("the next page: %d, %.600s", older.Status, older.Text())
	}
}
