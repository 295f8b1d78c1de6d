package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// call runs the program with settings and returns what it writes.
func call(t *testing.T, settings func(string) string, args ...string) (out, errOut string, err error) {
	t.Helper()
	var o, e bytes.Buffer
	err = run(context.Background(), args, settings, nil, strings.NewReader(""), &o, &e)
	return o.String(), e.String(), err
}

// TestEveryCommandExplainsItself: asking how a command is used does nothing, needs no right settings, and is
// no error.
func TestEveryCommandExplainsItself(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "data")
	wrong := env("ASCOLTO_DATA", folder, "ASCOLTO_LISTEN", "wrong")
	for _, c := range commands() {
		for _, args := range [][]string{{c.name, "-h"}, {c.name, "--help"}, {"help", c.name}} {
			out, _, err := call(t, wrong, args...)
			if err != nil || !strings.HasPrefix(out, "ascolto "+c.usage+"\n"+c.help+"\n") {
				t.Errorf("ascolto %v: %v, %q", args, err, out)
			}
		}
	}
	for flag, args := range map[string][]string{"-email": {"user", "add", "-h"}, "-role": {"user", "-h"},
		"-interactions": {"demo", "-h"}} {
		if out, _, err := call(t, wrong, args...); err != nil || !strings.Contains(out, flag) {
			t.Errorf("ascolto %v does not explain %s: %v, %q", args, flag, err, out)
		}
	}
	for what, own := range map[string][]string{"-name": {"user", "add"}, "": {"user", "reset"}} {
		for _, args := range [][]string{{"-h"}, {"-email", "ada@example.it", "--help"}} {
			out, _, err := call(t, wrong, append(slices.Clone(own), args...)...)
			if err != nil || !strings.HasPrefix(out, "ascolto "+strings.Join(own, " ")+" -email") ||
				!strings.Contains(out, "  -email") || strings.Contains(out, "-name") != (what != "") {
				t.Errorf("ascolto %v %v: %v, %q", own, args, err, out)
			}
		}
	}
	if out, _, err := call(t, wrong, "demo", "palazzo", "-h"); err != nil ||
		!strings.Contains(out, "-contacts") {
		t.Errorf("ascolto demo palazzo -h: %v, %q", err, out)
	}
	if _, err := os.Stat(folder); err == nil {
		t.Error("a data folder was made")
	}
}

// TestWhatIsNoCommandIsSaid: a mistyped word is named, and nothing is begun.
func TestWhatIsNoCommandIsSaid(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"sevre"}, `"sevre"`},
		{[]string{"serve", "now"}, "takes no arguments"},
		{[]string{"demo", "-contacts", "0"}, "at least one contact"},
		{[]string{"user"}, "user add"},
		{[]string{"user", "add", "-email", "ada@example.it", "Ada"}, `"Ada"`},
		{[]string{"user", "add", "-email", "ada@example.it", "-name", "Ada Bianchi", "-role", "boss"},
			`"boss" is none of operator`},
		{[]string{"hold", "all"}, "takes no arguments"},
		{[]string{"audit", "look"}, "audit verify"},
		{[]string{"backup"}, "backup FOLDER"},
		{[]string{"restore"}, "restore FOLDER"},
	} {
		folder := filepath.Join(t.TempDir(), "data")
		_, _, err := call(t, env("ASCOLTO_DATA", folder), test.args...)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("ascolto %v: %v, want %s", test.args, err, test.want)
		}
		if _, err := os.Stat(folder); err == nil {
			t.Errorf("ascolto %v made a data folder", test.args)
		}
	}
}

// TestFirstAdministrator: the answer is what a person needs to go on, and no line of a log.
func TestFirstAdministrator(t *testing.T) {
	t.Parallel()
	settings := env("ASCOLTO_DATA", t.TempDir(), "ASCOLTO_ORIGIN", "https://ascolto.example.it")
	out, errOut, err := call(t, settings, "user", "add", "-email", "ada@example.it", "-name", "Ada Bianchi")
	if err != nil || errOut != "" {
		t.Fatalf("%v, and beside it: %q", err, errOut)
	}
	for _, want := range []string{"https://ascolto.example.it/desk/login", "ada@example.it", "password"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in %q", want, out)
		}
	}
	office := []string{"user", "add", "-email", "dario@example.it", "-name", "Dario Nicolò", "-role",
		"office_member", "-office"}
	if _, _, err := call(t, settings, append(office, "polizia")...); err == nil ||
		!strings.Contains(err.Error(), `-office: "polizia" is none of urp, `) {
		t.Errorf("an office there is not: %v", err)
	}
	if _, _, err := call(t, settings, append(office, "polizia-locale")...); err != nil {
		t.Errorf("an office of a new installation: %v", err)
	}
	if _, _, err := call(t, settings, "user", "add", "-email", "ada@example.it", "-name",
		"Ada Bianchi"); err == nil || !strings.Contains(err.Error(), "-email: ") {
		t.Errorf("the same address again: %v", err)
	}
	if _, _, err := call(t, settings, "user", "reset", "-email", "nobody@example.it"); err == nil ||
		!strings.Contains(err.Error(), "No active member of staff has the address nobody@example.it") {
		t.Errorf("a link for nobody: %v", err)
	}
}
