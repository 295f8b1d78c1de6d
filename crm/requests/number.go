package requests

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// counter counts the requests of a year, which is its id.
type counter struct {
	docstore.Meta `bson:",inline"`
	Last          int `bson:"last"`
}

// nextNumber returns a number that no request of the year of a moment has: "2026-000123". A number that
// nobody uses after all is never given again.
func (s *Service) nextNumber(ctx context.Context, at time.Time) (string, error) {
	year := civic.ID(at.In(civic.Rome()).Format("2006"))
	for {
		c, err := s.counters.Update(ctx, year, func(c *counter) error {
			c.Last++
			return nil
		})
		if civic.CodeOf(err) != civic.NotFound {
			return fmt.Sprintf("%s-%06d", year, c.Last), err
		}
		first := counter{Meta: docstore.Meta{ID: year}}
		if err := s.counters.Insert(ctx, &first); err != nil && civic.CodeOf(err) != civic.Conflict {
			return "", err
		}
	}
}

// The secret code by which somebody without an account follows a request: 100 bits, 20 signs of Crockford's
// alphabet in groups of five. It is made of the request's seed under the installation's secret and stands
// nowhere, so that a receipt can be written again, and the store alone does not tell it.
const (
	codePurpose = "requests/code"
	codeSigns   = 20
	codeGroup   = 5
)

var crockford = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

func newSeed() string { return rand.Text() }

// codeOf returns the secret code of r: "7Q4ZK-…", in four groups. Only the applicant is told.
func (s *Service) codeOf(r Request) string { return s.signs(codePurpose, string(r.ID)+"/"+r.Seed) }

// signs returns a code made of a value for a purpose, which only who knows the installation's secret can
// make.
func (s *Service) signs(purpose, of string) string {
	sum, err := base64.RawURLEncoding.DecodeString(s.vault.Digest(purpose, of))
	if err != nil {
		panic(err) // a digest is base64url
	}
	signs := crockford.EncodeToString(sum)[:codeSigns]
	var groups []string
	for i := 0; i < codeSigns; i += codeGroup {
		groups = append(groups, signs[i:i+codeGroup])
	}
	return strings.Join(groups, "-")
}

// readCode returns the signs of a code as somebody typed it: without what separates them, and with the
// letters that look like digits put right.
func readCode(typed string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '-' || r == ' ':
			return -1
		case r == 'O':
			return '0'
		case r == 'I' || r == 'L':
			return '1'
		}
		return r
	}, strings.ToUpper(civic.Bare(typed)))
}

// hasCode reports whether typed is the code of r, in a time that does not tell how much of it is right.
func (s *Service) hasCode(r Request, typed string) bool {
	return hmac.Equal([]byte(readCode(s.codeOf(r))), []byte(readCode(typed)))
}

// typedNumber is a number as people type it: year and count, with whatever stands before and between.
var typedNumber = regexp.MustCompile(`^\D*(\d{4})\D{0,3}(\d{1,9})$`)

// ReadNumber returns the number that somebody typed as it is written, "2026-000123" for "n. 2026/123" and
// "2026 000123"; what is none it returns as it is.
func ReadNumber(typed string) string {
	typed = civic.Bare(typed)
	found := typedNumber.FindStringSubmatch(typed)
	if found == nil {
		return typed
	}
	n, err := strconv.Atoi(found[2])
	if err != nil {
		return typed
	}
	return fmt.Sprintf("%s-%06d", found[1], n)
}
