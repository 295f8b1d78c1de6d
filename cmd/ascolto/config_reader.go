package main

import (
	"bytes"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"

	"ascolto/cmd/ascolto/app"
	"ascolto/crm/requests"
	"ascolto/crm/requests/register"
	"ascolto/internal/blob"
	"ascolto/internal/reach"
	"ascolto/internal/vault"
	"ascolto/notify/inbound"
	"ascolto/notify/transport"
	"ascolto/web/ui"
)

// reader reads settings and gathers what is wrong with them.
type reader struct {
	getenv   func(string) string
	fallback map[string]string
	wrong    []error
}

func (r *reader) text(name string) string {
	if v := strings.TrimSpace(r.getenv(name)); v != "" {
		return v
	}
	return r.fallback[name]
}

func (r *reader) fail(name, format string, args ...any) {
	r.wrong = append(r.wrong, fmt.Errorf("%s: %s", name, fmt.Sprintf(format, args...)))
}

func (r *reader) listen(name string) string {
	v := r.text(name)
	_, port, err := net.SplitHostPort(v)
	if n, perr := strconv.Atoi(port); err != nil || perr != nil || n < 0 || n > 65535 {
		r.fail(name, "%q is no address and port such as 127.0.0.1:8080", v)
	}
	return v
}

// folder returns a path that is a folder, or where one can be made.
func (r *reader) folder(name string) string {
	v := r.text(name)
	if info, err := os.Stat(v); err == nil && !info.IsDir() {
		r.fail(name, "%s is a file, not a folder", v)
	}
	return v
}

func (r *reader) db(name string) string {
	v := r.text(name)
	if v != "" && !strings.HasPrefix(v, "mongodb://") && !strings.HasPrefix(v, "mongodb+srv://") {
		r.fail(name, "must begin with mongodb:// or mongodb+srv://, or be empty for the embedded store")
	}
	return v
}

func (r *reader) files(name string) *blob.S3Options {
	v := r.text(name)
	if v == "" {
		return nil
	}
	o, err := blob.ParseS3(v)
	if err != nil {
		r.fail(name, "%v", err)
	}
	return &o
}

func (r *reader) secret(name string) []byte {
	v := r.text(name)
	if v == "" {
		return nil
	}
	b, err := base64.StdEncoding.DecodeString(v)
	if err != nil {
		r.fail(name, "is not base64")
		return nil
	}
	if len(b) < vault.MinSecret {
		r.fail(name, "has %d bytes, it needs at least %d", len(b), vault.MinSecret)
	}
	return b
}

func (r *reader) address(name string) reach.Mailbox {
	a, err := reach.ParseMailbox(r.text(name))
	if err != nil {
		r.fail(name, "is no mail address such as Comune <ascolto@comune.example.it>")
	}
	return a
}

func (r *reader) smtp(name string) *transport.Server {
	v := r.text(name)
	if v == "" {
		return nil
	}
	s, err := transport.ParseServer(v)
	if err != nil {
		r.fail(name, "%v", err)
	}
	return &s
}

func (r *reader) imap(name string) *inbound.Server {
	v := r.text(name)
	if v == "" {
		return nil
	}
	s, err := inbound.ParseServer(v)
	if err != nil {
		r.fail(name, "%v", err)
	}
	return &s
}

// protocol returns what speaks to the municipality's register; nil when none is set.
func (r *reader) protocol(name, token string) register.Adapter {
	address, secret := r.text(name), r.text(token)
	if address == "" {
		if secret != "" {
			r.fail(token, "is set, but %s is not", name)
		}
		return nil
	}
	h, err := register.NewHTTP(address, secret)
	if err != nil {
		r.fail(name, "%v", err)
		return nil
	}
	return h
}

// inbound returns the address that citizens write to, which is that of all mail when none is set.
func (r *reader) inbound(name string, from reach.Mailbox) string {
	v := strings.TrimSpace(r.getenv(name))
	if v == "" {
		return from.Address
	}
	if r.text("ASCOLTO_IMAP") == "" {
		r.fail(name, "is set, but ASCOLTO_IMAP is not")
	}
	local, domain, _ := strings.Cut(v, "@")
	_, tooLong := reach.ParseAddress(local + "+" + strings.Repeat("0", requests.MaxMailTag) + "@" + domain)
	a, err := reach.ParseAddress(v)
	if err != nil || tooLong != nil {
		r.fail(name, "is no address such as richieste@comune.example.it, of at most %d characters before the @",
			63-requests.MaxMailTag)
	}
	return a
}

func (r *reader) number(name string, low, high int) int {
	n, err := strconv.Atoi(r.text(name))
	if err != nil || n < low || n > high {
		r.fail(name, "%q is no whole number from %d to %d", r.text(name), low, high)
	}
	return n
}

