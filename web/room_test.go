package web_test

import (
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"testing"

	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/surveys"
	"ascolto/web"
	"ascolto/web/webtest"
)

// Who looks after the program reads on the start page of which files there is little room left, and what to
// do; nobody else does, and nothing is said while there is room.
func TestLittleRoomForFilesIsSaid(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	service, err := surveys.New(t.Context(), surveys.Options{DB: town.DB, Audit: town.Audit, Index: town.Search,
		Recorder: town.CRM, Files: town.Files, Now: civic.Now, Log: slog.New(slog.DiscardHandler),
		DraftFiles: 1 << 20, SentFiles: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	services := town.Services
	services.Surveys = service
	site := webtest.Start(t, web.Options{Services: services, Vault: town.Vault})
	news := town.As(t, town.News)
	at := newSurvey(t, news, "Posto per i testi", values("participation", "anonymous"))
	addQuestion(t, news, at, "1", surveys.File, values("text.it", "Che cosa si vede?"))
	if done := publishNow(t, news, at); done.Status != 303 {
		t.Fatalf("publishing: %d %.900s", done.Status, done.Text())
	}
	admin := site.As(t, town.Administrator)
	const warned = "Lo spazio per i file sta finendo"
	if page := admin.Get("/desk"); page.Status != 200 || page.Has(warned) {
		t.Errorf("while there is room: %d %.600s", page.Status, page.Text())
	}
	pools, err := service.FilePools(t.Context())
	if err != nil || len(pools) != 1 {
		t.Fatalf("pools: %+v, %v", pools, err)
	}
	for n := range 4 {
		_, err := town.Files.Put(t.Context(), blob.Upload{Name: "a.txt", Sender: civic.ID(fmt.Sprint("form", n)),
			Use:  blob.Use{Name: "test", Types: []blob.Type{blob.Text}, MaxSize: 1 << 10, MaxCount: 1},
			Pool: pools[0].Pool, From: netip.AddrFrom4([4]byte{192, 0, 2, byte(n)})}, strings.NewReader("testo"))
		if err != nil {
			t.Fatal(err)
		}
	}
	wantTexts(t, "the administrator", admin.Get("/desk"), warned, "«Posto per i testi»", "100 % di 1 MiB",
		"ASCOLTO_DRAFT_FILES", "ASCOLTO_SENT_FILES")
	if page := site.As(t, town.Desk).Get("/desk"); page.Status != 200 || page.Has(warned) {
		t.Errorf("the URP: %d %.600s", page.Status, page.Text())
	}
}
