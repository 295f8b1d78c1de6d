package storetest

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
)

// ferretDB returns the address of the FerretDB of this test process; the first call starts it. It ends by
// itself when this process does, because its standard input ends then. Without a program to start, the test
// is skipped.
func ferretDB(t testing.TB) string {
	t.Helper()
	program := os.Getenv(FerretDBSetting)
	if program == "" {
		t.Skipf("SKIPPED: no MongoDB server: set %s to an address or %s to the program built from "+
			"internal/testmongo", ServerSetting, FerretDBSetting)
	}
	uri, err := started()
	if err != nil {
		t.Fatalf("starting %s: %v", program, err)
	}
	return uri
}

// started starts the program once.
var started = sync.OnceValues(func() (uri string, err error) {
	cmd := exec.Command(os.Getenv(FerretDBSetting))
	cmd.Stderr = os.Stderr
	if _, err := cmd.StdinPipe(); err != nil { // stays open as long as this process lives
		return "", err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return "", errors.Join(fmt.Errorf("it printed no address: %w", err), cmd.Wait())
	}
	go func() { _ = cmd.Wait() }() // and so keeps hold of the pipe
	return strings.TrimSpace(line), nil
})
