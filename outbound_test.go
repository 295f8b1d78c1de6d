package ascolto_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// outbound says where Ascolto opens connections to others, and what it uses for that. Each goes to an address
// that only the operator's settings name: the mail server, the identity provider, the database, the service
// that keeps files, the register of documents. A form never names one.
var outbound = map[string][]string{
	"notify/transport/smtp.go":      {"net.Dialer"},
	"internal/accounts/oidc.go":     {"http.Client", "http.DefaultTransport", "oidc.NewProvider"},
	"internal/docstore/mongo.go":    {"mongo.Connect"},
	"internal/blob/s3.go":           {"minio.DefaultTransport", "minio.New"},
	"notify/inbound/mailbox.go":     {"net.Dialer"},
	"crm/requests/register/http.go": {"http.Client"},
}

// connects lists what of a package can open a connection; "*" is all of it.
var connects = map[string][]string{
	"net": {"Dial", "DialTimeout", "DialTCP", "DialUDP", "DialIP", "DialUnix", "Dialer", "LookupHost",
		"LookupIP", "LookupAddr", "LookupMX", "LookupTXT",
		"LookupCNAME", "LookupNS", "LookupSRV", "LookupNetIP", "Resolver", "DefaultResolver"},
	"net/http": {"Get", "Head", "Post", "PostForm", "Client", "DefaultClient",
		"Transport", "DefaultTransport"},
	"crypto/tls": {"Dial", "DialWithDialer", "Dialer"},
	"net/smtp":   {"*"},
	"net/rpc":    {"*"},
	"os/exec":    {"*"},
	"plugin":     {"*"},
	"github.com/emersion/go-imap/v2/imapclient": {"DialInsecure", "DialTLS", "DialStartTLS"},
	"github.com/emersion/go-smtp":               {"Dial", "DialTLS", "DialStartTLS", "SendMail", "SendMailTLS"},
	"github.com/coreos/go-oidc/v3/oidc":         {"NewProvider", "NewRemoteKeySet"},
	"github.com/minio/minio-go/v7":              {"New", "NewCore", "DefaultTransport"},
	"github.com/gofiber/fiber/v2": {"AcquireClient", "AcquireAgent", "Client", "Get", "Head", "Post",
		"Put", "Patch", "Delete"},
	"github.com/valyala/fasthttp": {"Client", "HostClient", "PipelineClient", "Get", "GetTimeout",
		"GetDeadline", "Post", "Do", "DoTimeout", "DoDeadline", "DoRedirects", "Dial", "DialTimeout",
		"DialDualStack", "TCPDialer", "LBClient"},
	"go.mongodb.org/mongo-driver/v2/mongo": {"Connect"},
}

// TestOutboundConnections: nothing but the named places can reach another host, so that no text of a form or
// a document makes the program ask an address inside the municipality's network.
func TestOutboundConnections(t *testing.T) {
	t.Parallel()
	seen := map[string][]string{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() &&
			slices.Contains([]string{"node_modules", "internal/testmongo", "web/webtest",
				"internal/docstore/storetest", "tools"}, path):
			return fs.SkipDir // what tests alone use, and other modules
		case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		tree, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err == nil {
			if used := connecting(tree); len(used) > 0 {
				seen[path] = used
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for path, used := range seen {
		for _, u := range used {
			if !slices.Contains(outbound[path], u) {
				t.Errorf("%s uses %s: connections to others are opened in %v alone", path, u, outbound)
			}
		}
	}
	for path, want := range outbound {
		for _, u := range want {
			if !slices.Contains(seen[path], u) {
				t.Errorf("%s no longer uses %s", path, u)
			}
		}
	}
}

// TestOutboundConnectionsAreNoticed keeps the rule itself honest.
func TestOutboundConnectionsAreNoticed(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		`import "net/http"; var _, _ = http.Get("http://169.254.169.254/")`:                           "http.Get",
		`import web "net/http"; var c web.Client`:                                                     "http.Client",
		`import "net"; func f(c interface{ Dial() }) { c.Dial(); _, _ = net.DialTimeout("", "", 0) }`: "net.DialTimeout",
		`import "github.com/minio/minio-go/v7"; var _, _ = minio.New("", nil)`:                        "minio.New",
		`import _ "os/exec"`: "exec.*",
		`import . "net"`:     "net.*",
		`import "net"; func f() { var d struct{ Dial int }; _ = d.Dial; _ = net.JoinHostPort("", "") }`: "",
	} {
		tree, err := parser.ParseFile(token.NewFileSet(), "", "package p; "+source, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(connecting(tree), " "); got != want {
			t.Errorf("%s: noticed %q, want %q", source, got, want)
		}
	}
}

// connecting returns what of connects a file uses, by the packages' own names.
func connecting(file *ast.File) []string {
	names, used := map[string]string{}, []string{} // the name in the file → the package
	for _, spec := range file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		listed, ok := connects[path]
		if err != nil || !ok {
			continue
		}
		name := packageName(path)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		if names[name] = path; name == "." || listed[0] == "*" {
			used = append(used, packageName(path)+".*")
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if selector, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := selector.X.(*ast.Ident); ok {
				if u := packageName(names[x.Name]) + "." +
					selector.Sel.Name; slices.Contains(connects[names[x.Name]], selector.Sel.Name) &&
					!slices.Contains(used, u) {
					used = append(used, u)
				}
			}
		}
		return true
	})
	return used
}

// packageName returns the last part of an import path that is no version, without "-go", which no package is
// called by.
func packageName(path string) string {
	parts := strings.Split(path, "/")
	if last := parts[len(parts)-1]; len(parts) > 1 && len(last) == 2 && last[0] == 'v' {
		parts = parts[:len(parts)-1]
	}
	return strings.TrimSuffix(parts[len(parts)-1], "-go")
}
