package page

import (
	"net/url"
	"strings"
	"testing"
)

func TestLocal(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/", "/sondaggi", "/cerca?q=a%20b&x=%2F%2Fevil", "/forum/1#risposta-2",
		"/contatti?a=b%0d%0a", "/città", "/a:b", "/a@b"} {
		if !Local(path) {
			t.Errorf("Local(%q) = false", path)
		}
	}
	for _, path := range outside {
		if Local(path) {
			t.Errorf("Local(%q) = true", path)
		}
	}
}

// outside leads elsewhere in some browser or behind some proxy.
var outside = []string{
	"", "sondaggi", "//evil.example", "///evil.example", "////evil.example", "/\\evil.example",
	"\\\\evil.example", "\\/evil.example",
	"/\\/evil.example", "/\tevil.example", "/\t/evil.example", "/\n/evil.example", "/\r\n/evil.example",
	" //evil.example", " /",
	"http://evil.example", "https:evil.example", "https:/evil.example", "HTTPS://evil.example",
	"javascript:alert(1)", "JaVaScRiPt:alert(1)",
	"data:text/html,x", "//evil.example/%2f..", "/%2f/evil.example", "/%2Fevil.example", "/%5cevil.example",
	"/%09/evil.example",
	"/..//evil.example", "/../evil", "/a/%2e%2e//evil.example", "/.//evil.example", "/a\x00b", "/%00%2f/x",
	"/a\u0085b", "?x", "#x",
	"//@evil.example", "/%zz", "/a b", "/\u3000//evil", "@evil.example", "/" + strings.Repeat("a", 3000),
}

func FuzzLocal(f *testing.F) {
	for _, s := range outside {
		f.Add(s)
	}
	f.Add("/cerca?q=a#b")
	base, _ := url.Parse("https://ascolto.example/")
	f.Fuzz(func(t *testing.T, path string) {
		if !Local(path) {
			return
		}
		u, err := base.Parse(path)
		if err != nil || u.Host != "ascolto.example" || u.Scheme != "https" || u.User != nil {
			t.Errorf("Local(%q), but it leads to %v (%v)", path, u, err)
		}
		if strings.HasPrefix(u.Path, "//") || strings.ContainsAny(path, "\\\t\r\n") {
			t.Errorf("Local(%q), but a browser may read a host in it", path)
		}
	})
}
