// Package ascolto_test holds the tests of the house itself: the imports between its rooms run one way,
// nobody's text becomes a program, and every library it is built with is named.
package ascolto_test

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// listed is what `go list -json` says of a package.
type listed struct {
	ImportPath           string
	Imports, TestImports []string
	XTestImports         []string
}

// arrows says for each room which others it may import; a room is a folder, and its rule holds for the
// folders below it unless they have one of their own. Rooms may import what lies below themselves. "desk/*"
// is the rule of every folder in desk: each is a room of its own, so none imports another.
var arrows = map[string][]string{
	"cmd":      {"crm", "surveys", "forum", "notify", "search", "web", "internal"},
	"web":      {"crm", "surveys", "forum", "notify", "search", "internal"},
	"web/page": {"web/ui", "web/locale", "web/assets", "internal"},
	"web/webtest": {"cmd/ascolto/app", "web", "web/ui", "web/locale", "crm", "surveys", "forum",
		"notify", "search", "internal"},
	"web/locale":      {"internal/civic", "internal/memo"},
	"web/assets":      {},
	"web/ui":          {"web/locale", "web/assets", "internal/blob", "internal/civic", "internal/memo"},
	"web/contactform": {"web/ui", "web/page", "web/locale", "crm", "internal"},
	"web/requestview": {"web/ui", "web/page", "web/locale", "crm", "internal"},
	"web/site/siteui": {"web/ui", "web/contactform", "web/page", "web/locale", "crm", "surveys", "forum",
		"notify", "search", "internal"},
	"web/site/*": {"web/site/siteui", "web/ui", "web/contactform", "web/requestview", "web/page", "web/locale",
		"crm",
		"surveys", "forum", "notify", "search", "internal"},
	"web/find": {"web/ui", "web/page", "web/locale", "crm", "surveys", "forum", "search",
		"internal"},
	"web/desk/deskui": {"web/ui", "web/contactform", "web/page", "web/locale", "crm", "surveys", "forum",
		"notify", "search", "internal"},
	"web/desk/*": {"web/desk/deskui", "web/ui", "web/contactform", "web/requestview", "web/page", "web/locale",
		"crm",
		"surveys", "forum", "notify", "search", "internal"},
	"web/api": {"web/ui", "web/page", "web/locale", "crm", "surveys", "forum", "notify", "search",
		"internal"},
	"crm":                   {"search", "internal"},
	"surveys":               {"search", "internal"},
	"forum":                 {"search", "internal"},
	"internal/fiscalcode":   {},
	"crm/crmtest":           {"crm", "search", "internal"},
	"crm/segment":           {"crm", "internal"},
	"crm/privacy":           {"crm", "internal"},
	"crm/hours":             {"crm/term", "internal"},
	"crm/requests":          {"crm", "search", "internal"},
	"crm/requests/intake":   {"crm", "internal"},
	"crm/requests/register": {"crm", "internal"},
	"crm/term":              {},
	"surveys/logic":         {},
	"surveys/stats":         {},
	"surveys/disclose":      {},
	"forum/opinion":         {},
	"notify":                {"internal"},
	"notify/message":        {"internal/civic", "internal/reach", "internal/markdown"},
	"notify/inbound":        {"notify/transport", "internal/civic", "internal/reach", "internal/routine"},
	"notify/transport":      {"internal/civic", "internal/reach", "internal/memo", "internal/wholefile"},
	"search":                {"internal/civic", "internal/textfold", "internal/routine"},
	"internal/civic":        {},
	"internal/benchline":    {},
	"internal/csvout":       {},
	"internal/markdown":     {"internal/civic", "internal/memo"},
	"internal/merge":        {"internal/civic"},
	"internal/memo":         {},
	"internal/textfold":     {},
	"internal/publicname":   {"internal/civic"},
	"internal/reach":        {"internal/civic"},
	"internal/pdf":          {},
	"internal/picture":      {},
	"internal/routine":      {},
	"internal/vault":        {"internal/civic", "internal/memo"},
	"internal/docstore":     {"internal/civic", "internal/routine"},
	"internal/blob": {"internal/civic", "internal/docstore", "internal/memo", "internal/picture",
		"internal/routine", "internal/wholefile"},
	"internal/wholefile": {},
	"internal/migrate":   {"internal/civic", "internal/docstore", "internal/routine"},
	"internal/audit":     {"internal/civic", "internal/docstore", "internal/vault"},
	"internal/reference": {"internal/civic", "internal/docstore", "internal/audit", "internal/merge",
		"internal/migrate", "internal/reach", "internal/textfold", "internal/vault"},
	"internal/peers": {"internal/civic", "internal/docstore"},
	"internal/sitepage": {"internal/civic", "internal/docstore", "internal/audit", "internal/markdown",
		"internal/merge", "internal/picture"},
	"internal/accounts": {"internal/civic", "internal/publicname", "internal/docstore", "internal/audit",
		"internal/migrate",
		"internal/merge", "internal/reach", "internal/textfold", "internal/vault"},
	"internal/testtown": {"search", "internal"},
	"internal/work":     {"internal/civic", "internal/docstore", "internal/audit", "internal/routine"},
}

