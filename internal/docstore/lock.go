package docstore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// lockName is the file by which a process claims a data folder. It holds the process's number and stays when
// the process ends: the claim is the system's lock on it, which ends with the process however that dies.
const lockName = "ascolto.lock"

// lockPatience is how long a folder may stay taken before Open gives up: enough for a process that is just
// ending.
const lockPatience = time.Second

type folderLock struct{ file *flock.Flock }

// lockFolder claims dir for this process. When another holds it, the error is a sentence that names the
// folder and the process.
func lockFolder(ctx context.Context, dir string) (*folderLock, error) {
	path := filepath.Join(dir, lockName)
	l := &folderLock{file: flock.New(path, flock.SetPermissions(0o600))}
	limited, cancel := context.WithTimeout(ctx, lockPatience)
	defer cancel()
	locked, err := l.file.TryLockContext(limited, 50*time.Millisecond)
	switch {
	case locked:
	case errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil:
		return nil, fmt.Errorf(
			"the data folder %s is in use by another Ascolto process (number %s): stop that one first, or choose "+
				"another folder", dir, holder(path))
	default:
		return nil, fmt.Errorf("the data folder %s cannot be locked: %w", dir, err)
	}
	// The number only helps whoever meets the lock; on a full disk the store must open all the same.
	_ = os.WriteFile(path, []byte(strconv.Itoa(os.Getpid())+"\n"), 0o600)
	return l, nil
}

func holder(path string) string {
	b, err := os.ReadFile(path)
	if pid := strings.TrimSpace(string(b)); err == nil && pid != "" {
		return pid
	}
	return "unknown"
}

func (l *folderLock) release() error { return l.file.Close() }
