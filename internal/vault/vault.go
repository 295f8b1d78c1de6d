// Package vault derives keys from the installation's one secret and does with them what must not be readable
// or forgeable without it: sealing personal codes, keyed digests to look them up by, and signed tokens in
// links. Each purpose has a key of its own (HKDF-SHA-256, RFC 5869), so that what is made for one is worth
// nothing for another.
package vault

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"

	"ascolto/internal/civic"
	"ascolto/internal/memo"
)

// MinSecret is the least length of the secret, in bytes.
const MinSecret = 32

// Vault holds the installation's secret.
type Vault struct {
	secret []byte
	keys   memo.Values[string, []byte] // by purpose
}

// mostKeys bounds the keys that are remembered: there are about as many purposes.
const mostKeys = 128

// New returns a Vault, or an error when the secret is shorter than MinSecret.
func New(secret []byte) (*Vault, error) {
	if len(secret) < MinSecret {
		return nil, fmt.Errorf("vault: the secret has %d bytes, it needs at least %d", len(secret), MinSecret)
	}
	return &Vault{secret: bytes.Clone(secret), keys: memo.Values[string, []byte]{Most: mostKeys}}, nil
}

// key returns the key of a purpose, which the caller must not change.
func (v *Vault) key(purpose string) []byte {
	if k, ok := v.keys.Get(purpose); ok {
		return k
	}
	k, err := hkdf.Key(sha256.New, v.secret, nil, "ascolto/"+purpose, 32)
	if err != nil {
		panic(fmt.Sprintf("vault: derive key: %v", err)) // only for lengths beyond 8,160 bytes
	}
	v.keys.Put(purpose, k)
	return k
}

func (v *Vault) aead(purpose string) cipher.AEAD {
	block, err := aes.NewCipher(v.key("seal/" + purpose))
	if err != nil {
		panic(fmt.Sprintf("vault: cipher: %v", err)) // only for keys of a wrong length
	}
	gcm, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(fmt.Sprintf("vault: cipher mode: %v", err))
	}
	return gcm
}

// Seal returns plain encrypted and authenticated (AES-256-GCM, random nonce) under the purpose's key.
func (v *Vault) Seal(purpose string, plain []byte) []byte {
	return v.aead(purpose).Seal(nil, nil, plain, nil)
}

// Open returns what Seal was given, or an Internal error when sealed was altered or made under another secret
// or purpose.
func (v *Vault) Open(purpose string, sealed []byte) ([]byte, error) {
	plain, err := v.aead(purpose).Open(nil, nil, sealed, nil)
	if err != nil {
		return nil, civic.Wrap(civic.Internal, "error.internal",
			fmt.Errorf("vault: open %s: %w", purpose, err))
	}
	return plain, nil
}

// Digest returns HMAC-SHA-256 of value under the purpose's key, in base64url without padding: the same value
// always gives the same digest, and nobody without the secret can tell or test the value.
func (v *Vault) Digest(purpose, value string) string {
	return base64.RawURLEncoding.EncodeToString(v.mac("digest/"+purpose, []byte(value)))
}

// DigestForm returns a digest of what somebody sent in a form, by which a form sent twice is told from two
// forms with one key. It returns an Internal error for a form that has no JSON.
func (v *Vault) DigestForm(purpose string, by civic.Actor, form any) (string, error) {
	b, err := json.Marshal(form)
	if err != nil {
		return "", civic.Wrap(civic.Internal, "error.internal",
			fmt.Errorf("vault: digest of a form: %w", err))
	}
	return v.Digest(purpose, string(by.Account)+"\n"+string(by.Contact)+"\n"+string(b)), nil
}

// Sign returns payload as a token for a link: base64url of payload and its signature, which Verify accepts
// for the same purpose.
func (v *Vault) Sign(purpose string, payload []byte) string {
	return base64.RawURLEncoding.EncodeToString(append(v.mac("sign/"+purpose, payload), payload...))
}

// Verify returns the payload of a token that Sign made for purpose, or a NotFound error.
func (v *Vault) Verify(purpose, token string) ([]byte, error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(b) < sha256.Size ||
		!hmac.Equal(b[:sha256.Size], v.mac("sign/"+purpose, b[sha256.Size:])) {
		return nil, civic.NewError(civic.NotFound, "error.link")
	}
	return b[sha256.Size:], nil
}

func (v *Vault) mac(purpose string, b []byte) []byte {
	h := hmac.New(sha256.New, v.key(purpose))
	h.Write(b)
	return h.Sum(nil)
}

// NewSecret returns a fresh random secret of MinSecret bytes.
func NewSecret() []byte {
	b := make([]byte, MinSecret)
	rand.Read(b) // never fails (crypto/rand)
	return b
}
