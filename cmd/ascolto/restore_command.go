package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"ascolto/cmd/ascolto/app"
	"ascolto/internal/accounts"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/vault"
	"ascolto/internal/wholefile"
	"ascolto/notify"
)

// restoringFolder is where a restore works, within the data folder. While it is there, the program does not
// start.
const restoringFolder = ".restoring"

// restoreCommand brings a backup back into an empty data folder. Nothing is in its place before all of it was
// checked; the mail of the copy is held until a person releases it.
func restoreCommand(ctx context.Context, p program, args []string) error {
	if len(args) != 1 || args[0] == "" || strings.HasPrefix(args[0], "-") {
		return errors.New(
			"ascolto restore: say `ascolto restore FOLDER`, the folder that `ascolto backup` made; it goes into the " +
				"data folder (ASCOLTO_DATA), which must be empty")
	}
	if p.config.DB != "" {
		return fmt.Errorf("ascolto restore: %w", errOtherTools)
	}
	began := time.Now()
	m, err := restore(ctx, p.config, args[0])
	if err != nil {
		return fmt.Errorf("ascolto restore: nothing was restored: %w", roomless(err, p.config.Data))
	}
	fmt.Fprintf(p.out, "the backup of %s is restored in %s: %d documents, %d kept mails, %d files, in %s\n",
		inRome(m.Taken), p.config.Data, m.documents(), m.mails(), m.within(filesFolder),
		time.Since(began).Round(time.Millisecond))
	fmt.Fprintln(p.out,
		"all mail is held until an administrator releases it at the desk under Posta in uscita; everybody has to "+
			"sign in again")
	fmt.Fprintf(p.out, "the settings it was made under: %s\n", filepath.Join(args[0], settingsFile))
	return nil
}

// restore checks the backup in from and puts it into the data folder, which afterwards is complete or, after
// an error, as it was.
func restore(ctx context.Context, cfg config, from string) (m manifest, err error) {
	if m, err = readManifest(from); err != nil {
		return m, err
	}
	if err := wantEmpty(cfg.Data); err != nil {
		return m, err
	}
	secrets, err := presentVault(cfg)
	if err != nil {
		return m, err
	}
	work := filepath.Join(cfg.Data, restoringFolder)
	if err := makeNew(work); err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	for _, folder := range []string{mailFolder, filesFolder} {
		if err := os.Mkdir(filepath.Join(work, folder), 0o700); err != nil {
			return m, err
		}
	}
	for _, f := range m.Files {
		if err := f.bringBack(ctx, from, work); err != nil {
			return m, err
		}
	}
	if err := m.checkStore(ctx, filepath.Join(work, storeFile)); err != nil {
		return m, err
	}
	if err := calm(ctx, filepath.Join(work, storeFile), secrets, m.Taken); err != nil {
		return m, err
	}
	return m, putInPlace(work, cfg.Data)
}

// wantEmpty returns an error that names what is in the data folder besides what a restore leaves as it is.
func wantEmpty(folder string) error {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		switch e.Name() {
		case secretFile, "ascolto.lock", "lost+found":
		case restoringFolder:
			return interrupted(folder)
		default:
			return fmt.Errorf(
				"the data folder %s (ASCOLTO_DATA) is not empty, it holds %s, and a restore never overwrites: give the "+
					"folder another name, make a new one and put the %s into it", folder, e.Name(), secretFile)
		}
	}
	return nil
}

func interrupted(folder string) error {
	return fmt.Errorf(
		"in the data folder %s a restore is under way or was interrupted: if none is running, empty the folder, "+
			"%s excepted, and restore again", folder, secretFile)
}

// wantNoRestore returns an error when a restore has not come to its end in the data folder: the program would
// begin anew with an empty store.
func wantNoRestore(folder string) error {
	if _, err := os.Lstat(filepath.Join(folder, restoringFolder)); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return interrupted(folder)
}

