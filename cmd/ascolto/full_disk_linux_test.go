package main

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
	"ascolto/web/webtest"
)

// leave fills the disk of a file until so many bytes are free.
func leave(t *testing.T, path string, free int64) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for block := make([]byte, 64<<10); ; {
		var disk syscall.Statfs_t
		if err := syscall.Statfs(filepath.Dir(path), &disk); err != nil {
			t.Fatal(err)
		}
		if int64(disk.Bavail)*int64(disk.Bsize) <= free {
			return
		}
		if _, err := f.Write(block); err != nil {
			return
		}
	}
}

// TestFullDisk: while the disk is full, people are told and can go on reading; what was acknowledged is
// there; when there is room again writing and searching go on by themselves, and so after a power cut.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	disk := storetest.SmallDisk(t, "112m")
	weight := filepath.Join(disk, "ballast")
	settings := with(here(t), "ASCOLTO_DATA", filepath.Join(disk, "data"))
	a := opened(t, settings)
	if _, err := a.Accounts.CreateStaff(t.Context(), civic.System("test"), accounts.NewStaff{
		FormKey: "operator-0000000001", Email: "ada@comune.example.it", Name: "Ada Bianchi",
		Roles: []civic.Role{civic.Operator}, Password: staffPassword,
	}); err != nil {
		t.Fatal(err)
	}
	a.mustClose(t)
	p := start(t, settings)
	b := signedIn(t, p, "ada@comune.example.it")
	form := b.Get("/desk/contacts/new")
	var kept []string
	save := func(n int) int {
		name := fmt.Sprintf("Dall'Olio%d", n)
		status := b.Submit(form, "/desk/contacts", url.Values{
			"family_name": {name}, "given_name": {"Anna"},
			"emails.1": {fmt.Sprintf("anna%d@posta.example", n)}, "form_key": {fmt.Sprintf("%026d", n)},
		}).Status
		if status == 303 {
			kept = append(kept, name)
		}
		return status
	}
	for n := range 5 {
		if status := save(n); status != 303 {
			t.Fatalf("with room: status %d", status)
		}
	}
	if err := p.Stop(20 * time.Second); err != nil {
		t.Fatal(err)
	}
	// so that the next use of the session would be written down
	p = start(t, with(settings, aheadSetting, "2m"))
	stranger := (&webtest.Site{Origin: p.URL}).Browser(t)
	for round, free := range []int64{16 << 20, 0} { // less than the reserve, then nothing at all
		leave(t, weight, free)
		if page := b.Get("/desk"); page.Status != 200 {
			t.Errorf("%d bytes free: the desk has status %d", free, page.Status)
		}
		if status := save(10 + round); status != 507 {
			t.Errorf("%d bytes free: status %d", free, status)
		}
		sent := b.Upload(b.Get("/desk/calls/new"), "/desk/calls",
			url.Values{"subject": {"Foto"}, "note": {"Una nota lunga"}}, "files", "foto.txt", []byte("testo"))
		if sent.Status != 507 || !sent.Has("Una nota lunga") {
			t.Errorf("%d bytes free: a file is answered with status %d, %.300s", free, sent.Status, sent.Text())
		}
		page := stranger.Submit(stranger.Get("/accedi"), "/accedi",
			url.Values{"email": {"anna@posta.example"}})
		if page.Status != 507 || !page.Has("Lo spazio di archiviazione è esaurito") {
			t.Errorf("%d bytes free: a citizen reads, with status %d, %.300s", free, page.Status, page.Text())
		}
		for _, path := range []string{"/", "/forum", "/sondaggi", "/cerca?q=piazza", "/readyz"} {
			if page := stranger.Get(path); page.Status != 200 {
				t.Errorf("%d bytes free: %s has status %d", free, path, page.Status)
			}
		}
	}
	if !strings.Contains(p.out.String(), "the disk that holds the data is full") {
		t.Error("the log does not say that the disk is full")
	}
	if err := os.Remove(weight); err != nil {
		t.Fatal(err)
	}
	eventually(t, "writing goes on", func() bool { return save(20) == 303 })
	found := func(name string) func() bool {
		return func() bool { return b.Get("/desk/contacts?" + url.Values{"q": {name}}.Encode()).Has(name) }
	}
	eventually(t, "searching goes on", found("Dall'Olio20"))
	p.Kill()
	p = start(t, settings)
	b = signedIn(t, p, "ada@comune.example.it")
	for _, name := range kept {
		eventually(t, name+" is there", found(name))
	}
	if err := p.Stop(20 * time.Second); err != nil {
		t.Error(err)
	}
	if _, err := docstore.Inspect(t.Context(),
		filepath.Join(settings["ASCOLTO_DATA"], storeFile)); err != nil {
		t.Error(err)
	}
}
