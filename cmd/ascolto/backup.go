package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"ascolto/cmd/ascolto/app"
	"ascolto/internal/blob"
)

// What a data folder holds, and a backup of it.
const (
	storeFile        = app.StoreFile
	secretFile       = app.SecretFile
	mailFolder       = app.MailFolder
	filesFolder      = app.FilesFolder
	settingsFile     = "settings.env"
	municipalityFile = "municipality.json"
	manifestFile     = "manifest.json"
)

// manifestFormat is raised when an older program could not restore what a newer one wrote: 2 is that of a
// backup with files, and one without still has plainFormat.
const (
	manifestFormat = 2
	plainFormat    = 1
)

// manifest says what a backup holds. It is written last: a folder without one is no complete backup.
type manifest struct {
	Format    int            `json:"format"`
	Program   string         `json:"program"`        // the version that made it
	Form      int            `json:"form,omitempty"` // of the store; see migrate.Form
	Taken     time.Time      `json:"taken"`          // what was stored before is in it
	Documents map[string]int `json:"documents"`
	Files     []copiedFile   `json:"files"`
}

// copiedFile is a file of a backup: its name with "/" between folders, how many bytes it has and their
// SHA-256 in hex.
type copiedFile struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// documents returns how many documents there are in all collections.
func (m manifest) documents() int {
	total := 0
	for _, n := range m.Documents {
		total += n
	}
	return total
}

// mails returns how many mails were kept as files.
func (m manifest) mails() int { return m.within(mailFolder) }

// within returns how many files there are of a folder.
func (m manifest) within(folder string) int {
	n := 0
	for _, f := range m.Files {
		if path.Dir(f.Name) == folder {
			n++
		}
	}
	return n
}

// parseManifest returns the manifest that raw holds, or what is wrong with it. A name it returns is one that
// a backup can hold, so that it leads to no other place.
func parseManifest(raw []byte) (manifest, error) {
	var m manifest
	if err := json.Unmarshal(raw, &m); err != nil {
		return manifest{}, fmt.Errorf("%s is not what a backup wrote: %w", manifestFile, err)
	}
	if m.Format < plainFormat || m.Format > manifestFormat {
		return manifest{}, fmt.Errorf(
			"%s has format %d, this program reads formats up to %d: use the version of Ascolto that made the backup",
			manifestFile, m.Format, manifestFormat)
	}
	if known := len(app.Steps(nil)); m.Form > known {
		return manifest{}, fmt.Errorf(
			"it was made by Ascolto %s of a store in form %d, and this program knows forms up to %d: use that "+
				"version or a later one", m.Program, m.Form, known)
	}
	seen := map[string]bool{}
	for _, f := range m.Files {
		if !backupName(f.Name) || seen[f.Name] || f.Size < 0 || len(f.SHA256) != hex.EncodedLen(sha256.Size) {
			return manifest{}, fmt.Errorf("%s is not what a backup wrote: the entry %.100q", manifestFile,
				f.Name)
		}
		seen[f.Name] = true
	}
	if !seen[storeFile] {
		return manifest{}, fmt.Errorf("%s does not list %s", manifestFile, storeFile)
	}
	return m, nil
}

// backupName reports whether a backup can hold a file of that name.
func backupName(name string) bool {
	switch name {
	case storeFile, settingsFile, municipalityFile:
		return true
	}
	if base, ok := strings.CutPrefix(name, filesFolder+"/"); ok {
		return blob.IsName(base)
	}
	base, inMail := strings.CutPrefix(name, mailFolder+"/")
	return inMail && base != "" && !strings.HasPrefix(base, ".") && !strings.ContainsAny(base, "/\\:\x00") &&
		filepath.IsLocal(base)
}

// largestManifest is more than the list of a million files takes.
const largestManifest = 256 << 20

// readManifest returns the manifest of the backup in folder.
func readManifest(folder string) (manifest, error) {
	info, err := os.Lstat(filepath.Join(folder, manifestFile))
	if err == nil && (!info.Mode().IsRegular() || info.Size() > largestManifest) {
		return manifest{}, fmt.Errorf("%s holds no backup: %s is not what a backup wrote", folder,
			manifestFile)
	}
	raw, err := os.ReadFile(filepath.Join(folder, manifestFile))
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(folder); err != nil {
			return manifest{}, fmt.Errorf("there is no folder %s", folder)
		}
		return manifest{}, fmt.Errorf("%s holds no complete backup: %s is missing", folder, manifestFile)
	}
	if err != nil {
		return manifest{}, err
	}
	m, err := parseManifest(raw)
	if err != nil {
		return manifest{}, fmt.Errorf("the backup in %s cannot be used: %w", folder, err)
	}
	return m, nil
}

// copyFile makes the file to, which must not exist, with the content of from, durably and for its owner
// alone. It returns what was copied, without a name. An empty to only reads.
func copyFile(ctx context.Context, from, to string) (c copiedFile, fault error) {
	in, err := os.Open(from)
	if err != nil {
		return c, err
	}
	defer in.Close()
	sum := sha256.New()
	into := io.Writer(sum)
	if to != "" {
		out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return c, err
		}
		into = io.MultiWriter(sum, out)
		defer func() { fault = errors.Join(fault, out.Sync(), out.Close()) }()
	}
	c.Size, fault = io.Copy(into, untilEnd{ctx, in})
	c.SHA256 = hex.EncodeToString(sum.Sum(nil))
	return c, fault
}

// untilEnd reads until ctx ends.
type untilEnd struct {
	ctx context.Context
	in  io.Reader
}

// Read implements io.Reader.
func (u untilEnd) Read(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.in.Read(p)
}
