package accounts

import (
	"encoding/binary"
	"strings"
	"time"

	"ascolto/internal/civic"
)

// A device token tells that somebody signed in from this browser with a login before. It opens nothing: it
// only makes the guard count this browser's failures apart from strangers'. It needs no store: it is signed
// by the vault.

// DeviceLife is how long a browser stays known.
const DeviceLife = 180 * 24 * time.Hour

const (
	devicePurpose = "accounts/device"
	maxDevices    = 4 // logins remembered by one browser: colleagues at one desk
)

// newDevice returns held, the cookie a browser showed, with a token for login put in front.
func (s *Service) newDevice(login, held string) string {
	now := binary.BigEndian.AppendUint64(nil, uint64(s.clock.now().Unix()))
	tokens := []string{s.vault.Sign(devicePurpose, append(now, newToken()+"/"+login...))}
	for token := range strings.SplitSeq(held, "~") {
		if of, _, ok := s.readDevice(token); ok && of != login && len(tokens) < maxDevices {
			tokens = append(tokens, token)
		}
	}
	return strings.Join(tokens, "~")
}

// knownDevice returns the name of the device that held, the cookie a browser showed, proves for login; empty
// when none.
func (s *Service) knownDevice(login, held string) string {
	n := 0
	for token := range strings.SplitSeq(held, "~") {
		if of, device, ok := s.readDevice(token); ok && of == login {
			return device
		}
		if n++; n == maxDevices {
			break
		}
	}
	return ""
}

func (s *Service) readDevice(token string) (login, device string, ok bool) {
	payload, err := s.vault.Verify(devicePurpose, token)
	if err != nil || len(payload) < 8 {
		return "", "", false
	}
	at := time.Unix(int64(binary.BigEndian.Uint64(payload)), 0)
	if age := s.clock.now().Sub(at); age > DeviceLife || age < -time.Hour {
		return "", "", false
	}
	device, login, ok = strings.Cut(string(payload[8:]), "/")
	return login, device, ok
}

// loginKey is the digest under which a login is known wherever it is counted or looked up, known or not.
func (s *Service) loginKey(email string) string { return s.vault.Digest("accounts/login", email) }

// citizenID returns the id of the account of a citizen whom a proof identifies: a fiscal code or an e-mail
// address.
func (s *Service) citizenID(kind, proof string) civic.ID {
	return civic.Key("citizen", civic.ID(s.vault.Digest("accounts/"+kind, proof)))
}
