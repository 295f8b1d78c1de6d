package main

import (
	"path/filepath"
	"regexp"
	"testing"

	"ascolto/internal/audit"
	"ascolto/internal/docstore"
)

// Whoever can write to the store cannot change its audit unnoticed: the command finds it, and ends with an
// error.
func TestAuditCommand(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	settings := map[string]string{"ASCOLTO_DATA": folder}
	run := func(args ...string) (out string, failed bool) {
		cmd, buffer := prepare(t, settings, args...)
		err := cmd.Run()
		return buffer.String(), err != nil
	}
	if out, failed := run("user", "add", "-email", "urp@comune.example.it", "-name", "Carla Conti", "-role",
		"administrator"); failed {
		t.Fatal(out)
	}
	out, failed := run("audit", "verify")
	if head := regexp.MustCompile(`head, to note elsewhere: (\S+)`).FindStringSubmatch(out); failed ||
		head == nil {
		t.Fatalf("failed %v: %s", failed, out)
	} else if out, failed := run("audit", "verify", head[1]); failed {
		t.Errorf("with the head that was printed: %s", out)
	}
	if out, failed := run("audit", "verify", "nonsense"); !failed {
		t.Errorf("a head that is none: %s", out)
	}
	tamper(t, folder)
	if out, failed := run("audit", "verify"); !failed ||
		!regexp.MustCompile(`(?m)^changed\t`).MatchString(out) {
		t.Errorf("after a change: failed %v, %s", failed, out)
	}
}

// tamper makes another colleague out of the one who was added.
func tamper(t *testing.T, folder string) {
	t.Helper()
	db, err := docstore.Open(t.Context(), docstore.Options{Path: filepath.Join(folder, "ascolto.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	records, err := docstore.Collect[audit.Record](t.Context(), db,
		docstore.Spec{Name: "audit", Indexes: []docstore.Index{
			{Name: "at", Fields: []string{"at"}}, {Name: "actor", Fields: []string{"actor", "at"}},
			{Name: "contact", Fields: []string{"contact", "at"}},
			{Name: "action", Fields: []string{"action", "at"}},
		}})
	if err != nil {
		t.Fatal(err)
	}
	page, err := records.Find(t.Context(), docstore.Query{Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range page.Items {
		if r.Action == "accounts.staff.created" {
			r.Object = "somebody-else"
			if err := records.Replace(t.Context(), &r); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	t.Fatalf("no record to change among %d", len(page.Items))
}
