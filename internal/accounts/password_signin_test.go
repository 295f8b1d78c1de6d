package accounts

import (
	"fmt"
	"net/netip"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/civic"
	"ascolto/internal/testtown"
)

func TestSignInWithPassword(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	a := tn.staffMember(t, "Urp@Comune.example.it", civic.Operator, civic.Moderator)
	in, err := tn.SignInWithPassword(t.Context(), " urp@comune.EXAMPLE.it ", goodPassword, Client{
		Address: netip.MustParseAddr("192.0.2.1"), Request: "req",
		Agent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
	})
	if err != nil {
		t.Fatal(err)
	}
	who, name, err := tn.Who(t.Context(), in.Token, true)
	if err != nil || who.Account != a.ID || !who.IsStaff() || who.Name != "Nicolò D'Amico" ||
		who.Allowed(PermManage) {
		t.Errorf("who signed in: %+v, %v", who, err)
	}
	if name == in.Token || strings.Contains(name, in.Token) || len(in.Token) < 43 {
		t.Errorf("session %q is named %q", in.Token, name)
	}
	if in.Session.Agent != "Firefox, Linux" || in.Session.Method != ByPassword {
		t.Errorf("session: %+v", in.Session)
	}
	records := tn.records(t, ActionSignedIn)
	if len(records) != 1 || records[0].Actor != a.ID || records[0].Request != "req" ||
		records[0].Detail["method"] != ByPassword {
		t.Errorf("audit: %+v", records)
	}
}

