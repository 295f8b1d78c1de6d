// Package api answers programs: JSON under /api/v1, with the services, the permissions, the checks and
// the audit of the desk. Names are those of the fields of the desk's forms, in snake case;
// docs/guida/api.md says what each means.
package api

import (
	"crypto/sha256"
	"encoding/base32"
	"strings"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/web/page"
)

// Resources are what programs read and change.
type Resources struct {
	CRM *crm.Service
}

// formKey returns the key of what a program creates: its own, told apart from those of other accounts.
func formKey(r *page.Request) (string, error) {
	key, err := r.IdempotencyKey()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(string(r.Actor.Account) + "\n" + key))
	return strings.TrimRight(base32.StdEncoding.EncodeToString(sum[:20]), "="), nil
}

// limit returns how many items of a list are asked for.
func limit(req *page.Request) (int, error) {
	s := req.Query("limit")
	if s == "" {
		return civic.DefaultPageSize, nil
	}
	n, ok := 0, len(s) <= 3
	for _, r := range s {
		ok = ok && r >= '0' && r <= '9'
		n = 10*n + int(r-'0')
	}
	if !ok || n < 1 || n > civic.MaxPageSize {
		var p civic.Problems
		p.Add("limit", "api.error.limit", civic.Args{"Max": civic.MaxPageSize})
		return 0, p.Err()
	}
	return n, nil
}
