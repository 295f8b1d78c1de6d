package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ascolto/cmd/ascolto/app"
	"ascolto/internal/accounts"
	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/notify"
	"ascolto/notify/transport"
	"ascolto/web/webtest"
)

const staffPassword = "tre gatti sul tetto"

// instance is the program in the test's process.
type instance struct{ *app.App }

// opened opens the program's services in the test's process: whoever holds them is the one instance on the
// data folder.
func opened(t *testing.T, settings map[string]string) instance { return openedOn(t, settings, nil) }

// openedOn is opened over a store that the caller opened and closes; nil stands for that of the settings.
func openedOn(t *testing.T, settings map[string]string, db *docstore.DB) instance {
	t.Helper()
	cfg, err := loadConfig(func(name string) string { return settings[name] })
	if err != nil {
		t.Fatal(err)
	}
	p := program{config: cfg, errOut: io.Discard, now: civic.Now, getenv: cfg.getenv}
	a, err := p.open(t.Context(), app.Options{Origin: "http://localhost", DB: db})
	if err != nil {
		t.Fatal(err)
	}
	return instance{a}
}

func (a instance) mustClose(t *testing.T) {
	t.Helper()
	if err := a.Close(); err != nil {
		t.Error(err)
	}
}

// administrator makes an account that may release mail.
func (a instance) administrator(t *testing.T, email string) {
	t.Helper()
	_, err := a.Accounts.CreateStaff(t.Context(), civic.System("test"), accounts.NewStaff{
		FormKey: "administrator-" + email, Email: email, Name: "Ada Bianchi",
		Roles: []civic.Role{civic.Administrator}, Password: staffPassword,
	})
	if err != nil {
		t.Fatal(err)
	}
}

// letter puts a message into the outbox.
func (a instance) letter(ctx context.Context, n int) error {
	return a.Outbox.Enqueue(ctx, notify.Message{
		ID: civic.ID(fmt.Sprintf("letter-%d", n)), To: fmt.Sprintf("persona%d@posta.example", n),
		Language: "it", Class: notify.ClassService,
		Subject: "Conferma", Text: "La richiesta è arrivata.",
	})
}

// inside runs a command of the program in the test's process and returns what it printed.
func inside(t *testing.T, settings map[string]string, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := run(t.Context(), args, func(name string) string { return settings[name] }, nil, nil, &out, &out)
	return out.String(), err
}

// moved returns settings for another data folder that holds nothing but the secret of the first.
func moved(t *testing.T, settings map[string]string) map[string]string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "data")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := copyFile(t.Context(), filepath.Join(settings["ASCOLTO_DATA"], secretFile),
		filepath.Join(folder, secretFile)); err != nil {
		t.Fatal(err)
	}
	return with(settings, "ASCOLTO_DATA", folder)
}

// signedIn returns a browser in which an administrator signed in with a password.
func signedIn(t *testing.T, p *running, email string) *webtest.Browser {
	t.Helper()
	b := (&webtest.Site{Origin: p.URL}).Browser(t)
	page := b.Submit(b.Get("/desk/login"), "/desk/login",
		url.Values{"email": {email}, "password": {staffPassword}})
	if page.Status != 303 {
		t.Fatalf("signing in: status %d", page.Status)
	}
	return b
}

