package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ascolto/cmd/ascolto/app"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
	"ascolto/internal/migrate"
)

const earlierForm = "testdata/forms/2026-11-23"

// TestUpgrade: what an upgrade would do can be asked; serving does it after a backup that can be restored;
// then nothing is left to do.
func TestUpgrade(t *testing.T) {
	t.Parallel()
	settings := here(t)
	held := unpack(t, earlierForm, settings)
	data := settings["ASCOLTO_DATA"]
	getenv := func(name string) string { return settings[name] }
	for range 2 { // asking changes nothing
		out, _, err := call(t, getenv, "upgrade", "-dry-run")
		if err != nil || !strings.Contains(out, "the store has form 0, this version form 12") ||
			!strings.Contains(out, "1. contacts-names: ") {
			t.Fatalf("asked: %v, %q", err, out)
		}
	}
	p := start(t, settings)
	if err := p.Stop(20 * time.Second); err != nil {
		t.Fatal(err)
	}
	if log := p.out.String(); !strings.Contains(log, `"step":"contacts-names"`) ||
		!strings.Contains(log, "before-form-12") {
		t.Errorf("the log says nothing of it: %s", log)
	}
	out, _, err := call(t, getenv, "upgrade", "-dry-run")
	if err != nil || !strings.Contains(out, "nothing is to be done") {
		t.Errorf("afterwards: %v, %q", err, out)
	}
	m, err := readManifest(app.UpgradeBackup(data))
	if err != nil || m.Form != 0 || m.Documents["contacts"] != held["contacts"] || held["contacts"] == 0 {
		t.Fatalf("the backup before: %v, %+v", err, m)
	}
	restored := with(here(t), "ASCOLTO_SECRET", "")
	if err := os.MkdirAll(restored["ASCOLTO_DATA"], 0o700); err != nil {
		t.Fatal(err)
	}
	secret, err := os.ReadFile(filepath.Join(data, secretFile))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(restored["ASCOLTO_DATA"], secretFile), secret, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, _, err := call(t, func(name string) string { return restored[name] }, "restore",
		app.UpgradeBackup(data)); err != nil {
		t.Fatalf("restoring it: %v, %s", err, out)
	}
	start(t, restored)
}

// TestANewerStoreIsRefused: a program that does not know the form of a store ends with a sentence that says
// who wrote it, and a backup of such a store is not restored; nothing was changed.
func TestANewerStoreIsRefused(t *testing.T) {
	t.Parallel()
	settings := with(here(t), "ASCOLTO_SECRET", "")
	getenv := func(name string) string { return settings[name] }
	if _, _, err := call(t, getenv, "user", "add", "-email", "ada@example.it", "-name",
		"Ada Bianchi"); err != nil {
		t.Fatal(err)
	}
	db, err := docstore.Open(t.Context(),
		docstore.Options{Path: filepath.Join(settings["ASCOLTO_DATA"], storeFile)})
	if err != nil {
		t.Fatal(err)
	}
	more := append(app.Steps(nil),
		migrate.Step{Name: "later",
			Run: func(context.Context, *docstore.DB, *migrate.Position) error { return nil }})
	newer, err := migrate.Open(t.Context(), db, migrate.Options{Steps: more, Program: "9.9.9", Alone: true})
	if err == nil {
		err = newer.Apply(t.Context(), func(migrate.Progress) {})
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"serve"}, {"upgrade"}, {"upgrade", "-dry-run"}, {"hold"},
		{"audit", "verify"}} {
		_, _, err := call(t, getenv, args...)
		if err == nil || !strings.Contains(err.Error(), "written by Ascolto 9.9.9 in form 13") {
			t.Errorf("ascolto %v: %v", args, err)
		}
	}
	folder := filepath.Join(t.TempDir(), "backup")
	if _, _, err := call(t, getenv, "backup", folder); err != nil {
		t.Fatal(err)
	}
	other := here(t)
	_, _, err = call(t, func(name string) string { return other[name] }, "restore", folder)
	if err == nil || !strings.Contains(err.Error(), "in form 13") {
		t.Errorf("restoring: %v", err)
	}
}

// TestUpgradeOfAServer: on MongoDB the program makes no backup, so it upgrades only when it is told that
// there is one.
func TestUpgradeOfAServer(t *testing.T) {
	t.Parallel()
	o := storetest.Mongo(t)
	settings := with(here(t), "ASCOLTO_DB", o.URI)
	getenv := func(name string) string { return settings[name] }
	old := storetest.OpenOptions(t, o)
	type earlier struct {
		docstore.Meta `bson:",inline"`
		Digest        string `bson:"digest"`
	}
	spec := docstore.Spec{Name: "contacts",
		Indexes: []docstore.Index{{Name: "digest", Fields: []string{"digest"}}}}
	c, err := docstore.Collect[earlier](t.Context(), old, spec)
	if err == nil {
		err = c.Insert(t.Context(), &earlier{Digest: "x"})
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := call(t, getenv, "serve"); err == nil ||
		!strings.Contains(err.Error(), "ascolto upgrade -backed-up") {
		t.Errorf("serving: %v", err)
	}
	out, _, err := call(t, getenv, "upgrade", "-backed-up")
	if err != nil || !strings.Contains(out, "the store has form 12") ||
		!strings.Contains(out, "no version needs: contacts.ascolto_digest") {
		t.Errorf("upgrading: %v, %q", err, out)
	}
	if out, _, err := call(t, getenv, "upgrade"); err != nil || strings.Contains(out, "dropped") {
		t.Errorf("upgrading again: %v, %q", err, out)
	}
}
