package search

import (
	"errors"
	"fmt"
	"runtime/debug"
)

// errPanic marks an error that was a panic of the index: it is not to be written to again before it is
// reopened.
var errPanic = errors.New("search: index panicked")

// guarded calls f and returns its error, or its panic as an error; the fault of reading a file that became
// shorter while it was mapped into memory is such a panic too.
func guarded(f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v", errPanic, p)
		}
	}()
	return f()
}