// TestBackupWhileItIsWrittenTo: a copy taken under load holds what was stored before it began, comes back as
// it was, and sends nothing until a person releases its mail; then everybody gets theirs, once.
func TestBackupWhileItIsWrittenTo(t *testing.T) {
	t.Parallel()
	const waiting = 500
	office := openPostOffice(t)
	settings := with(here(t), "ASCOLTO_SMTP", "smtp://"+office.Addr+"?tls=none")
	a := opened(t, settings)
	a.administrator(t, "ada@comune.example.it")
	in, err := a.Accounts.SignInWithPassword(t.Context(), "ada@comune.example.it", staffPassword,
		accounts.Client{})
	if err != nil {
		t.Fatal(err)
	}
	for n := range waiting {
		if err := a.letter(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
	stop := underLoad(t, a, waiting)
	folder := filepath.Join(t.TempDir(), "deep", "copy")
	out, err := once(t, settings, "backup", folder)
	later := stop()
	a.mustClose(t)
	if err != nil || !strings.Contains(out, "verified") || !strings.Contains(out, secretFile) {
		t.Fatalf("%v\n%s", err, out)
	}
	fresh := with(moved(t, settings), "ASCOLTO_LISTEN", freeAddress(t))
	if out, err = once(t, fresh, "restore", folder); err != nil ||
		!strings.Contains(out, "all mail is held") {
		t.Fatalf("%v\n%s", err, out)
	}
	restored := wantSameDocuments(t, folder, fresh["ASCOLTO_DATA"])
	if restored < waiting || restored > waiting+later {
		t.Errorf("%d letters in the copy; %d waited when it began, %d came meanwhile", restored, waiting,
			later)
	}
	p := start(t, fresh)
	stranger := (&webtest.Site{Origin: p.URL}).Browser(t)
	stranger.SetCookie("sid", in.Token)
	if page := stranger.Get("/desk/mail"); page.Status != 303 {
		t.Errorf("a session of the copy still opens the desk: status %d", page.Status)
	}
	b := signedIn(t, p, "ada@comune.example.it")
	page := b.Get("/desk/mail")
	if !page.Has("Tutta la posta è sospesa") || !page.Has("ripristinata da una copia") {
		t.Errorf("the desk does not explain why nothing is sent: %s", page.Text())
	}
	if !b.Get("/desk").Has("Tutta la posta è sospesa") {
		t.Error("the start page of the desk does not say that mail is held")
	}
	if sent := office.Mails(); len(sent) != 0 {
		t.Errorf("%d mails left before anybody released them", len(sent))
	}
	if page := b.Submit(page, "/desk/mail/release", nil); page.Status != 303 {
		t.Fatalf("releasing: status %d", page.Status)
	}
	eventually(t, "every letter of the copy arrives", func() bool { return len(office.Mails()) >= restored })
	wantOnce(t, office, restored)
}

// underLoad has the app take letters from four sides, numbered from the given one, until the function it
// returns is called, which says how many were taken.
func underLoad(t *testing.T, a instance, from int) (stop func() int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	var mu sync.Mutex
	taken := 0
	for range 4 {
		wg.Go(func() {
			for ctx.Err() == nil {
				mu.Lock()
				n := from + taken
				taken++
				mu.Unlock()
				if err := a.letter(context.WithoutCancel(ctx), n); err != nil {
					t.Errorf("a letter was refused: %v", err)
				}
				select {
				case <-ctx.Done():
				case <-time.After(20 * time.Millisecond):
				}
			}
		})
	}
	return func() int { cancel(); wg.Wait(); return taken }
}

// wantOnce demands that n addresses got a mail each.
func wantOnce(t *testing.T, office *postOffice, n int) {
	t.Helper()
	copies := map[string]int{}
	for _, m := range office.Mails() {
		copies[m.To[0]]++
	}
	if len(copies) != n {
		t.Errorf("%d addresses got mail, want %d", len(copies), n)
	}
	for to, times := range copies {
		if times != 1 {
			t.Errorf("%s got %d", to, times)
		}
	}
}

// wantSameDocuments demands that the store in the data folder has every document of the backup, byte by byte,
// but for what a restore changes, and every file. It returns how many mails wait in it.
func wantSameDocuments(t *testing.T, backup, data string) (letters int) {
	t.Helper()
	was, is := documents(t, filepath.Join(backup, storeFile)), documents(t, filepath.Join(data, storeFile))
	for _, changed := range []string{"mail_settings", "account_sessions", "account_codes", "account_flows",
		"account_resets", "account_tokens"} {
		delete(was, changed)
		delete(is, changed)
	}
	for id := range is["audit"] { // the restore itself is recorded
		if _, old := was["audit"][id]; !old {
			delete(is["audit"], id)
		}
	}
	if diff := cmp.Diff(was, is); diff != "" {
		t.Errorf("documents differ: %.2000s", diff)
	}
	if want, got := filesOf(t, filepath.Join(backup, mailFolder)), filesOf(t,
		filepath.Join(data, mailFolder)); !cmp.Equal(want, got) {
		t.Errorf("kept mail differs: %v, %v", want, got)
	}
	return len(is["deliveries"])
}

// documents returns what a closed store holds: collection, id, document.
func documents(t *testing.T, path string) map[string]map[string]string {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?mode=ro&immutable=1")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	all := map[string]map[string]string{}
	for _, name := range column(t, db, `SELECT name FROM "/collections"`) {
		all[name] = map[string]string{}
		ids, docs := column(t, db, `SELECT id FROM "`+name+`" ORDER BY id`), column(t, db,
			`SELECT doc FROM "`+name+`" ORDER BY id`)
		for i, id := range ids {
			all[name][id] = docs[i]
		}
	}
	return all
}

func column(t *testing.T, db *sql.DB, query string) []string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	return all
}

// filesOf returns the content of the files in a folder, by name.
func filesOf(t *testing.T, folder string) map[string]string {
	t.Helper()
	all := map[string]string{}
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() {
			continue
		}
		b, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all[e.Name()] = string(b)
	}
	return all
}

