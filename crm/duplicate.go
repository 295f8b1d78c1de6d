package crm

import (
	"cmp"
	"context"
	"slices"

	"ascolto/internal/civic"
)

// Candidate is a contact that may be the same as one about to be saved.
type Candidate struct {
	Contact Contact
	Score   int // 1 to 100: how much speaks for it
	Reasons []Reason
}

// Reason is what two contacts have in common.
type Reason string

// The reasons, as message keys say them ("crm.duplicate.email").
const (
	SameCode    Reason = "code"
	SameEmail   Reason = "email"
	SamePhone   Reason = "phone"
	SameName    Reason = "name"
	SimilarName Reason = "similar_name"
	SameYear    Reason = "birth_year"
)

// weights says how much each reason counts. An address or number may be a household's, a name is many
// people's.
var weights = map[Reason]int{SameCode: 100, SameEmail: 60, SamePhone: 50, SameName: 40, SimilarName: 30,
	SameYear: 15}

const (
	leastLikeness     = 0.8  // of names that count as similar
	leastPartLikeness = 0.75 // of their family names, and of their given names
	leastScore        = 30   // of candidates that are shown
	maxCandidates     = 5
	candidatesByKey   = 50 // how many contacts with the same address, number or kind of name are looked at
)

// Duplicates is the error of a contact that was not saved because it may exist already. Saving it again with
// a reason works.
type Duplicates struct{ Candidates []Candidate }

// Error returns the number of candidates, for logs.
func (d *Duplicates) Error() string { return d.Unwrap().Error() }

// Unwrap returns the Conflict that stands for d where candidates cannot be shown.
func (d *Duplicates) Unwrap() error { return civic.NewError(civic.Conflict, "crm.error.duplicate") }

// compare returns what c and other have in common, with the sum of its weights, 100 at most.
func (c Contact) compare(other Contact) Candidate {
	found := Candidate{Contact: other}
	note := func(r Reason, is bool) {
		if is {
			found.Reasons = append(found.Reasons, r)
			found.Score = min(100, found.Score+weights[r])
		}
	}
	note(SameCode, c.CodeDigest != "" && c.CodeDigest == other.CodeDigest)
	note(SameEmail, overlap(c.emailKeys(), other.emailKeys()))
	note(SamePhone, overlap(c.PhoneNumbers(), other.PhoneNumbers()))
	same := c.SortName != "" && (inOrder(c.SortName) == inOrder(other.SortName) ||
		unspaced(c.SortName) == unspaced(other.SortName))
	note(SameName, same)
	note(SimilarName, !same && alike(c.SortName, other.SortName))
	note(SameYear, len(found.Reasons) > 0 && c.BirthYear != 0 && c.BirthYear == other.BirthYear)
	return found
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

// candidates returns the contacts that may be the same as c, the likeliest first.
func (s *Service) candidates(ctx context.Context, c Contact) ([]Candidate, error) {
	near, err := s.near(ctx, c)
	if err != nil {
		return nil, err
	}
	var out []Candidate
	seen := map[civic.ID]bool{c.ID: true}
	for _, other := range near {
		if seen[other.ID] {
			continue
		}
		seen[other.ID] = true
		if found := c.compare(other); found.Score >= leastScore {
			out = append(out, found)
		}
	}
	slices.SortFunc(out, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Contact.ID, b.Contact.ID))
	})
	return out[:min(len(out), maxCandidates)], nil
}

// near returns the contacts that share an address, a number, the fiscal code, the name or the skeleton of the
// name with c.
func (s *Service) near(ctx context.Context, c Contact) ([]Contact, error) {
	var near []Contact
	for _, key := range []struct {
		field  string
		values []string
	}{
		{"emails.key", c.emailKeys()},
		{"phones.number", c.PhoneNumbers()},
		{"codeDigest", filled(c.CodeDigest)},
		{"sortName", filled(c.SortName)},
		{"skeleton", filled(c.Skeleton)},
		{"joined", filled(c.Joined)},
	} {
		found, err := s.with(ctx, key.field, key.values, candidatesByKey)
		if err != nil {
			return nil, err
		}
		near = append(near, found...)
	}
	return near, nil
}

func filled(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// CandidatesOf returns the contacts that may be the same as a stored one, the likeliest first. Showing them
// is a read of each.
func (s *Service) CandidatesOf(ctx context.Context, by civic.Actor, id civic.ID) ([]Candidate, error) {
	if err := by.Can(PermReadContacts); err != nil {
		return nil, err
	}
	c, err := s.contacts.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	found, err := s.candidates(ctx, c)
	if err != nil {
		return nil, err
	}
	seen := make([]Contact, len(found))
	for i, f := range found {
		seen[i] = f.Contact
	}
	return found, s.recordEach(ctx, by, ActionContactCandidate, seen)
}
