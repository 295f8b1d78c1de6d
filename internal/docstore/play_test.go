package docstore_test

import "fmt"

// play is what a process that a test started does.
func play(part string) error {
	return fmt.Errorf("no part is called %q", part)
}