// above lists rooms that stand on the folder they lie in: nothing of that folder imports them, neither the
// folder itself nor another room below it.
var above = []string{"crm/segment", "crm/privacy", "crm/requests", "crm/requests/intake",
	"crm/requests/register", "crm/crmtest"}

// homes says which rooms alone may import a library, tests included.
var homes = map[string][]string{
	"github.com/gofiber/fiber":       {"web"},
	"github.com/valyala/fasthttp":    {"web"},
	"github.com/blevesearch/bleve":   {"search"},
	"go.mongodb.org/mongo-driver":    {"internal/docstore"},
	"modernc.org/sqlite":             {"internal/docstore"},
	"github.com/robfig/cron":         {"cmd"},
	"github.com/jordan-wright/email": {"notify/message"},
	"github.com/emersion/go-smtp":    {"notify/transport", "cmd"}, // cmd: the journey's receiving server
	"github.com/emersion/go-imap":    {"notify/inbound", "cmd"},   // cmd: the mailbox of its tests
	"github.com/jhillyerd/enmime":    {"notify/inbound"},
	// web: the identity provider of its tests
	"github.com/coreos/go-oidc":          {"internal/accounts", "web"},
	"github.com/nicksnyder/go-i18n":      {"web/locale"},
	"golang.org/x/crypto/argon2":         {"internal/accounts"},
	"github.com/minio/minio-go":          {"internal/blob"},
	"codeberg.org/go-pdf/fpdf":           {"internal/pdf"},
	"github.com/nyaruka/phonenumbers":    {"internal/reach"},
	"github.com/microcosm-cc/bluemonday": {"internal/markdown"},
	"github.com/yuin/goldmark":           {"internal/markdown"},
}

func TestArrows(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		room := strings.TrimPrefix(p.ImportPath, "ascolto/")
		for _, imported := range p.Imports {
			if to, ours := strings.CutPrefix(imported, "ascolto/"); ours {
				if !mayImport(room, to) || onlyTests(to) && !onlyTests(room) {
					t.Errorf("%s imports %s, which the house does not allow", room, to)
				}
			} else if lib := brokenHome(room, imported); lib != "" {
				t.Errorf("%s imports %s, which lives in %v alone", room, imported, homes[lib])
			}
			if room == "internal/civic" && strings.Contains(strings.SplitN(imported, "/", 2)[0], ".") {
				t.Errorf("civic imports %s; it keeps to the standard library", imported)
			}
		}
		for _, imported := range append(p.TestImports, p.XTestImports...) {
			if lib := brokenHome(room, imported); lib != "" {
				t.Errorf("a test of %s imports %s, which lives in %v alone", room, imported, homes[lib])
			}
		}
	}
}

// onlyTests reports whether a package is there for tests: the program holds none of it.
func onlyTests(pkg string) bool {
	return strings.HasSuffix(pkg, "test") || within(pkg, "internal/testtown")
}

