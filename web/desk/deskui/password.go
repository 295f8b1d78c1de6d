package deskui

import (
	"strconv"

	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/web/ui"
)

// passwordHint tells the only rule about passwords.
func passwordHint(f ui.Frame) string {
	return f.T("accounts.password.hint", civic.Args{"Min": strconv.Itoa(accounts.MinPassword)})
}