// eventually waits until something holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(90 * time.Second); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}

// sentFile keeps a text that a document refers to.
func (a instance) sentFile(t *testing.T, content string) blob.File {
	t.Helper()
	use := blob.Use{Name: "test", Types: []blob.Type{blob.Text}, MaxSize: 1 << 20, MaxCount: 1}
	f, err := a.Files.Put(t.Context(), blob.Upload{Name: "lettera.txt", Use: use}, strings.NewReader(content))
	if err == nil {
		err = a.Files.Claim(t.Context(), blob.Claim{Document: "test/1", Use: use}, f.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// keptFile returns the one name of a file in a backup.
func keptFile(t *testing.T, backup string) string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(backup, filesFolder))
	if err != nil || len(entries) != 1 {
		t.Fatalf("%d files, %v", len(entries), err)
	}
	return filesFolder + "/" + entries[0].Name()
}

// TestBackupHoldsFiles: what was sent comes back as it was, and can be read under the same id.
func TestBackupHoldsFiles(t *testing.T) {
	t.Parallel()
	settings, backup := keptTown(t)
	fresh := moved(t, settings)
	if out, err := inside(t, fresh, "restore", backup); err != nil || !strings.Contains(out, "1 files") {
		t.Fatalf("%v\n%s", err, out)
	}
	a := opened(t, fresh)
	defer a.mustClose(t)
	f, r, err := a.Files.Open(t.Context(), civic.ID(strings.TrimPrefix(keptFile(t, backup), filesFolder+"/")))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if b, err := io.ReadAll(r); string(b) != "Via Garibaldi è buia." || f.Name != "lettera.txt" ||
		err != nil {
		t.Errorf("%q, %q, %v", b, f.Name, err)
	}
}

// keptTown returns settings of a small installation whose mail is kept as files, and a backup of it.
func keptTown(t *testing.T) (settings map[string]string, backup string) {
	t.Helper()
	settings = with(here(t), "ASCOLTO_MAIL_FROM", "Comune di Borgoforte <ascolto@comune.example.it>",
		"ASCOLTO_OIDC_ISSUER", "https://login.example.it", "ASCOLTO_OIDC_CLIENT", "ascolto",
		"ASCOLTO_OIDC_SECRET", "hidden-word")
	a := opened(t, settings)
	a.administrator(t, "ada@comune.example.it")
	for n := range 3 {
		if out := a.Kept.Send(t.Context(), transport.Envelope{ID: civic.ID(fmt.Sprintf("message/%d", n)),
			Mail: []byte("Subject: Prova\r\n\r\nTesto\r\n")}); out.Result != transport.Accepted {
			t.Fatal(out)
		}
	}
	a.sentFile(t, "Via Garibaldi è buia.")
	a.mustClose(t)
	for _, folder := range []string{filesFolder, app.SpoolFolder} {
		if err := os.WriteFile(filepath.Join(settings["ASCOLTO_DATA"], folder, ".writing-1"), []byte("half"),
			0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(settings["ASCOLTO_DATA"], mailFolder, ".writing-1"), []byte("half"),
		0o600); err != nil {
		t.Fatal(err)
	}
	backup = filepath.Join(t.TempDir(), "copy")
	if out, err := inside(t, settings, "backup", backup); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return settings, backup
}

// TestBackupHoldsNoSecret: whoever finds a backup finds in it neither the key of the sealed data nor a
// password of the settings.
func TestBackupHoldsNoSecret(t *testing.T) {
	t.Parallel()
	settings, backup := keptTown(t)
	secret, err := os.ReadFile(filepath.Join(settings["ASCOLTO_DATA"], secretFile))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	err = filepath.WalkDir(backup, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		if name := e.Name(); !blob.IsName(name) {
			names = append(names, name)
		}
		b, err := os.ReadFile(path)
		if bytes.Contains(b, secret) || bytes.Contains(b, []byte("hidden-word")) {
			t.Errorf("%s holds a secret", e.Name())
		}
		if info, err := e.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s can be read by others: %v, %v", e.Name(), info.Mode(), err)
		}
		return err
	})
	if want := []string{"ascolto.db", "m~message~0.eml", "m~message~1.eml", "m~message~2.eml",
		"manifest.json", "settings.env"}; err != nil || !slices.Equal(names, want) {
		t.Errorf("the backup holds %v, %v", names, err)
	}
	set := filesOf(t, backup)
	if got := set[settingsFile]; !strings.Contains(got,
		`ASCOLTO_MAIL_FROM="Comune di Borgoforte <ascolto@comune.example.it>"`) ||
		!strings.Contains(got, "# ASCOLTO_OIDC_SECRET") {
		t.Errorf("the settings: %s", got)
	}
}

