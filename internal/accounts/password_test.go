package accounts

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"ascolto/internal/civic"
)

func TestPasswordStrings(t *testing.T) {
	t.Parallel()
	h := newHasher()
	phc, err := h.hash(t.Context(), "perché no, città?")
	if err != nil || !strings.HasPrefix(phc, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Fatalf("hash %q, %v", phc, err)
	}
	weaker := argon2id{memory: 64, time: 1, threads: 1}.hash("perché no, città?")
	tests := []struct {
		name, phc, password string
		right, stale        bool
	}{
		{"the same", phc, "perché no, città?", true, false},
		{"decomposed accents", phc, "perche\u0301 no, citta\u0300?", true, false},
		{"another", phc, "perche no, citta?", false, false},
		{"a longer one", phc, "perché no, città? ", false, false},
		{"older parameters", weaker, "perché no, città?", true, true},
		{"no password set", "", "", false, false},
	}
	for _, test := range tests {
		right, stale, err := h.check(t.Context(), test.phc, test.password, false)
		if err != nil || right != test.right || stale != test.stale {
			t.Errorf("%s: %v, %v, %v", test.name, right, stale, err)
		}
	}
	for _, bad := range []string{"x", strings.Replace(phc, "19456", "99999999", 1),
		strings.Replace(phc, "argon2id", "argon2i", 1)} {
		if _, _, err := h.check(t.Context(), bad, "x", false); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}

func TestCheckPassword(t *testing.T) {
	t.Parallel()
	tests := []struct {
		password, key string
	}{
		{"troppo corta", ""}, // 12 characters
		{"undici lett", "accounts.error.password.short"},
		{strings.Repeat("sù ", 42) + "ok", ""},
		{strings.Repeat("sù ", 42) + "ok!", "accounts.error.password.long"},
		{"quattro tortellini in brodo", ""},
		{"tortellini", "accounts.error.password.short"},
		{"Ascolto2026!!", "accounts.error.password.obvious"},
		{"Password12345", "accounts.error.password.obvious"},
		{"P4ssw0rd.2026", "accounts.error.password.obvious"},
		{"ComuneModena1", "accounts.error.password.obvious"},
		{"Città-Comune-1", "accounts.error.password.obvious"},
		{"Vignola.Vignola", "accounts.error.password.obvious"}, // the town, told by the installation
		{"nicolo.damico.1980", "accounts.error.password.obvious"},
		{"urp.sportello99", "accounts.error.password.obvious"}, // the address
		{"1234567890123", "accounts.error.password.obvious"},
		{"aaaaaaabbbbbbb", "accounts.error.password.obvious"},
		{"583920175836402", ""},
		{"la comune si ascolta", ""},
		{"\xff\xfe bytes that are no text", "error.text.encoding"},
	}
	for _, test := range tests {
		err := CheckPassword(test.password, "Nicolò D'Amico", "urp.sportello@comune.vignola.example",
			"Vignola")
		key := ""
		if e, ok := err.(*civic.Error); ok {
			key = e.Message.Key
		}
		if key != test.key {
			t.Errorf("%q: %q, want %q", test.password, key, test.key)
		}
	}
}

// The gate lets two in, lets a few wait and sends the rest away at once.
func TestGate(t *testing.T) {
	t.Parallel()
	g := newGate(2, 3)
	var leave []func()
	for range 2 {
		l, err := g.enter(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		leave = append(leave, l)
	}
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			l, err := g.enter(context.Background())
			if err != nil {
				t.Error(err)
				return
			}
			l()
		})
	}
	for len(g.waiting) < 3 {
		time.Sleep(time.Millisecond)
	}
	if _, err := g.enter(t.Context()); civic.CodeOf(err) != civic.Unavailable {
		t.Errorf("a sixth: %v", err)
	}
	leave[0]()
	leave[1]()
	wg.Wait()
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	l1, _ := g.enter(t.Context())
	l2, _ := g.enter(t.Context())
	if _, err := g.enter(cancelled); civic.CodeOf(err) != civic.Unavailable {
		t.Errorf("one who left: %v", err)
	}
	l1()
	l2()
}

func FuzzParsePHC(f *testing.F) {
	f.Add(argon2id{memory: 64, time: 1, threads: 1}.hash("x"))
	f.Add("$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAA$")
	f.Add("$argon2id$v=19$m=-1,t=1,p=1$$")
	f.Fuzz(func(t *testing.T, phc string) {
		a, salt, key, err := parsePHC(phc)
		if err == nil && (a.memory > 1<<17 || a.time > 10 || a.threads == 0 || len(salt) == 0 ||
			len(key) != hashLength) {
			t.Errorf("accepted %q as %+v", phc, a)
		}
	})
}

func FuzzParseEmail(f *testing.F) {
	for _, s := range []string{"anna@example.it", "Anna <anna@example.it>", "a@b\r\nBcc: c@d", `"a b"@c`,
		"è@example.it", " x@y.z ", "a@b,c@d"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		email, err := parseEmail(s)
		if err != nil {
			return
		}
		again, err := parseEmail(email)
		if err != nil || again != email || strings.ContainsAny(email, "\r\n\x00<>, \"") ||
			len(email) > maxEmail {
			t.Errorf("%q became %q, then %q, %v", s, email, again, err)
		}
	})
}
