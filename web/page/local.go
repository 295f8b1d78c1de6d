package page

import (
	"net/url"
	"strings"
)

// Local reports whether path leads to a page of this site whatever a browser makes of it: it begins with one
// slash, and holds no backslash, no control character and nothing that is not a path, a query and a fragment.
func Local(path string) bool {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || len(path) > 2000 {
		return false
	}
	if strings.ContainsFunc(path, func(r rune) bool {
		return r <= ' ' || r == '\\' || r >= 0x7f && r < 0xa0 || r == '\uFFFD'
	}) {
		return false
	}
	u, err := url.Parse(path)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" {
		return false
	}
	// A proxy that decodes or tidies paths must not make a host of them either.
	return !strings.Contains(u.Path, "//") && !strings.ContainsAny(u.Path, "\\\t\r\n") &&
		!strings.Contains(u.Path, "/..")
}
