package accounts

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

const (
	read  civic.Permission = "crm.contact.read"
	write civic.Permission = "crm.contact.write"
)

var place = netip.MustParseAddr("192.0.2.9")

// tokenOwner returns a colleague as one who acts with both permissions.
func (tn *town) tokenOwner(t *testing.T, email string) civic.Actor {
	t.Helper()
	return civic.NewActor(tn.staffMember(t, email).actor("req"), civic.Grants{civic.Operator: {read, write}})
}

// newAccessToken makes a token of by for 30 days and returns it with its text.
func (tn *town) newAccessToken(t *testing.T, by civic.Actor, key string,
	scopes ...civic.Permission) (AccessToken, string) {
	t.Helper()
	token, text, err := tn.CreateAccessToken(t.Context(), by, NewAccessToken{FormKey: key, Name: "Protocollo",
		Days: 30, Scopes: scopes})
	if err != nil || text == "" {
		t.Fatalf("no token: %q, %v", text, err)
	}
	return token, text
}

// dead demands that a text opens nothing.
func (tn *town) dead(t *testing.T, why, text string) {
	t.Helper()
	if who, _, err := tn.TokenActor(t.Context(), text, place); civic.CodeOf(err) != civic.Unauthenticated ||
		who.Account != "" {
		t.Errorf("%s: %+v, %v", why, who, err)
	}
}

// TestAnAccessToken: its text is told once and stored nowhere; it acts for its owner and says so in the
// audit; it ends.
func TestAnAccessToken(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	by := tn.tokenOwner(t, "urp@example.it")
	token, text := tn.newAccessToken(t, by, "form-key-of-16-signs", write, read, read)
	if !strings.HasPrefix(text, token.Prefix) || len(text) != 47 || len(token.Prefix) != 10 ||
		strings.Contains(string(token.ID+token.Hash), text[4:]) {
		t.Errorf("%q, %+v", text, token)
	}
	again, none, err := tn.CreateAccessToken(t.Context(), by, NewAccessToken{FormKey: "form-key-of-16-signs",
		Name: "Protocollo", Days: 30, Scopes: []civic.Permission{read, write}})
	if err != nil || none != "" || again.ID != token.ID || again.Hash != token.Hash {
		t.Errorf("the form sent again: %q, %+v, %v", none, again, err)
	}
	if _, _, err := tn.CreateAccessToken(t.Context(), by, NewAccessToken{FormKey: "form-key-of-16-signs",
		Name: "Altro", Days: 30, Scopes: []civic.Permission{read}}); civic.CodeOf(err) != civic.Conflict {
		t.Errorf("the form sent with something else: %v", err)
	}
	for _, raw := range []any{token, tn.records(t, ActionTokenCreated)} {
		if strings.Contains(fmt.Sprint(raw), text[10:]) {
			t.Errorf("%T holds the text", raw)
		}
	}
	who, scopes, err := tn.TokenActor(t.Context(), text, place)
	if err != nil || who.Account != by.Account || who.Token != token.Prefix || who.Allowed(read) ||
		!slices.Equal(scopes, []civic.Permission{read, write}) {
		t.Fatalf("%+v, %v, %v", who, scopes, err)
	}
	if err := tn.audit.Write(t.Context(), audit.Entry{By: who, Action: "crm.contact.read",
		Detail: map[string]string{"count": "1"}}); err != nil {
		t.Fatal(err)
	}
	if got := tn.records(t, "crm.contact.read"); len(got) != 1 || got[0].Detail["token"] != token.Prefix ||
		got[0].Detail["count"] != "1" || got[0].Actor != by.Account {
		t.Errorf("audited %+v", got)
	}
	if got := tn.records(t, ActionTokenCreated); len(got) != 1 || got[0].Object != by.Account ||
		got[0].Detail["permissions"] != "crm.contact.read crm.contact.write" {
		t.Errorf("audited %+v", got)
	}
	tn.dead(t, "another text", text[:len(text)-1]+"_")
	tn.dead(t, "its hash", string(token.Hash))
	tn.dead(t, "a session", tn.signIn(t, "urp@example.it").Token)
	tn.clock.Pass(30*24*time.Hour - time.Minute)
	if _, _, err := tn.TokenActor(t.Context(), text, place); err != nil {
		t.Errorf("before its end: %v", err)
	}
	tn.clock.Pass(time.Minute)
	tn.dead(t, "after its end", text)
	if all, err := tn.AccessTokens(t.Context(), by, by.Account); err != nil || len(all) != 1 ||
		!all[0].Ended(tn.clock.Now()) {
		t.Errorf("%+v, %v", all, err)
	}
	tn.clock.Pass(31 * 24 * time.Hour)
	if n, err := tn.Sweep(t.Context()); err != nil || n == 0 {
		t.Errorf("swept %d, %v", n, err)
	}
	if all, err := tn.AccessTokens(t.Context(), by, by.Account); err != nil || len(all) != 0 {
		t.Errorf("%+v, %v", all, err)
	}
}

