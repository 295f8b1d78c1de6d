package main

import (
	"strings"
	"testing"
)

// TestMisspeltSettingsAreNamed: a setting that has no effect because of its name is told at the start of
// every command that reads settings, and what it holds is not.
func TestMisspeltSettingsAreNamed(t *testing.T) {
	t.Parallel()
	environ := []string{"PATH=/bin", "ASCOLTO_SMPT=smtp://utente:segreta@mail.example",
		"ASCOLTO_DATA=" + t.TempDir(), "ASCOLTO_ORIGINE=x", "ASCOLTO_OIDC_ISUER=x",
		"ASCOLTO_MAILFROM=x", "ASCOLTO_SMTP_URL=x", "ASCOLTO_COLOUR=red", "ASCOLTO_TEST_ENGINE=mongo",
		"ASCOLTO_BENCH_DOCS=3", "ascolto_smtp=x", "ASCOLTOX=y"}
	want := map[string]string{
		"ASCOLTO_SMPT": "is ASCOLTO_SMTP meant?", "ASCOLTO_ORIGINE": "is ASCOLTO_ORIGIN meant?",
		"ASCOLTO_OIDC_ISUER": "is ASCOLTO_OIDC_ISSUER meant?",
		"ASCOLTO_MAILFROM":   "is ASCOLTO_MAIL_FROM meant?", "ASCOLTO_SMTP_URL": "is ASCOLTO_SMTP meant?",
		"ASCOLTO_COLOUR": "`ascolto help` lists them",
	}
	var out, errOut strings.Builder
	getenv := func(name string) string {
		for _, v := range environ {
			if n, value, _ := strings.Cut(v, "="); n == name {
				return value
			}
		}
		return ""
	}
	if err := run(t.Context(), []string{"audit", "verify"}, getenv, environ, nil, &out, &errOut); err != nil {
		t.Errorf("a misspelt name is no error: %v", err)
	}
	lines := strings.Split(strings.TrimSpace(errOut.String()), "\n")
	warned := 0
	for _, line := range lines {
		name, rest, found := strings.Cut(strings.TrimPrefix(line, "ascolto: "),
			" is no setting and has no effect; ")
		if !found {
			continue
		}
		if warned++; want[name] != rest {
			t.Errorf("of %s it says %q, want %q", name, rest, want[name])
		}
	}
	if warned != len(want) || strings.Contains(errOut.String(), "segreta") ||
		strings.Contains(out.String(), "no setting") {
		t.Errorf("%d warnings, want %d:\n%s", warned, len(want), errOut.String())
	}
	errOut.Reset()
	if err := run(t.Context(), []string{"version"}, getenv, environ, nil, &out, &errOut); err != nil ||
		errOut.String() != "" {
		t.Errorf("version, which reads no settings, warns: %v %s", err, errOut.String())
	}
}
