package accounts

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

func (tn *town) askCode(t *testing.T, email string) (browser, code string) {
	t.Helper()
	browser, err := tn.AskCode(t.Context(), email, "it", from("192.0.2.9"))
	if err != nil {
		t.Fatal(err)
	}
	return browser, tn.mail.last(t).text
}

// wrong returns another code of the same form.
func wrong(code string) string {
	first := byte('0' + (code[0]-'0'+1)%10)
	return string(first) + code[1:]
}

func TestSignInWithCode(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	browser, code := tn.askCode(t, "Anna@Example.it")
	if len(code) != CodeDigits || strings.Trim(code, "0123456789") != "" {
		t.Fatalf("code %q", code)
	}
	if awaited, err := tn.CodeAwaited(t.Context(), browser); err != nil ||
		awaited != (AwaitedCode{"anna@example.it", true}) {
		t.Errorf("awaited %+v, %v", awaited, err)
	}
	_, err := tn.SignInWithCode(t.Context(), browser, wrong(code), from("192.0.2.9"))
	wantCode(t, err, civic.Invalid, "code")
	in, err := tn.SignInWithCode(t.Context(), browser, " "+code[:4]+" "+code[4:], from("192.0.2.9"))
	if err != nil {
		t.Fatal(err)
	}
	who, _, err := tn.Who(t.Context(), in.Token, true)
	if err != nil || who.IsStaff() || who.Name != "Anna Dall'Olio" || who.Contact == "" ||
		who.Account == "" || len(who.Roles) != 1 {
		t.Errorf("who signed in: %+v, %v", who, err)
	}
	if tn.knownDevice(tn.loginKey("anna@example.it"), in.Device) == "" {
		t.Error("the browser is not known afterwards")
	}
	_, err = tn.SignInWithCode(t.Context(), browser, code, from("192.0.2.9"))
	wantCode(t, err, civic.Gone)
	again := tn.citizen(t, "anna@example.it")
	if again.Session.AccountID != in.Session.AccountID || again.Session.Account.Contact != who.Contact {
		t.Error("the second sign-in reached another account")
	}
	for _, r := range append(tn.records(t, ActionSignedIn), tn.records(t, ActionRefused)...) {
		if strings.Contains(fmt.Sprint(r), code) || strings.Contains(fmt.Sprint(r), "anna@") {
			t.Errorf("the audit holds the code or the address: %+v", r)
		}
	}
}

func TestCodesEnd(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		then func(t *testing.T, tn *town, browser, code string)
		in   func(browser string) string // the browser that tries
	}{
		{"after ten minutes", func(_ *testing.T, tn *town, _, _ string) { tn.clock.Pass(CodeLife) }, nil},
		{"after five wrong ones", func(t *testing.T, tn *town, browser, code string) {
			for range CodeTries {
				_, err := tn.SignInWithCode(t.Context(), browser, wrong(code), from("192.0.2.9"))
				wantCode(t, err, civic.Invalid, "code")
			}
			_, err := tn.CodeAwaited(t.Context(), browser)
			wantCode(t, err, civic.Gone)
		}, nil},
		{"in another browser", nil, func(string) string { return newToken() }},
		{"in a browser without a cookie", nil, func(string) string { return "" }},
		{"by the name it is stored under", nil,
			func(browser string) string { return string(hashed(browser)) }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			tn := newTown(t)
			browser, code := tn.askCode(t, "anna@example.it")
			if test.then != nil {
				test.then(t, tn, browser, code)
			}
			if test.in != nil {
				browser = test.in(browser)
			}
			_, err := tn.SignInWithCode(t.Context(), browser, code, from("192.0.2.9"))
			wantCode(t, err, civic.Gone)
		})
	}
}

// Whoever asks first for a code for Anna's address keeps her out in no way: her browser takes each code she
// was sent.
func TestCodesFitEveryBrowserThatAsked(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	stranger := Client{Address: randomAddress()}
	for range 5 {
		browser, err := tn.AskCode(t.Context(), "anna@example.it", "it", stranger)
		if err != nil {
			t.Fatal(err)
		}
		for range CodeTries {
			_, err := tn.SignInWithCode(t.Context(), browser, "00000000", stranger)
			if code := civic.CodeOf(err); code != civic.Invalid && code != civic.Limited {
				t.Fatalf("a wrong code: %v", err)
			}
		}
	}
	if n := tn.mail.count(); n != 3 {
		t.Fatalf("%d mails", n)
	}
	code := tn.mail.last(t).text // of the stranger's third request
	annas, err := tn.AskCode(t.Context(), "anna@example.it", "it", from("192.0.2.9"))
	if err != nil {
		t.Fatalf("Anna asks: %v", err)
	}
	awaited, err := tn.CodeAwaited(t.Context(), annas)
	if err != nil || awaited.Sent || awaited.Email != "anna@example.it" {
		t.Errorf("awaited %+v, %v", awaited, err)
	}
	other, _ := tn.askCode(t, "bruno@example.it")
	_, err = tn.SignInWithCode(t.Context(), other, code, from("192.0.2.9"))
	wantCode(t, err, civic.Invalid, "code") // asked for another address
	in, err := tn.SignInWithCode(t.Context(), annas, code, from("192.0.2.9"))
	if err != nil {
		t.Fatal(err)
	}
	if in.Session.Account.Name != "Anna Dall'Olio" {
		t.Errorf("signed in %+v", in.Session.Account)
	}
	if _, err := tn.SignInWithCode(t.Context(), annas, code,
		from("192.0.2.9")); civic.CodeOf(err) != civic.Gone {
		t.Errorf("used again: %v", err)
	}
	before := tn.mail.count()
	tn.askCode(t, "anna@example.it") // she proved to be there, so that she is sent one again
	if n := tn.mail.count() - before; n != 1 {
		t.Errorf("%d mails after she signed in", n)
	}
}