// An unknown address, a wrong password, a disabled colleague and one without a password get the same answer
// after the same work.
func TestRefusalsAreAlike(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	tn.staffMember(t, "admin@example.it", civic.Administrator)
	tn.staffMember(t, "known@example.it")
	left := tn.staffMember(t, "left@example.it")
	if _, err := tn.Disable(t.Context(), tn.admin, left.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := tn.CreateStaff(t.Context(), tn.admin,
		NewStaff{Email: "invited@example.it", Name: "Zoë", Roles: []civic.Role{civic.Operator}}); err != nil {
		t.Fatal(err)
	}
	want := wrongPassword()
	for i, attempt := range []struct{ email, password string }{
		{"known@example.it", otherPassword},
		{"unknown@example.it", goodPassword},
		{"left@example.it", goodPassword},
		{"invited@example.it", ""},
		{"no address", goodPassword},
		{"", ""},
		{"known@example.it", strings.Repeat("x", 1<<16)},
	} {
		_, err := tn.SignInWithPassword(t.Context(), attempt.email, attempt.password,
			from(fmt.Sprintf("192.0.2.%d", i)))
		if diff := cmp.Diff(want, err); diff != "" {
			t.Errorf("%q (-want +got):\n%s", attempt.email, diff)
		}
	}
	if n := len(tn.records(t, ActionRefused)); n != 6 { // all that were compared
		t.Errorf("%d refusals in the audit", n)
	}
	if n := len(tn.records(t, ActionSignedIn)); n != 0 {
		t.Errorf("%d sign-ins in the audit", n)
	}
}

// The time of an answer must not tell who is known: nearly all of it is one key, which is derived for
// everybody under the same parameters, whether there is a password to compare with or not.
func TestRefusalsTakeAsLong(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	tn.staffMember(t, "known@example.it")
	left := tn.staffMember(t, "left@example.it")
	_, err := tn.Disable(t.Context(), tn.admin, left.ID)
	testtown.Check(t, err)
	_, err = tn.CreateStaff(t.Context(), tn.admin,
		NewStaff{Email: "invited@example.it", Name: "Zoë", Roles: []civic.Role{civic.Operator}})
	testtown.Check(t, err)
	var derived []argon2id
	tn.hasher.key = func(a argon2id, password string, salt []byte) []byte {
		derived = append(derived, a)
		return a.key(password, salt)
	}
	for i, email := range []string{"known@example.it", "unknown@example.it", "left@example.it",
		"invited@example.it"} {
		derived = nil
		_, err := tn.SignInWithPassword(t.Context(), email, otherPassword, from(fmt.Sprintf("192.0.2.%d", i)))
		wantCode(t, err, civic.Unauthenticated)
		if !slices.Equal(derived, []argon2id{currentArgon2id()}) {
			t.Errorf("%s: keys derived under %+v, want one under today's", email, derived)
		}
	}
}

// Strangers guess at a login until the guard stops them; its owner still gets in from a browser that signed
// in before, or by a link in a mail.
func TestOwnerGetsInWhileStrangersGuess(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	tn.staffMember(t, "urp@example.it")
	device := tn.signIn(t, "urp@example.it").Device
	reached := 0
	for i := range 1000 {
		_, err := tn.SignInWithPassword(t.Context(), "urp@example.it", fmt.Sprintf("tentativo numero %d", i),
			Client{Address: randomAddress()})
		if civic.CodeOf(err) == civic.Unauthenticated {
			reached++
		}
	}
	if reached > 10 {
		t.Errorf("%d of 1000 guesses were compared", reached)
	}
	_, err := tn.SignInWithPassword(t.Context(), "urp@example.it", goodPassword, from("198.51.100.1"))
	wantCode(t, err, civic.Limited)
	own := from("198.51.100.2")
	own.Device = device
	if _, err := tn.SignInWithPassword(t.Context(), "urp@example.it", goodPassword, own); err != nil {
		t.Errorf("from a known browser: %v", err)
	}
	other := tn.staffMember(t, "other@example.it")
	_, err = tn.SignInWithPassword(t.Context(), "urp@example.it", goodPassword, Client{
		Address: randomAddress(), Device: tn.newDevice(other.Login, ""),
	})
	wantCode(t, err, civic.Limited) // a token for another login opens nothing

	if err := tn.AskReset(t.Context(), "urp@example.it", "it", from("198.51.100.3")); err != nil {
		t.Fatal(err)
	}
	if err := tn.SendResets(t.Context()); err != nil {
		t.Fatal(err)
	}
	token := strings.TrimPrefix(tn.mail.last(t).text, resetURL)
	if _, err := tn.ResetPassword(t.Context(), token, otherPassword, from("198.51.100.3")); err != nil {
		t.Fatal(err)
	}
	if _, err := tn.SignInWithPassword(t.Context(), "urp@example.it", otherPassword,
		from("198.51.100.3")); err != nil {
		t.Errorf("after the link: %v", err)
	}
}

func TestDeviceTokens(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	cookie := ""
	for _, login := range []string{"a", "b", "c", "d", "e", "a"} {
		cookie = tn.newDevice(login, cookie)
	}
	for login, want := range map[string]bool{"a": true, "e": true, "d": true, "c": true, "b": false,
		"x": false} {
		if got := tn.knownDevice(login, cookie) != ""; got != want {
			t.Errorf("known for %s: %v", login, got)
		}
	}
	if n := len(strings.Split(cookie, "~")); n != maxDevices {
		t.Errorf("%d tokens", n)
	}
	for _, bad := range []string{"", "~~~~~~~", cookie[1:], strings.Repeat("~", 1<<16)} {
		if tn.knownDevice("a", bad) != "" {
			t.Errorf("%.20q is a device", bad)
		}
	}
	tn.clock.Pass(DeviceLife + time.Hour)
	if tn.knownDevice("a", cookie) != "" {
		t.Error("known for ever")
	}
}

func TestRehash(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	a := tn.staffMember(t, "urp@example.it")
	old := argon2id{memory: 64, time: 1, threads: 1}.hash(goodPassword)
	if _, err := tn.accounts.Update(t.Context(), a.ID,
		func(a *Account) error { a.Password = old; return nil }); err != nil {
		t.Fatal(err)
	}
	first := tn.signIn(t, "urp@example.it")
	a, err := tn.accounts.Get(t.Context(), a.ID)
	if err != nil || !strings.HasPrefix(a.Password, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("stored %q, %v", a.Password, err)
	}
	if !tn.alive(t, first.Token) {
		t.Error("the better hash ended the session")
	}
	tn.signIn(t, "urp@example.it")
}

// 200 at once: two hash, the others wait or are told to come back, and memory stays small.
func TestManySignInsAtOnce(t *testing.T) {
	tn := newTown(t)
	var peak uint64
	done := make(chan struct{})
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		for {
			select {
			case <-done:
				return
			case <-time.After(5 * time.Millisecond):
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				peak = max(peak, m.HeapInuse)
			}
		}
	}()
	var wg sync.WaitGroup
	var mu sync.Mutex
	codes := map[civic.Code]int{}
	for i := range 200 {
		wg.Go(func() {
			_, err := tn.SignInWithPassword(t.Context(), fmt.Sprintf("colleague%d@example.it", i),
				goodPassword,
				Client{Address: netip.AddrFrom4([4]byte{10, 1, 0, byte(i)})})
			mu.Lock()
			codes[civic.CodeOf(err)]++
			mu.Unlock()
		})
	}
	wg.Wait()
	close(done)
	<-watched
	t.Logf("answers %v, most memory in use %d MiB", codes, peak>>20)
	if codes[civic.Unauthenticated] < 100 || codes[civic.Unauthenticated]+codes[civic.Unavailable] != 200 {
		t.Errorf("answers: %v", codes)
	}
	if peak > 300<<20 {
		t.Errorf("memory reached %d MiB", peak>>20)
	}
}

