package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"ascolto/cmd/ascolto/app"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/migrate"
	"ascolto/internal/wholefile"
)

// errOtherTools is what backup and restore say of a MongoDB server.
var errOtherTools = errors.New(
	"ASCOLTO_DB: the documents are in MongoDB, which has its own tools: mongodump or a snapshot of the " +
		"replica set, and " +
		"mongorestore to bring it back; then `ascolto hold` before `ascolto serve`, so that no old mail goes " +
		"out. Copy the folder " + filesFolder + " of the data folder after the documents, or " +
		"the bucket of ASCOLTO_FILES. Keep " + secretFile + " apart")

// backupCommand copies the data folder into a new folder, while the program may be running: the store, the
// mail kept as files, and the settings, but no secret and not the search index, which is made again.
func backupCommand(ctx context.Context, p program, args []string) (err error) {
	if len(args) != 1 || args[0] == "" || strings.HasPrefix(args[0], "-") {
		return errors.New(
			"ascolto backup: say `ascolto backup FOLDER`; it makes the folder, which must not exist yet")
	}
	if p.config.DB != "" {
		return fmt.Errorf("ascolto backup: %w", errOtherTools)
	}
	if _, err := os.Stat(filepath.Join(p.config.Data, storeFile)); err != nil {
		return fmt.Errorf("ascolto backup: there is no store in the data folder %s (ASCOLTO_DATA): %w",
			p.config.Data, err)
	}
	began, folder := time.Now(), args[0]
	if err := makeNew(folder); err != nil {
		return fmt.Errorf("ascolto backup: %w", err)
	}
	m, err := fillBackup(ctx, p, folder)
	if err != nil {
		return fmt.Errorf("ascolto backup: nothing was kept: %w",
			errors.Join(roomless(err, folder), os.RemoveAll(folder)))
	}
	fmt.Fprintf(p.out, "backup of %s in %s: %d documents, %d kept mails, %d files, verified, in %s\n",
		inRome(m.Taken), folder, m.documents(), m.mails(), m.within(filesFolder),
		time.Since(began).Round(time.Millisecond))
	if p.config.Files != nil {
		fmt.Fprintln(p.out,
			"not in it: the files kept with the S3 service (ASCOLTO_FILES), which has versions and copies of its own")
	}
	if p.config.Secret == nil {
		fmt.Fprintf(p.out, "not in it, and needed to use it: %s; keep a copy elsewhere\n",
			filepath.Join(p.config.Data, secretFile))
	} else {
		fmt.Fprintln(p.out, "not in it, and needed to use it: ASCOLTO_SECRET; keep a copy elsewhere")
	}
	return nil
}

// makeNew makes a folder that is not there yet, and those above it.
func makeNew(folder string) error {
	if err := os.MkdirAll(filepath.Dir(folder), 0o700); err != nil {
		return err
	}
	err := os.Mkdir(folder, 0o700)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s exists already, and nothing is ever overwritten: name a folder that does not",
			folder)
	}
	return err
}

// roomless returns err, or in plain words that the disk of folder is full.
func roomless(err error, folder string) error {
	if civic.CodeOf(err) == civic.Full || errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("there is no room for it on the disk of %s", folder)
	}
	return err
}

// inRome returns an instant as a person in Italy says it.
func inRome(t time.Time) string { return t.In(civic.Rome()).Format("2006-01-02 15:04:05") }

// fillBackup fills an empty folder, reads back what it wrote of the store, and writes the manifest at the
// end.
func fillBackup(ctx context.Context, p program, folder string) (manifest, error) {
	m := manifest{Format: plainFormat, Program: app.Version(), Taken: civic.Now()}
	store := filepath.Join(folder, storeFile)
	if err := docstore.CopyFile(ctx, filepath.Join(p.config.Data, storeFile), store); err != nil {
		return m, err
	}
	var err error
	if m.Documents, err = docstore.Inspect(ctx, store); err != nil {
		return m, err
	}
	form, err := migrate.FormOf(ctx, store)
	if err != nil {
		return m, err
	}
	m.Form = form.Number
	if err := m.add(ctx, storeFile, store, ""); err != nil {
		return m, err
	}
	// After the store, so that every mail and every file it calls kept is there.
	for _, name := range []string{mailFolder, filesFolder} {
		if err := m.addFolder(ctx, name, p.config.Data, folder); err != nil {
			return m, err
		}
	}
	if m.within(filesFolder) > 0 {
		m.Format = manifestFormat
	}
	if err := m.addSettings(ctx, p, folder); err != nil {
		return m, err
	}
	raw, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return m, err
	}
	return m, wholefile.Create(filepath.Join(folder, manifestFile), append(raw, '\n'))
}

// add copies the file from to the path to, unless that is empty, and lists it under name.
func (m *manifest) add(ctx context.Context, name, from, to string) error {
	c, err := copyFile(ctx, from, to)
	if err != nil {
		return err
	}
	c.Name = name
	m.Files = append(m.Files, c)
	return nil
}

// addFolder copies a folder of the data folder, such as the mail kept as files; what is being written at the
// moment is not kept yet, and what is removed meanwhile is no longer.
func (m *manifest) addFolder(ctx context.Context, kind, data, folder string) error {
	from := filepath.Join(data, kind)
	entries, err := os.ReadDir(from)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	to := filepath.Join(folder, kind)
	if err := os.Mkdir(to, 0o700); err != nil {
		return err
	}
	for _, e := range entries {
		name := kind + "/" + e.Name()
		if !e.Type().IsRegular() || !backupName(name) {
			continue
		}
		err := m.add(ctx, name, filepath.Join(from, e.Name()), filepath.Join(to, e.Name()))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return wholefile.SyncFolder(to)
}

// addSettings keeps the settings the backup was made under, for whoever sets the program up again, and the
// file that describes the municipality.
func (m *manifest) addSettings(ctx context.Context, p program, folder string) error {
	file := filepath.Join(folder, settingsFile)
	if err := wholefile.Create(file, []byte(settingsText(p.getenv))); err != nil {
		return err
	}
	if err := m.add(ctx, settingsFile, file, ""); err != nil {
		return err
	}
	if from := strings.TrimSpace(p.getenv("ASCOLTO_MUNICIPALITY")); from != "" {
		return m.add(ctx, municipalityFile, from, filepath.Join(folder, municipalityFile))
	}
	return nil
}

// settingsText returns the settings that are set, as an environment file. Of those that hold a secret it only
// says that they are set.
func settingsText(getenv func(string) string) string {
	var b strings.Builder
	for _, s := range settings() {
		switch v := strings.TrimSpace(getenv(s.name)); {
		case v == "":
		case s.secret:
			fmt.Fprintf(&b, "# %s is set and holds a secret: it is not kept here\n", s.name)
		default:
			fmt.Fprintf(&b, "%s=%s\n", s.name, strconv.Quote(v))
		}
	}
	return b.String()
}