// TestATokenIsNeverWiderThanItsOwner: no scope that the owner lacks, none for who is no staff or acts by
// a token itself, and only its owner and who manages colleagues see or revoke it.
func TestATokenIsNeverWiderThanItsOwner(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	by := tn.tokenOwner(t, "urp@example.it")
	n := NewAccessToken{FormKey: "form-key-of-16-signs", Name: "P", Days: 30, Scopes: []civic.Permission{read,
		PermManage}}
	if _, _, err := tn.CreateAccessToken(t.Context(), by, n); civic.CodeOf(err) != civic.Forbidden {
		t.Errorf("a scope that the owner lacks: %v", err)
	}
	n.Scopes = []civic.Permission{read}
	program := by
	program.Token = "asc_abc"
	for who, actor := range map[string]civic.Actor{"a citizen": someCitizen, "a stranger": someStranger,
		"a program": program, "a job": civic.System("job")} {
		if _, _, err := tn.CreateAccessToken(t.Context(), actor, n); civic.CodeOf(err) != civic.Forbidden {
			t.Errorf("%s: %v", who, err)
		}
	}
	for field, wrong := range map[string]NewAccessToken{
		"name": {Name: " ", Days: 30, Scopes: n.Scopes}, "days": {Name: "P", Days: 366, Scopes: n.Scopes},
		"scopes": {Name: "P", Days: 1},
	} {
		_, _, err := tn.CreateAccessToken(t.Context(), by, wrong)
		if civic.CodeOf(err) != civic.Invalid || !strings.Contains(err.Error(), " "+field+": ") {
			t.Errorf("%s: %v", field, err)
		}
	}
	token, text := tn.newAccessToken(t, by, "another-form-key-of-", read)
	for _, other := range []civic.Actor{someOperator, someCitizen, someStranger} {
		if _, err := tn.AccessTokens(t.Context(), other, by.Account); err == nil {
			t.Errorf("%q sees the tokens", other.Account)
		}
		if err := tn.RevokeAccessToken(t.Context(), other, token.ID); civic.CodeOf(err) != civic.NotFound {
			t.Errorf("%q revokes: %v", other.Account, err)
		}
	}
	if _, _, err := tn.TokenActor(t.Context(), text, place); err != nil {
		t.Fatal(err)
	}
	if err := tn.RevokeAccessToken(t.Context(), someAdmin, token.ID); err != nil {
		t.Fatal(err)
	}
	tn.dead(t, "revoked", text)
	if got := tn.records(t, ActionTokenRevoked); len(got) != 1 || got[0].Object != by.Account ||
		got[0].Actor != "admin" || got[0].Detail["token"] != token.Prefix {
		t.Errorf("audited %+v", got)
	}
	for i := range maxTokens {
		tn.newAccessToken(t, by, "form-key-of-16-signs"+string(rune('a'+i)), read)
	}
	n.FormKey = "one too many, of 16"
	if _, _, err := tn.CreateAccessToken(t.Context(), by, n); civic.CodeOf(err) != civic.Conflict {
		t.Errorf("one too many: %v", err)
	}
}

// TestADisabledColleaguesTokensAreDead: at once, also while they are still stored, and they do not come
// back to life; so are those of a store that was restored.
func TestADisabledColleaguesTokensAreDead(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	by := tn.tokenOwner(t, "urp@example.it")
	_, text := tn.newAccessToken(t, by, "form-key-of-16-signs", read)
	setDisabled := func(is bool) {
		if _, err := tn.accounts.Update(t.Context(), by.Account,
			func(a *Account) error { a.Disabled = is; return nil }); err != nil {
			t.Fatal(err)
		}
	}
	setDisabled(true) // as by a process that dies before it removed the tokens
	tn.dead(t, "disabled", text)
	if _, err := tn.Enable(t.Context(), someAdmin, by.Account); err != nil {
		t.Fatal(err)
	}
	tn.dead(t, "enabled again after a crash", text)

	_, text = tn.newAccessToken(t, by, "form-key-of-16-two", read)
	for _, act := range []func() (Account, error){
		func() (Account, error) { return tn.Disable(t.Context(), someAdmin, by.Account) },
		func() (Account, error) { return tn.Enable(t.Context(), someAdmin, by.Account) },
	} {
		if _, err := act(); err != nil {
			t.Fatal(err)
		}
		tn.dead(t, "disabled, then enabled", text)
	}
	_, text = tn.newAccessToken(t, by, "form-key-of-16-three", read)
	if err := EndAll(t.Context(), tn.db); err != nil {
		t.Fatal(err)
	}
	tn.dead(t, "restored", text)
}

