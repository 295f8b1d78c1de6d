package transport

import (
	"strings"
	"testing"
)

func TestSMTPSetting(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]Server{
		"smtp://mail.example": {Host: "mail.example", Port: 587, TLS: StartTLS},
		"smtp://u%40x:p%2Fw@Mail.example:2525?tls=implicit": {Host: "mail.example", Port: 2525,
			TLS: ImplicitTLS, User: "u@x", Password: "p/w"},
		"smtp://mail.example?tls=implicit": {Host: "mail.example", Port: 465,
			TLS: ImplicitTLS},
		"smtp://127.0.0.1:1025/?tls=none": {Host: "127.0.0.1", Port: 1025, TLS: NoTLS},
		"smtp://u:p@localhost?tls=none": {Host: "localhost", Port: 25, TLS: NoTLS,
			User: "u", Password: "p"},
		"smtp://[::1]:25?tls=none": {Host: "::1", Port: 25, TLS: NoTLS},
	} {
		got, err := ParseServer(in)
		if err != nil || got != want {
			t.Errorf("%s: got %+v, %v", in, got, err)
		}
	}
	for in, want := range map[string]string{
		"mail.example:25":                        "smtp://",
		"http://mail.example":                    "smtp://",
		"smtp://":                                "host",
		"smtp://mail_server":                     "host",
		"smtp://mail.example:99999":              "port",
		"smtp://mail.example:0":                  "port",
		"smtp://mail.example?tls=maybe":          "tls=maybe",
		"smtp://mail.example?ssl=1":              `"ssl"`,
		"smtp://mail.example?tls=none&tls=none":  `"tls"`,
		"smtp://mail.example/path":               "after host",
		"smtp://segreto@mail.example":            "both",
		"smtp://u:segreto@mail.example?tls=none": "unprotected",
		"smtp://u:segreto%0a@mail.example":       "control",
		"smtp://u:seg reto@mail.example:x":       "URL",
		"smtp://u:segreto#@mail.example":         "",
	} {
		_, err := ParseServer(in)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "segreto") {
			t.Errorf("%s: got %v, want something with %q and without the password", in, err, want)
		}
	}
}

func FuzzParseSMTP(f *testing.F) {
	f.Add("smtp://u:p@h:1?tls=none")
	f.Fuzz(func(t *testing.T, s string) {
		got, err := ParseServer(s)
		if err == nil && (got.Host == "" || got.Port < 1 || got.TLS == "" || got.TLS == NoTLS &&
			got.User != "" && !got.local()) {
			t.Fatalf("%q: %+v", s, got)
		}
	})
}