// presentVault returns the vault of the secret that is set or lies in the data folder, and makes none: under
// a new one the copy would be unreadable.
func presentVault(cfg config) (*vault.Vault, error) {
	file := filepath.Join(cfg.Data, secretFile)
	if _, err := os.Stat(file); cfg.Secret == nil && errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf(
			"the secret is missing, which a backup does not hold: put the %s of that time into the data folder %s, "+
				"or set ASCOLTO_SECRET to its value", secretFile, cfg.Data)
	}
	return app.OpenVault(cfg.Config)
}

// bringBack copies a file of the backup in from into work, if it belongs into a data folder, and checks that
// it is what the backup wrote.
func (f copiedFile) bringBack(ctx context.Context, from, work string) error {
	source, to := filepath.Join(from, filepath.FromSlash(f.Name)), ""
	if dir := path.Dir(f.Name); f.Name == storeFile || dir == mailFolder || dir == filesFolder {
		to = filepath.Join(work, filepath.FromSlash(f.Name))
	}
	if err := wantFile(source, f.Size); err != nil {
		return err
	}
	c, err := copyFile(ctx, source, to)
	if err != nil {
		return err
	}
	if c.Size != f.Size || c.SHA256 != f.SHA256 {
		return fmt.Errorf("the backup is damaged: the file %s is not as it was written", source)
	}
	return nil
}

// wantFile returns an error when there is no file of that size at path: what a backup wrote is neither a link
// nor a device, which lead out of it or have no end.
func wantFile(path string, size int64) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("the backup is damaged: the file %s is missing", path)
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return fmt.Errorf("the backup is damaged: %s is not a file but something else, such as a link", path)
	case info.Size() != size:
		return fmt.Errorf("the backup is damaged: the file %s is not as it was written", path)
	}
	return nil
}

// checkStore returns an error when the store at path is damaged or does not hold what was counted when it was
// copied.
func (m manifest) checkStore(ctx context.Context, path string) error {
	documents, err := docstore.Inspect(ctx, path)
	if err != nil {
		return err
	}
	if !maps.Equal(documents, m.Documents) {
		return fmt.Errorf("the backup is damaged: the store does not hold the documents that %s counts",
			manifestFile)
	}
	return nil
}

// calm makes a restored store one that does nothing by itself: its mail is held, because what waited in the
// copy may have been sent long since, and whoever was signed in has to sign in again, because who was to be
// shut out since then is not known in it.
func calm(ctx context.Context, path string, secrets *vault.Vault, taken time.Time) (err error) {
	db, err := docstore.Open(ctx, docstore.Options{Path: path})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := app.CheckSecret(ctx, db, secrets); err != nil {
		return err
	}
	if err := notify.HoldStore(ctx, db, notify.HoldRestored, civic.Now()); err != nil {
		return err
	}
	if err := accounts.EndAll(ctx, db); err != nil {
		return err
	}
	log, err := audit.New(ctx, db, audit.Options{Vault: secrets})
	if err != nil {
		return err
	}
	return log.Write(ctx, audit.Entry{
		By: civic.System("restore"), Action: audit.ActionRestored,
		Detail: map[string]string{"taken": taken.UTC().Format(time.RFC3339)},
	})
}

// putInPlace moves what was restored from work into the data folder, the store last: with it the folder is
// complete.
func putInPlace(work, folder string) error {
	for _, rest := range []string{"-wal", "-journal"} {
		if info, err := os.Stat(filepath.Join(work, storeFile+rest)); err == nil && info.Size() > 0 {
			return fmt.Errorf("the store left %s", storeFile+rest)
		}
	}
	for _, kind := range []string{mailFolder, filesFolder} {
		if err := wholefile.SyncFolder(filepath.Join(work, kind)); err != nil {
			return err
		}
		if err := os.Rename(filepath.Join(work, kind), filepath.Join(folder, kind)); err != nil {
			return err
		}
	}
	if err := os.Link(filepath.Join(work, storeFile), filepath.Join(folder, storeFile)); err != nil {
		return err
	}
	return wholefile.SyncFolder(folder)
}
