package web_test

import (
	"fmt"
	"testing"

	"ascolto/internal/civic"
	"ascolto/internal/sitepage"
	"ascolto/web/webtest"
)

// TestReadersReachEveryVersion: a text published more often than one list holds leads its readers to all its
// versions, too.
func TestReadersReachEveryVersion(t *testing.T) {
	t.Parallel()
	w := webtest.Open(t)
	for i := range civic.MaxPageSize + 1 {
		draft := sitepage.Draft{Page: sitepage.FAQ, Base: int64(i), Text: map[string]string{
			civic.Italian: fmt.Sprintf("## Domanda %d\n\nRisposta.", i),
			civic.English: fmt.Sprintf("## Question %d\n\nAnswer.", i),
		}}
		if _, err := w.Texts.Publish(t.Context(), w.News, draft); err != nil {
			t.Fatal(err)
		}
	}
	const path, first = "/domande-frequenti", "/domande-frequenti?versione=1"
	b := w.Browser(t)
	page := b.Get(path)
	next := page.By("rel", "next")
	if len(page.By("href", first)) != 0 || len(next) != 1 {
		t.Fatalf("%d ways to older versions: %.600s", len(next), page.Text())
	}
	if page = b.Get(webtest.Attr(next[0], "href")); page.Status != 200 || len(page.By("href", first)) != 1 ||
		!page.Has(fmt.Sprintf("Domanda %d", civic.MaxPageSize)) {
		t.Errorf("the next versions: %d, %.600s", page.Status, page.Text())
	}
	if page = b.Get(first); page.Status != 200 || !page.Has("Domanda 0") {
		t.Errorf("the first version: %d, %.600s", page.Status, page.Text())
	}
}