func (r *reader) networks(name string) []netip.Prefix {
	var all []netip.Prefix
	for _, v := range list(r.text(name)) {
		if a, err := netip.ParseAddr(v); err == nil {
			all = append(all, netip.PrefixFrom(a, a.BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(v)
		switch {
		case err != nil:
			r.fail(name, "%q is neither an address nor a network such as 10.0.0.0/8", v)
		case p.Bits() == 0:
			r.fail(name, "%q would be everybody", v)
		default:
			all = append(all, p)
		}
	}
	return all
}

func (r *reader) level(name string) slog.Level {
	var l slog.Level
	if err := l.UnmarshalText([]byte(r.text(name))); err != nil {
		r.fail(name, "%q is none of debug, info, warn, error", r.text(name))
	}
	return l
}

// origin returns the configured origin, or the listening address when that is on this machine only.
func (r *reader) origin(name, listen string) *url.URL {
	v := strings.TrimSpace(r.getenv(name))
	if v == "" {
		host, port, err := net.SplitHostPort(listen)
		if err != nil {
			return nil // already named
		}
		if host == "" || net.ParseIP(host).IsUnspecified() {
			r.fail(name, "must be set when ASCOLTO_LISTEN is not an address of this machine alone")
		}
		return &url.URL{Scheme: "http", Host: net.JoinHostPort(host, port)}
	}
	u := r.absolute(name, v)
	if u != nil && (strings.Trim(u.Path, "/") != "" || strings.ContainsAny(v, "?#") || u.User != nil) {
		r.fail(name, "%q must be a scheme and a host only, such as https://ascolto.comune.example.it", v)
	}
	if u != nil {
		u.Path = ""
	}
	return u
}

//go:embed municipality.json
var sampleMunicipality []byte

// municipality reads the file a setting names, or the sample.
func (r *reader) municipality(name string) ui.Municipality {
	data, path := sampleMunicipality, r.text(name)
	if path != "" {
		var err error
		if data, err = os.ReadFile(path); err != nil {
			r.fail(name, "%v", err)
			return ui.Municipality{}
		}
	}
	var m ui.Municipality
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		r.fail(name, "%s: %v", path, err)
		return m
	}
	if d.More() {
		r.fail(name, "%s: there is more after the description", path)
	}
	if m.Name == "" {
		r.fail(name, "%s: Name is missing", path)
	}
	for _, v := range []string{m.Site, m.RegionURL, m.Accessibility} {
		if v != "" {
			r.absolute(name, v)
		}
	}
	for _, v := range []string{m.FAQ, m.Report, m.Assistance, m.Booking, m.Security} {
		if v != "" && !strings.HasPrefix(v, "mailto:") {
			r.absolute(name, v)
		}
	}
	for _, link := range m.Menu {
		r.absolute(name, link.URL)
	}
	return m
}

func (r *reader) absolute(name, v string) *url.URL {
	u, err := url.Parse(v)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		r.fail(name, "%q is no address that begins with https:// or http://", v)
		return nil
	}
	return u
}

func (r *reader) oidc() app.OIDC {
	o := app.OIDC{
		Issuer: r.text("ASCOLTO_OIDC_ISSUER"), Client: r.text("ASCOLTO_OIDC_CLIENT"),
		Secret: r.text("ASCOLTO_OIDC_SECRET"),
		ACR:    list(r.text("ASCOLTO_OIDC_ACR")), Claims: r.claims("ASCOLTO_OIDC_CLAIMS"),
	}
	if o.Issuer == "" {
		for _, name := range []string{"ASCOLTO_OIDC_CLIENT", "ASCOLTO_OIDC_SECRET", "ASCOLTO_OIDC_ACR",
			"ASCOLTO_OIDC_CLAIMS"} {
			if r.text(name) != "" {
				r.fail(name, "is set, but ASCOLTO_OIDC_ISSUER is not")
			}
		}
		return o
	}
	if u := r.absolute("ASCOLTO_OIDC_ISSUER", o.Issuer); u != nil && u.Scheme == "http" &&
		!isLoopback(u.Hostname()) {
		r.fail("ASCOLTO_OIDC_ISSUER",
			"%q must begin with https://: identities would cross the network unprotected", o.Issuer)
	}
	if o.Client == "" {
		r.fail("ASCOLTO_OIDC_CLIENT", "must be set when ASCOLTO_OIDC_ISSUER is")
	}
	return o
}

// claims reads pairs of our name of a claim and the provider's.
func (r *reader) claims(name string) map[string][]string {
	ours := []string{"fiscal_code", "given_name", "family_name", "email"}
	all := map[string][]string{}
	for _, pair := range list(r.text(name)) {
		our, theirs, ok := strings.Cut(pair, "=")
		switch {
		case !ok || theirs == "":
			r.fail(name, "%q is no pair such as fiscal_code=codice_fiscale", pair)
		case !slices.Contains(ours, our):
			r.fail(name, "%q is none of %s", our, strings.Join(ours, ", "))
		default:
			all[our] = append(all[our], theirs)
		}
	}
	return all
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// list splits a comma-separated setting and drops empty parts.
func list(v string) []string {
	var all []string
	for part := range strings.SplitSeq(v, ",") {
		if part = strings.TrimSpace(part); part != "" {
			all = append(all, part)
		}
	}
	return all
}
