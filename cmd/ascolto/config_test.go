package main

import (
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ascolto/cmd/ascolto/app"
	"ascolto/internal/docstore/storetest"
	"ascolto/web"
)

func env(pairs ...string) func(string) string {
	m := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return func(k string) string { return m[k] }
}

func TestConfigDefaultsAreEnough(t *testing.T) {
	t.Parallel()
	c, err := loadConfig(env())
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Origin.String(); got != "http://127.0.0.1:8080" {
		t.Errorf("origin %q", got)
	}
}

// TestLimitsAreSettings: what one address may do is for who runs the site to say.
func TestLimitsAreSettings(t *testing.T) {
	t.Parallel()
	c, err := loadConfig(env(
		"ASCOLTO_REQUESTS", "50", "ASCOLTO_CONNECTIONS", "900", "ASCOLTO_ADDRESS_CONNECTIONS", "40",
		"ASCOLTO_KNOWN_NETWORKS", "192.0.2.7, 198.51.100.0/24", "ASCOLTO_DRAFT_FILES", "7",
		"ASCOLTO_SENT_FILES", "70",
	))
	if err != nil {
		t.Fatal(err)
	}
	c.Data = t.TempDir()
	a, err := app.OpenStore(t.Context(), c.Config,
		app.Options{Log: slog.New(slog.DiscardHandler), DB: storetest.Open(t)})
	if err != nil {
		t.Fatal(err)
	}
	site := a.WebOptions()
	want := web.Limits{Requests: web.Rate{PerSecond: 50, Burst: 500}, Connections: 900, PerAddress: 40}
	if got := site.Limits; got != want {
		t.Errorf("limits %+v, want %+v", got, want)
	}
	if c.DraftFiles != 7 || c.SentFiles != 70 {
		t.Errorf("files of drafts: %d MiB, and of responses: %d MiB", c.DraftFiles, c.SentFiles)
	}
	if got := site.Known; len(got) != 2 || !got[1].Contains(netip.MustParseAddr("198.51.100.9")) {
		t.Errorf("known networks %v", got)
	}
}

// TestConfigNamesEveryWrongSetting: an administrator mends all mistakes in one go, and no secret is printed.
func TestConfigNamesEveryWrongSetting(t *testing.T) {
	t.Parallel()
	_, err := loadConfig(env(
		"ASCOLTO_LISTEN", "8080", "ASCOLTO_ORIGIN", "ascolto.example.it/path", "ASCOLTO_DB",
		"postgres://user:hidden@x",
		"ASCOLTO_SECRET", "c2hvcnQ=", "ASCOLTO_MAIL_FROM", "nobody", "ASCOLTO_MAIL_RATE", "fast",
		"ASCOLTO_PROXIES", "0.0.0.0/0, proxy",
		"ASCOLTO_OIDC_ISSUER", "https://login.example.it", "ASCOLTO_OIDC_CLAIMS", "fiscal_code",
		"ASCOLTO_MUNICIPALITY", "no-such-file.json",
		"ASCOLTO_LOG", "loud", "ASCOLTO_REQUESTS", "0", "ASCOLTO_CONNECTIONS", "2",
		"ASCOLTO_ADDRESS_CONNECTIONS", "many", "ASCOLTO_KNOWN_NETWORKS", "school",
	))
	if err == nil {
		t.Fatal("no error")
	}
	for _, name := range []string{"LISTEN", "ORIGIN", "DB", "SECRET", "MAIL_FROM", "MAIL_RATE", "PROXIES",
		"OIDC_CLIENT", "OIDC_CLAIMS", "MUNICIPALITY", "LOG", "REQUESTS", "CONNECTIONS", "ADDRESS_CONNECTIONS",
		"KNOWN_NETWORKS"} {
		if !strings.Contains(err.Error(), "ASCOLTO_"+name+": ") {
			t.Errorf("ASCOLTO_%s is not named in:\n%v", name, err)
		}
	}
	if n := strings.Count(err.Error(), "ASCOLTO_PROXIES: "); n != 2 {
		t.Errorf("both wrong proxies should be named, got %d", n)
	}
	if strings.Contains(err.Error(), "hidden") || strings.Contains(err.Error(), "c2hvcnQ") {
		t.Errorf("a secret is printed:\n%v", err)
	}
}