// A code of an earlier version knows nothing of the address's key, and fits the browser that asked.
func TestCodeOfAnEarlierVersion(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	browser, typed := tn.askCode(t, "anna@example.it")
	if _, err := tn.codes.Update(t.Context(), hashed(browser),
		func(c *code) error { c.Login, c.SentTo = "", ""; return nil }); err != nil {
		t.Fatal(err)
	}
	if _, err := tn.SignInWithCode(t.Context(), browser, typed, from("192.0.2.9")); err != nil {
		t.Error(err)
	}
}

// Tries side by side: five are compared, and the right one signs in once.
func TestCodeTriesSideBySide(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	count := func(try func(i int) error) map[civic.Code]int {
		var wg sync.WaitGroup
		var mu sync.Mutex
		codes := map[civic.Code]int{}
		for i := range 20 {
			wg.Go(func() {
				err := try(i)
				mu.Lock()
				codes[civic.CodeOf(err)]++
				mu.Unlock()
			})
		}
		wg.Wait()
		return codes
	}
	browser, code := tn.askCode(t, "anna@example.it")
	got := count(func(int) error {
		_, err := tn.SignInWithCode(t.Context(), browser, wrong(code), from("192.0.2.9"))
		return err
	})
	if got[civic.Invalid] != CodeTries || got[civic.Gone] != 20-CodeTries {
		t.Errorf("wrong tries: %v", got)
	}
	browser, code = tn.askCode(t, "bruno@example.it")
	got = count(func(int) error {
		_, err := tn.SignInWithCode(t.Context(), browser, code, from("192.0.2.10"))
		return err
	})
	if got[""] != 1 || got[civic.Gone] != 19 {
		t.Errorf("right tries: %v", got)
	}
}

// Whether an address is known makes no difference to what is stored or sent.
func TestAskingForACodeTellsNothing(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	tn.citizen(t, "known@example.it")
	before := tn.mail.count()
	for _, email := range []string{"known@example.it", "unknown@example.it"} {
		if _, err := tn.AskCode(t.Context(), email, "en", from("192.0.2.9")); err != nil {
			t.Errorf("%s: %v", email, err)
		}
	}
	if n := tn.mail.count() - before; n != 2 {
		t.Errorf("%d mails", n)
	}
	for c, err := range tn.codes.All(t.Context(), docstore.Query{}) {
		if err != nil || strings.Contains(string(c.Email), "known") ||
			strings.Contains(c.Digest, tn.mail.last(t).text) {
			t.Errorf("stored readably: %+v, %v", c, err)
		}
	}
	for _, bad := range []string{"", "anna", "anna@", "Anna <anna@example.it>",
		"anna@example.it\r\nBcc: all@example.it", "a@b, c@d"} {
		_, err := tn.AskCode(t.Context(), bad, "it", from("192.0.2.9"))
		wantCode(t, err, civic.Invalid, "email")
	}
	tn.mail.fails = true
	_, err := tn.AskCode(t.Context(), "other@example.it", "it", from("192.0.2.9"))
	wantCode(t, err, civic.Unavailable)
}

func TestMailFlood(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	known := from("192.0.2.9")
	known.Device = tn.citizen(t, "anna@example.it").Device
	before := tn.mail.count()
	for range 100 {
		_, _ = tn.AskCode(t.Context(), "anna@example.it", "it", Client{Address: randomAddress()})
	}
	if n := tn.mail.count() - before; n > 3 {
		t.Errorf("%d mails to one address", n)
	}
	if _, err := tn.AskCode(t.Context(), "anna@example.it", "it", known); err != nil {
		t.Errorf("her own browser: %v", err)
	}
}

func TestDisabledCitizen(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	in := tn.citizen(t, "anna@example.it")
	if _, err := tn.accounts.Update(t.Context(), in.Session.AccountID,
		func(a *Account) error { a.Disabled = true; return nil }); err != nil {
		t.Fatal(err)
	}
	if tn.alive(t, in.Token) {
		t.Error("a disabled account acts")
	}
	browser, code := tn.askCode(t, "anna@example.it")
	_, err := tn.SignInWithCode(t.Context(), browser, code, from("192.0.2.9"))
	wantCode(t, err, civic.Forbidden)
}
