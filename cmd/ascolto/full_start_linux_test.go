package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/internal/docstore/storetest"
	"ascolto/web/webtest"
)

// TestStartOnFullDisk: the program starts, and commands that only read run, while there is no room to write
// anything.
func TestStartOnFullDisk(t *testing.T) {
	t.Parallel()
	disk := storetest.SmallDisk(t, "112m")
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
	if err := p.Stop(20 * time.Second); err != nil {
		t.Fatal(err)
	}
	for _, free := range []int64{16 << 20, 0} {
		leave(t, filepath.Join(disk, "ballast"), free)
		p := start(t, settings)
		for _, path := range []string{"/", "/forum", "/sondaggi", "/cerca?q=piazza", "/desk/login"} {
			if page := (&webtest.Site{Origin: p.URL}).Browser(t).Get(path); page.Status != 200 {
				t.Errorf("%d bytes free: %s has status %d", free, path, page.Status)
			}
		}
		if err := p.Stop(20 * time.Second); err != nil {
			t.Errorf("%d bytes free: %v\n%s", free, err, p.out)
		}
		if out, err := once(t, settings, "audit", "verify"); err != nil {
			t.Errorf("%d bytes free: audit verify: %v\n%s", free, err, out)
		}
		out, err := once(t, settings, "hold")
		if err == nil || strings.Contains(out, "error.") || !strings.Contains(out, "is full, or nearly so") {
			t.Errorf("%d bytes free: hold: %v\n%s", free, err, out)
		}
	}
}
