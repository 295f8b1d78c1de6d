package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestHostileBackupIsRefused: what somebody put into a backup in place of its files, to lead out of it or to
// have no end, is refused, and nothing is left of the restore.
func TestHostileBackupIsRefused(t *testing.T) {
	t.Parallel()
	settings, backup := keptTown(t)
	file := keptFile(t, backup)
	replaced := func(name string, put func(path string) error) func(*testing.T, string) {
		return func(t *testing.T, folder string) {
			path := filepath.Join(folder, name)
			if err := os.Rename(path, path+".away"); err != nil {
				t.Fatal(err)
			}
			if err := put(path); err != nil {
				t.Fatal(err)
			}
		}
	}
	link := func(path string) error { return os.Symlink(path+".away", path) }
	endless := func(path string) error { return os.Symlink("/dev/zero", path) }
	pipe := func(path string) error { return syscall.Mkfifo(path, 0o600) }
	long := func(path string) error {
		if err := os.Rename(path+".away", path); err != nil {
			return err
		}
		return os.Truncate(path, 4<<30)
	}
	for name, c := range map[string]struct {
		spoil func(*testing.T, string)
		want  string
	}{
		"a link for a file":       {replaced(file, link), "not a file but something else"},
		"a link for the store":    {replaced(storeFile, link), "not a file but something else"},
		"a pipe for a mail":       {replaced("mail/m~message~1.eml", pipe), "not a file but something else"},
		"a device for the list":   {replaced(manifestFile, endless), "is not what a backup wrote"},
		"a file that was swollen": {replaced(file, long), "is not as it was written"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := filepath.Join(t.TempDir(), "copy")
			if err := os.CopyFS(folder, os.DirFS(backup)); err != nil {
				t.Fatal(err)
			}
			c.spoil(t, folder)
			fresh := moved(t, settings)
			ctx, stop := context.WithTimeout(t.Context(), 10*time.Second)
			defer stop()
			ended := make(chan error, 1)
			go func() {
				ended <- run(ctx, []string{"restore", folder},
					func(name string) string { return fresh[name] }, nil, nil, new(strings.Builder),
					new(strings.Builder))
			}()
			select {
			case err := <-ended:
				if err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("%v\nwant: %s", err, c.want)
				}
			case <-time.After(12 * time.Second):
				t.Fatal("the restore has no end")
			}
			if left := filesOf(t, fresh["ASCOLTO_DATA"]); len(left) != 1 || left[secretFile] == "" {
				t.Errorf("the data folder holds %d files", len(left))
			}
		})
	}
}
