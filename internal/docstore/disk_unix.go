//go:build linux || darwin || freebsd

package docstore

import (
	"math"
	"syscall"
)

// FreeSpace returns how many bytes this process may still write on the disk of dir; when that cannot be told,
// more than enough: a disk that is full says so itself.
func FreeSpace(dir string) int64 {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return math.MaxInt64
	}
	return int64(s.Bavail) * int64(s.Bsize)
}