// What would be operators in a query language are just wrong words here.
func TestOperatorInjection(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	tn.staffMember(t, "urp@example.it")
	payloads := []string{
		`{"$ne":null}`, `{"$gt":""}`, `[$ne]=`, `' || '1'=='1`, `{"$regex":".*"}`, `urp@example.it' --`,
		`{"$where":"1"}`, "$gt", "*", "%", "_",
		"urp@example.it\x00", "true", "null", "0", `{"login":{"$exists":true}}`,
		"urp@example.it\r\nBcc: x@example.it", `"`, `\`, "../", "${7*7}",
	}
	for i, p := range payloads {
		c := Client{Address: netip.AddrFrom4([4]byte{10, 2, 0, byte(i)})}
		if _, err := tn.SignInWithPassword(t.Context(), p, goodPassword,
			c); civic.CodeOf(err) != civic.Unauthenticated {
			t.Errorf("login %q: %v", p, err)
		}
		if i%5 == 0 {
			tn.clock.Pass(time.Hour)
		}
		if _, err := tn.SignInWithPassword(t.Context(), "urp@example.it", p, c); civic.CodeOf(err) == "" {
			t.Errorf("password %q signed in", p)
		}
		if _, err := tn.SignInWithCode(t.Context(), p, p, c); civic.CodeOf(err) != civic.Gone {
			t.Errorf("code %q: %v", p, err)
		}
		if _, err := tn.ResetPassword(t.Context(), p, otherPassword, c); civic.CodeOf(err) != civic.Gone {
			t.Errorf("link %q: %v", p, err)
		}
		if _, err := tn.Session(t.Context(), p); civic.CodeOf(err) != civic.Unauthenticated {
			t.Errorf("session %q: %v", p, err)
		}
		if _, err := tn.Staff(t.Context(), tn.admin, civic.ID(p)); civic.CodeOf(err) != civic.NotFound {
			t.Errorf("colleague %q: %v", p, err)
		}
	}
	if n := len(tn.records(t, ActionSignedIn)); n != 0 {
		t.Errorf("%d sign-ins", n)
	}
}

func TestChangePassword(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	tn.staffMember(t, "urp@example.it")
	here, there := tn.signIn(t, "urp@example.it"), tn.signIn(t, "urp@example.it")
	c := from("192.0.2.1")
	c.Session = here.Token
	_, err := tn.ChangePassword(t.Context(), here.Session, otherPassword, otherPassword, c)
	wantCode(t, err, civic.Invalid, "current")
	_, err = tn.ChangePassword(t.Context(), here.Session, goodPassword, "corta", c)
	wantCode(t, err, civic.Invalid, "password")
	if !tn.alive(t, here.Token) || !tn.alive(t, there.Token) {
		t.Fatal("a refused change ended a session")
	}
	if refused := tn.records(t, ActionRefused); len(refused) != 1 ||
		refused[0].Actor != here.Session.AccountID || refused[0].Object != here.Session.AccountID {
		t.Errorf("somebody at a forgotten session guessed the password, and the audit says: %+v", refused)
	}
	in, err := tn.ChangePassword(t.Context(), here.Session, goodPassword, otherPassword, c)
	if err != nil {
		t.Fatal(err)
	}
	if tn.alive(t, here.Token) || tn.alive(t, there.Token) || !tn.alive(t, in.Token) {
		t.Error("after the change only the new session should live")
	}
	_, err = tn.SignInWithPassword(t.Context(), "urp@example.it", goodPassword, from("192.0.2.1"))
	wantCode(t, err, civic.Unauthenticated)
}
