package vault_test

import (
	"testing"

	"ascolto/internal/civic"
	"ascolto/internal/vault"
)

func open(t *testing.T, secret string) *vault.Vault {
	t.Helper()
	v, err := vault.New([]byte(secret))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

const secretA, secretB = "0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"

func TestShortSecretIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := vault.New([]byte("short")); err == nil {
		t.Error("a secret of 5 bytes was accepted")
	}
}

func TestSealOpensOnlyWithSecretAndPurpose(t *testing.T) {
	t.Parallel()
	v := open(t, secretA)
	sealed := v.Seal("fiscal-code", []byte("RSSMRA85T10A562S"))
	plain, err := v.Open("fiscal-code", sealed)
	if err != nil || string(plain) != "RSSMRA85T10A562S" {
		t.Fatalf("Open = %q, %v", plain, err)
	}
	if _, err := v.Open("other", sealed); civic.CodeOf(err) != civic.Internal {
		t.Errorf("another purpose opened it: %v", err)
	}
	if _, err := open(t, secretB).Open("fiscal-code", sealed); err == nil {
		t.Error("another secret opened it")
	}
	for i := range sealed {
		bad := append([]byte(nil), sealed...)
		bad[i] ^= 1
		if _, err := v.Open("fiscal-code", bad); err == nil {
			t.Fatalf("byte %d altered and still opened", i)
		}
	}
	if again := v.Seal("fiscal-code", []byte("RSSMRA85T10A562S")); string(again) == string(sealed) {
		t.Error("sealing twice gave the same bytes")
	}
}

func TestDigestIsStableAndKeyed(t *testing.T) {
	t.Parallel()
	v := open(t, secretA)
	if v.Digest("p", "x") != open(t, secretA).Digest("p", "x") {
		t.Error("not stable")
	}
	if v.Digest("p", "x") == v.Digest("q", "x") || v.Digest("p", "x") == open(t, secretB).Digest("p", "x") {
		t.Error("digest does not depend on purpose and secret")
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	v := open(t, secretA)
	token := v.Sign("unsubscribe", []byte("c1"))
	if got, err := v.Verify("unsubscribe", token); err != nil || string(got) != "c1" {
		t.Fatalf("Verify = %q, %v", got, err)
	}
	for _, bad := range []string{"", "x", token + "A", "A" + token[1:], token[:len(token)-2]} {
		if _, err := v.Verify("unsubscribe", bad); civic.CodeOf(err) != civic.NotFound {
			t.Errorf("token %q: %v", bad, err)
		}
	}
	if _, err := v.Verify("other", token); err == nil {
		t.Error("a token of another purpose was accepted")
	}
}
