package accounts

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"

	"ascolto/internal/civic"
)

// newToken returns 256 random bits in base64url. The store only ever sees its hash.
func newToken() string {
	b := make([]byte, 32)
	rand.Read(b) // never fails (crypto/rand)
	return base64.RawURLEncoding.EncodeToString(b)
}

// hashed returns the id under which the document of a token is kept: SHA-256 in base64url. A token has enough
// randomness of its own to need neither salt nor stretching.
func hashed(token string) civic.ID {
	sum := sha256.Sum256([]byte(token))
	return civic.ID(base64.RawURLEncoding.EncodeToString(sum[:]))
}