// TestDamagedBackupIsRefused: a byte that was changed and a file that is gone are named, and nothing is left
// in the data folder.
func TestDamagedBackupIsRefused(t *testing.T) {
	t.Parallel()
	settings, backup := keptTown(t)
	rewrite := func(name string, change func([]byte) []byte) func(*testing.T, string) {
		return func(t *testing.T, folder string) {
			path := filepath.Join(folder, name)
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, change(b), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	file := keptFile(t, backup)
	flip := func(b []byte) []byte { b[len(b)/2] ^= 1; return b }
	gone := func(name string) func(*testing.T, string) {
		return func(t *testing.T, folder string) {
			if err := os.Remove(filepath.Join(folder, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	listing := func(change func(*manifest)) func([]byte) []byte {
		return func(b []byte) []byte {
			var m manifest
			if err := json.Unmarshal(b, &m); err != nil {
				t.Error(err)
			}
			change(&m)
			b, err := json.Marshal(m)
			if err != nil {
				t.Error(err)
			}
			return b
		}
	}
	for name, c := range map[string]struct {
		spoil func(*testing.T, string)
		want  string
	}{
		"a byte of the store": {rewrite(storeFile, flip), storeFile + " is not as it was written"},
		"a byte of a mail": {rewrite("mail/m~message~1.eml", flip),
			"m~message~1.eml is not as it was written"},
		"a byte of a file": {rewrite(file, flip), file[len(filesFolder)+1:] +
			" is not as it was written"},
		"a file is gone": {gone(file), file[len(filesFolder)+1:] + " is missing"},
		"a name that leads away": {rewrite(manifestFile,
			listing(func(m *manifest) { m.Files[1].Name = "files/../x" })), `entry "files/../x"`},
		"a byte of the settings": {rewrite(settingsFile, flip),
			settingsFile + " is not as it was written"},
		"the end of the store": {rewrite(storeFile, func(b []byte) []byte { return b[:len(b)-4096] }),
			storeFile + " is not as it was written"},
		"the store is gone": {gone(storeFile), storeFile + " is missing"},
		"a mail is gone":    {gone("mail/m~message~2.eml"), "m~message~2.eml is missing"},
		"no manifest": {gone(manifestFile), "no complete backup: " + manifestFile +
			" is missing"},
		"no folder": {func(t *testing.T, folder string) { _ = os.RemoveAll(folder) },
			"there is no folder"},
		"no JSON": {rewrite(manifestFile, func([]byte) []byte { return []byte("{") }),
			"is not what a backup wrote"},
		"a newer format": {rewrite(manifestFile, listing(func(m *manifest) { m.Format = 3 })),
			"format 3"},
		"a document less": {rewrite(manifestFile,
			listing(func(m *manifest) { m.Documents["accounts"]++ })), "does not hold the documents"},
		"a file from another place": {rewrite(manifestFile,
			listing(func(m *manifest) { m.Files[1].Name = "mail/../../x" })), `entry "mail/../../x"`},
		"a store not listed": {rewrite(manifestFile,
			listing(func(m *manifest) { m.Files = m.Files[1:] })), "does not list " + storeFile},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := filepath.Join(t.TempDir(), "copy")
			if err := os.CopyFS(folder, os.DirFS(backup)); err != nil {
				t.Fatal(err)
			}
			c.spoil(t, folder)
			fresh := moved(t, settings)
			out, err := inside(t, fresh, "restore", folder)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v\n%s\nwant: %s", err, out, c.want)
			}
			if left := filesOf(t, fresh["ASCOLTO_DATA"]); len(left) != 1 || left[secretFile] == "" {
				t.Errorf("the data folder holds %d files", len(left))
			}
			if out, err := inside(t, fresh, "restore", backup); err != nil {
				t.Errorf("a sound backup afterwards: %v\n%s", err, out)
			}
		})
	}
}

// TestNothingIsOverwritten: neither a backup nor a data folder; and a restore without the secret of the copy
// does not begin.
func TestNothingIsOverwritten(t *testing.T) {
	t.Parallel()
	settings, backup := keptTown(t)
	refused := func(what, want string, settings map[string]string, args ...string) {
		t.Helper()
		if out, err := inside(t, settings, args...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v\n%s", what, err, out)
		}
	}
	manifests := filesOf(t, backup)[manifestFile]
	refused("a second backup into the same folder", "exists already", settings, "backup", backup)
	if filesOf(t, backup)[manifestFile] != manifests {
		t.Error("the backup was changed")
	}
	refused("a restore over the live data", "is not empty, it holds", settings, "restore", backup)
	fresh := moved(t, settings)
	if out, err := inside(t, fresh, "restore", backup); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	refused("a second restore", "is not empty, it holds", fresh, "restore", backup)
	empty := filepath.Join(t.TempDir(), "data")
	refused("no secret", "the secret is missing", with(settings, "ASCOLTO_DATA", empty), "restore", backup)
	if _, err := os.Stat(filepath.Join(empty, secretFile)); err == nil {
		t.Error("a secret was made, under which the copy cannot be read")
	}
	other := with(settings, "ASCOLTO_DATA", empty, "ASCOLTO_SECRET",
		"YW5vdGhlciBzZWNyZXQgb2YgdGhpcnR5LXR3byBieXRlcyEh")
	refused("another secret", "filled under another secret", other, "restore", backup)
	refused("a store that is not there", "there is no store", with(settings, "ASCOLTO_DATA", t.TempDir()),
		"backup", filepath.Join(t.TempDir(), "x"))
	onServer := with(settings, "ASCOLTO_DB", "mongodb://127.0.0.1:1/ascolto")
	refused("a backup of MongoDB", "mongodump", onServer, "backup", filepath.Join(t.TempDir(), "x"))
	refused("a restore into MongoDB", "mongorestore", onServer, "restore", backup)
	refused("no folder", "say `ascolto backup FOLDER`", settings, "backup")
	refused("no folder", "say `ascolto restore FOLDER`", settings, "restore", "-force")
}

// TestInterruptedRestoreDoesNotStart: a program that is started by itself must not begin anew where a restore
// came to half.
func TestInterruptedRestoreDoesNotStart(t *testing.T) {
	t.Parallel()
	settings, backup := keptTown(t)
	fresh := moved(t, settings)
	if err := os.Mkdir(filepath.Join(fresh["ASCOLTO_DATA"], restoringFolder), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"serve"}, {"user", "add", "-email", "ada@comune.example.it", "-name",
		"Ada"}, {"restore", backup}} {
		if out, err := inside(t, fresh, args...); err == nil ||
			!strings.Contains(err.Error(), "was interrupted") {
			t.Errorf("%v: %v\n%s", args, err, out)
		}
	}
	if _, err := os.Stat(filepath.Join(fresh["ASCOLTO_DATA"], storeFile)); err == nil {
		t.Error("a store was begun")
	}
}

// TestHoldCommand: a store that other tools copied can be held before anything runs on it.
func TestHoldCommand(t *testing.T) {
	t.Parallel()
	settings, _ := keptTown(t)
	if out, err := inside(t, settings, "hold"); err != nil || !strings.Contains(out, "all mail is held") {
		t.Fatalf("%v\n%s", err, out)
	}
	a := opened(t, settings)
	defer a.mustClose(t)
	if status, err := a.Notify.Status(t.Context(), civic.System("test")); err != nil || !status.Held ||
		status.Reason != notify.HoldRestored {
		t.Errorf("%+v, %v", status, err)
	}
	if report, err := a.Audit.Verify(t.Context()); err != nil || !report.OK() {
		t.Errorf("%+v, %v", report, err)
	}
}

// FuzzManifest: whatever stands in a manifest, the files it names lie within the backup.
func FuzzManifest(f *testing.F) {
	f.Add([]byte(`{"format":1,"files":[{"name":"ascolto.db","size":1,"sha256":"` + strings.Repeat("a", 64) +
		`"},{"name":"mail/../x","size":1,"sha256":"` + strings.Repeat("b", 64) + `"}]}`))
	f.Add([]byte(`{"format":1,"files":[{"name":"ascolto.db","size":1,"sha256":"` + strings.Repeat("a", 64) +
		`"},{"name":"mail/m~1.eml","size":1,"sha256":"` + strings.Repeat("b", 64) + `"}]}`))
	f.Add([]byte(`{"format":2,"files":[{"name":"ascolto.db","size":1,"sha256":"` + strings.Repeat("a", 64) +
		`"},{"name":"files/` + strings.Repeat("a", 26) + `","size":1,"sha256":"` + strings.Repeat("b", 64) +
		`"}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := parseManifest(raw)
		if err != nil {
			return
		}
		for _, file := range m.Files {
			inside := filepath.Join("copy", filepath.FromSlash(file.Name))
			if !filepath.IsLocal(file.Name) || filepath.Dir(inside) != "copy" &&
				!slices.Contains([]string{filepath.Join("copy", mailFolder),
					filepath.Join("copy", filesFolder)}, filepath.Dir(inside)) {
				t.Errorf("%q leads to %s", file.Name, inside)
			}
		}
	})
}