// TestConfigRefusesWhatHasNoEffect: a setting that would be passed over in silence is a mistake somebody
// looks for later.
func TestConfigRefusesWhatHasNoEffect(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	issuer := []string{"ASCOLTO_OIDC_ISSUER", "https://login.example.it", "ASCOLTO_OIDC_CLIENT", "ascolto"}
	for _, test := range []struct{ name, value, want string }{
		{"ASCOLTO_DATA", file, "is a file"},
		{"ASCOLTO_ORIGIN", "https://ascolto.example.it#top", "a scheme and a host only"},
		{"ASCOLTO_ORIGIN", "https://ascolto.example.it/?", "a scheme and a host only"},
		{"ASCOLTO_OIDC_CLIENT", "ascolto", "ASCOLTO_OIDC_ISSUER is not"},
		{"ASCOLTO_OIDC_SECRET", "hidden", "ASCOLTO_OIDC_ISSUER is not"},
		{"ASCOLTO_OIDC_ACR", "any", "ASCOLTO_OIDC_ISSUER is not"},
		{"ASCOLTO_OIDC_CLAIMS", "email=mail", "ASCOLTO_OIDC_ISSUER is not"},
	} {
		_, err := loadConfig(env(test.name, test.value))
		if err == nil || !strings.HasPrefix(err.Error(), test.name+": ") ||
			!strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "hidden") {
			t.Errorf("%s=%s: %v, want %q", test.name, test.value, err, test.want)
		}
	}
	if _, err := loadConfig(
		env(append(issuer, "ASCOLTO_OIDC_CLAIMS", "codice=cf, email=mail")...)); err == nil ||
		!strings.Contains(err.Error(), `"codice" is none of`) {
		t.Errorf("a claim we do not know: %v", err)
	}
	for url, right := range map[string]bool{
		"http://login.example.it": false, "http://127.0.0.1:9000": true, "http://localhost:9000": true,
		"https://login.example.it": true,
	} {
		if _, err := loadConfig(env("ASCOLTO_OIDC_ISSUER", url, "ASCOLTO_OIDC_CLIENT",
			"ascolto")); (err == nil) != right {
			t.Errorf("issuer %s: %v", url, err)
		}
	}
}

func TestMunicipalityFile(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]string{
		`{"Name": "Comune di Nonantola", "Site": "https://example.it"}`: "",
		`{"Nome": "Comune di Nonantola"}`:                               "Nome",
		`{"Site": "https://example.it"}`:                                "Name is missing",
		`{"Name": "Comune", "Site": "example.it"}`:                      "example.it",
		`{`:                              "unexpected",
		`{"Name": "Comune"} {}`:          "more after",
		`{"Name": "Comune", "FAQ": "x"}`: `"x"`,
		`{"Name": "Comune", "Report": "mailto:urp@example.it", "Menu": [{"Text": "Novità", "URL": "javascript:1"}]}`: "javascript:1",
	} {
		file := filepath.Join(t.TempDir(), "m.json")
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := loadConfig(env("ASCOLTO_MUNICIPALITY", file))
		if want == "" && (err != nil || c.Town.Name != "Comune di Nonantola") {
			t.Errorf("%s: %q, %v", content, c.Town.Name, err)
		}
		if want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", content, err, want)
		}
	}
}

func TestConfigOpenAddressNeedsOrigin(t *testing.T) {
	t.Parallel()
	for _, listen := range []string{":8080", "0.0.0.0:8080", "[::]:8080"} {
		if _, err := loadConfig(env("ASCOLTO_LISTEN", listen)); err == nil ||
			!strings.Contains(err.Error(), "ASCOLTO_ORIGIN") {
			t.Errorf("%s without an origin: %v", listen, err)
		}
		if _, err := loadConfig(env("ASCOLTO_LISTEN", listen, "ASCOLTO_ORIGIN",
			"https://a.example.it")); err != nil {
			t.Errorf("%s with an origin: %v", listen, err)
		}
	}
}

// TestSettingsAreDocumented keeps the README's tables complete.
func TestSettingsAreDocumented(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range settings() {
		if !strings.Contains(string(readme), "| `"+s.name+"` |") {
			t.Errorf("README.md does not document %s", s.name)
		}
	}
	for _, c := range commands() {
		if !strings.Contains(string(readme), "`ascolto "+c.name) {
			t.Errorf("README.md does not document ascolto %s", c.name)
		}
	}
}