// TestArrowsCanBreak keeps the rule itself honest: imports that must be refused are.
func TestArrowsCanBreak(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from, to string
		want     bool
	}{
		{"crm", "surveys", false},
		{"crm", "notify", false},
		{"crm", "crm/segment", false},
		{"crm/segment", "crm/privacy", false},
		{"internal/reference", "crm", false},
		{"forum", "notify", false},
		{"forum", "crm/term", false},
		{"notify", "crm", false},
		{"notify/transport", "notify", false},
		{"notify/message", "notify", false},
		{"notify/message", "notify/transport", false},
		{"notify/transport", "notify/message", false},
		{"notify/transport", "internal/docstore", false},
		{"search", "internal/docstore", false},
		{"crm/term", "internal/civic", false},
		{"web/site/home", "web/desk/home", false},
		{"web/desk/contacts", "web", false},
		{"web/desk/contacts", "web/desk/segments", false},
		{"web/desk/contacts/form", "web/desk/segments", false},
		{"web/desk/deskui", "web/desk/contacts", false},
		{"web/desk/contacts", "web/site/siteui", false},
		{"web/site/surveys", "web/desk/surveys", false},
		{"web/site/surveys", "web/site/forum", false},
		{"web/site/siteui", "web/site/forum", false},
		{"web/api", "web/desk/contacts", false},
		{"web/desk/contacts", "internal/docstore", false},
		{"web", "internal/docstore", false},
		{"internal/docstore", "internal/audit", false},
		{"internal/civic", "internal/vault", false},
		{"crm", "crm/crmtest", false},
		{"crm/segment", "crm", true},
		{"notify", "notify/transport", true},
		{"web/desk/campaigns", "notify/transport", true},
		{"crm", "internal/fiscalcode", true},
		{"internal/docstore/storetest", "internal/docstore", true},
		{"crm", "internal/docstore", true},
		{"web", "web/desk/contacts", true},
		{"web/desk/contacts", "web/desk/deskui", true},
		{"web/desk/contacts", "web/desk/contacts/form", true},
		{"web/desk/contacts", "crm", true},
		{"cmd/ascolto", "web", true},
		{"web/site/home", "surveys", true},
	} {
		if got := mayImport(c.from, c.to); got != c.want {
			t.Errorf("mayImport(%s, %s) = %t, want %t", c.from, c.to, got, c.want)
		}
	}
	if !onlyTests("internal/testtown") || !onlyTests("crm/crmtest") || onlyTests("crm") {
		t.Error("the program may hold what is there for tests")
	}
	if brokenHome("crm", "github.com/gofiber/fiber/v2") == "" ||
		brokenHome("web/page", "github.com/gofiber/fiber/v2") != "" {
		t.Error("Fiber's home is not guarded")
	}
}

// mayImport reports whether the rule nearest to room allows it to import to.
func mayImport(room, to string) bool {
	rule, allowed, ok := nearest(room)
	// pages ask services
	if !ok || within(room, "web") && rule != "web/webtest" && within(to, "internal/docstore") {
		return false
	}
	if slices.ContainsFunc(above, func(up string) bool {
		return within(to, up) && !within(room, up) && within(room, path.Dir(up))
	}) {
		return false
	}
	if toRule, _, _ := nearest(to); within(to, rule) && (toRule == rule || within(to, room)) {
		return true // another part of the same room, or one below
	}
	return slices.ContainsFunc(allowed, func(allowed string) bool { return within(to, allowed) })
}

// nearest returns the room whose rule holds for a folder, the folder itself or the closest above it, and what
// it may import.
func nearest(folder string) (room string, allowed []string, ok bool) {
	for r := folder; ; {
		if allowed, ok = arrows[r]; ok {
			return r, allowed, true
		}
		i := strings.LastIndex(r, "/")
		if i < 0 {
			return "", nil, false
		}
		if allowed, ok = arrows[r[:i]+"/*"]; ok {
			return r, allowed, true
		}
		r = r[:i]
	}
}

// within reports whether room is folder or lies below it.
func within(room, folder string) bool { return room == folder || strings.HasPrefix(room, folder+"/") }

// brokenHome returns the library whose home imported breaks when room imports it, or "".
func brokenHome(room, imported string) string {
	for lib, rooms := range homes {
		if strings.HasPrefix(imported, lib) &&
			!slices.ContainsFunc(rooms, func(r string) bool { return within(room, r) }) {
			return lib
		}
	}
	return ""
}

// Whoever looks for a room finds each in CONTRIBUTING.md.
func TestRoomsAreDescribed(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	for room := range arrows {
		name := path.Base(room)
		if name == "*" {
			name = path.Base(path.Dir(room))
		}
		if !regexp.MustCompile("[`/]" + name + "[`/]").Match(page) {
			t.Errorf("%s is not described in CONTRIBUTING.md", room)
		}
	}
}

func packages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports,TestImports,XTestImports",
		"./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if p.ImportPath != "ascolto" {
			all = append(all, p)
		}
	}
	if len(all) < 5 {
		t.Fatalf("only %d packages listed", len(all))
	}
	return all
}