// TestGuessingTokensIsSlowed: one place is told to wait after some wrong tokens; whoever has a right one
// is not, and other places are not.
func TestGuessingTokensIsSlowed(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	by := tn.tokenOwner(t, "urp@example.it")
	_, text := tn.newAccessToken(t, by, "form-key-of-16-signs", read)
	var mu sync.Mutex
	seen := map[civic.Code]int{}
	var wg sync.WaitGroup
	for range 200 {
		wg.Go(func() {
			_, _, err := tn.TokenActor(t.Context(), newTokenText(), place)
			mu.Lock()
			defer mu.Unlock()
			seen[civic.CodeOf(err)]++
		})
	}
	wg.Wait()
	if most := defaultLimits().placeAttempts.burst; seen[civic.Unauthenticated] > most ||
		seen[civic.Limited] < 200-most || len(seen) != 2 {
		t.Errorf("%v", seen)
	}
	if _, _, err := tn.TokenActor(t.Context(), text, place); err != nil {
		t.Errorf("the right one from the same place: %v", err)
	}
	if in, err := tn.SignInWithPassword(t.Context(), "urp@example.it", goodPassword,
		Client{Address: place}); err != nil || in.Token == "" {
		t.Errorf("a colleague behind the same address: %v", err)
	}
	if _, _, err := tn.TokenActor(t.Context(), "asc_nothing",
		netip.MustParseAddr("198.51.100.7")); civic.CodeOf(err) != civic.Unauthenticated {
		t.Errorf("from another place: %v", err)
	}
}

// TestManyRequestsOfOneToken: a program that asks side by side is let in each time, also when its use is
// written down just then.
func TestManyRequestsOfOneToken(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	_, text := tn.newAccessToken(t, tn.tokenOwner(t, "urp@example.it"), "form-key-of-16-signs", read)
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() {
			if _, _, err := tn.TokenActor(t.Context(), text, place); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// TestUseIsWrittenDownByTheHour: a token that is used all the time is written once an hour, and one that
// is revoked meanwhile is not brought back by it.
func TestUseIsWrittenDownByTheHour(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	by := tn.tokenOwner(t, "urp@example.it")
	token, text := tn.newAccessToken(t, by, "form-key-of-16-signs", read)
	for _, step := range []struct {
		wait time.Duration
		rev  int64
		at   string
	}{{0, 2, "09:00"}, {59 * time.Minute, 2, "09:00"}, {2 * time.Minute, 3, "10:00"}} {
		tn.clock.Pass(step.wait)
		if _, _, err := tn.TokenActor(t.Context(), text, place); err != nil {
			t.Fatal(err)
		}
		stored, err := tn.AccessToken(t.Context(), by, token.ID)
		if err != nil || stored.Revision != step.rev || stored.UsedAt.UTC().Format("15:04") != step.at {
			t.Errorf("after %v: %+v, %v", step.wait, stored, err)
		}
	}
	held := token
	if err := tn.RevokeAccessToken(t.Context(), by, token.ID); err != nil {
		t.Fatal(err)
	}
	if err := tn.useToken(t.Context(), held,
		tn.clock.Now().Add(time.Hour)); civic.CodeOf(err) != civic.Unauthenticated {
		t.Errorf("used after it was revoked: %v", err)
	}
	if n, err := tn.tokens.Count(t.Context(), docstore.Filter{}); n != 0 || err != nil {
		t.Errorf("%d tokens, %v", n, err)
	}
}

// TestTheAuditSaysATokensLastDayInRome: a token that ends after midnight in Rome ends on that day in the
// audit, as on the page, and not on the day before, which it still is in UTC.
func TestTheAuditSaysATokensLastDayInRome(t *testing.T) {
	t.Parallel()
	token := AccessToken{Until: time.Date(2026, 12, 2, 23, 30, 0, 0, time.UTC)}
	if got := token.entry(civic.Actor{}, ActionTokenCreated).Detail["until"]; got != "2026-12-03" {
		t.Errorf("it ends on %s", got)
	}
}
