package web_test

import (
	"fmt"
	"sync"
	"testing"

	"ascolto/internal/civic"
	"ascolto/internal/sitepage"
	"ascolto/web/webtest"
)

// Of several tabs in which the same version of a text was opened, one publishes and the others are shown what
// it published; no version is lost, and each is audited once.
func TestTextsPublishedAtOnce(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	const rounds, tabs = 10, 6
	for round := range rounds {
		var all sync.WaitGroup
		var mu sync.Mutex
		published, told := 0, 0
		for tab := range tabs {
			by := town.News
			if tab%2 == 1 {
				by = town.Administrator
			}
			all.Go(func() {
				text := fmt.Sprintf("Le regole, giro %d, scheda %d.", round, tab)
				_, err := town.Texts.Publish(t.Context(), by, sitepage.Draft{
					Page: "privacy", Base: int64(round), Text: map[string]string{"it": text, "en": text},
					Note: "Prova",
				})
				mu.Lock()
				defer mu.Unlock()
				switch civic.CodeOf(err) {
				case "":
					published++
				case civic.Conflict:
					told++
				default:
					t.Error(err)
				}
			})
		}
		all.Wait()
		if published != 1 || told != tabs-1 {
			t.Fatalf("round %d: %d published, %d were told", round, published, told)
		}
	}
	if n := actions(t, town, sitepage.ActionPublish); n != rounds {
		t.Errorf("audited %d times", n)
	}
}
