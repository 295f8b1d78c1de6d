// Package assets holds the scripts, styles, fonts and icons that the pages load, as `npm run build` made
// them: each under a name that changes with its content, and compressed beforehand.
package assets

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"
)

// Prefix is the path under which the files are served.
const Prefix = "/static/"

//go:embed all:dist
var dist embed.FS

// File is one built file. Gzip and Brotli are nil for formats that are compressed already.
type File struct {
	Type   string // the media type
	Body   []byte
	Gzip   []byte
	Brotli []byte
}

type bundle struct {
	names map[string]string // from the name in the sources to the built one
	files map[string]File   // by built name
}

// built reads the embedded files once. It panics when the manifest is damaged, which a build cannot produce
// unnoticed.
var built = sync.OnceValue(func() bundle {
	b, err := load(dist)
	if err != nil {
		panic(err)
	}
	return b
})

func load(dir fs.FS) (bundle, error) {
	b := bundle{names: map[string]string{}, files: map[string]File{}}
	manifest, err := fs.ReadFile(dir, "dist/manifest.json")
	if err != nil {
		return b, fmt.Errorf("assets: read manifest: %w", err)
	}
	if err := json.Unmarshal(manifest, &b.names); err != nil {
		return b, fmt.Errorf("assets: parse manifest: %w", err)
	}
	for _, name := range b.names {
		f := File{Type: mediaType(name)}
		if f.Body, err = fs.ReadFile(dir, "dist/"+name); err != nil {
			return b, fmt.Errorf("assets: read %s: %w", name, err)
		}
		f.Gzip, _ = fs.ReadFile(dir, "dist/"+name+".gz") // absent for fonts
		f.Brotli, _ = fs.ReadFile(dir, "dist/"+name+".br")
		b.files[name] = f
	}
	return b, nil
}

// URL returns the path under which the file with this name in the sources is served. It panics on a name that
// was not built, so that a misspelt one fails in the first test that shows the page.
func URL(name string) string {
	built, ok := built().names[name]
	if !ok {
		panic("assets: no file " + name)
	}
	return Prefix + built
}

// Lookup returns the file served under a built name.
func Lookup(name string) (File, bool) {
	f, ok := built().files[name]
	return f, ok
}

func mediaType(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".woff2":
		return "font/woff2"
	case ".png":
		return "image/png"
	}
	return "text/plain; charset=utf-8"
}

// Accepts tells whether an Accept-Encoding header allows the coding, leaving aside those refused with q=0.
func Accepts(header, coding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(part, ";")
		if !strings.EqualFold(strings.TrimSpace(name), coding) {
			continue
		}
		q := strings.ReplaceAll(strings.ToLower(params), " ", "")
		return q != "q=0" && q != "q=0.0" && q != "q=0.00" && q != "q=0.000"
	}
	return false
}
