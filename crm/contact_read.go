package crm

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/reach"
	"ascolto/internal/textfold"
	"ascolto/search"
)

// mayRead returns nil when by may read a contact, NotFound when by may read those of their offices and this
// is none of them.
func (s *Service) mayRead(ctx context.Context, by civic.Actor, contact civic.ID) error {
	if by.Allowed(PermReadContacts) {
		return nil
	}
	if !by.Allowed(PermReadOwn) {
		return by.Can(PermReadContacts)
	}
	ok, err := s.dealtWith(ctx, contact, by.Offices)
	if err == nil && !ok {
		err = civic.NewError(civic.NotFound, "error.not_found")
	}
	return err
}

// Contact returns a contact, or NotFound when there is none that by may read. Reading is audited.
func (s *Service) Contact(ctx context.Context, by civic.Actor, id civic.ID) (Contact, error) {
	if err := s.mayRead(ctx, by, id); err != nil {
		return Contact{}, err
	}
	c, err := s.contacts.Get(ctx, id)
	if err != nil {
		return Contact{}, err
	}
	return c, s.record(ctx, by, ActionContactRead, id, id, nil)
}

// Names returns the display names of contacts, for lists that show what else is known about them. Ids that by
// may not read, or that are none, are missing.
func (s *Service) Names(ctx context.Context, by civic.Actor, ids []civic.ID) (map[civic.ID]string, error) {
	called, err := s.CalledOf(ctx, by, ids)
	names := make(map[civic.ID]string, len(called))
	for id, c := range called {
		names[id] = c.Shown
	}
	return names, err
}

// CalledOf returns what contacts are called, for who keeps it. Ids that by may not read, or that are none,
// are missing.
func (s *Service) CalledOf(ctx context.Context, by civic.Actor, ids []civic.ID) (map[civic.ID]Called, error) {
	names := make(map[civic.ID]Called, len(ids))
	if !by.Allowed(PermReadContacts) && !by.Allowed(PermReadOwn) {
		return names, nil
	}
	found, err := s.byIDs(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, c := range found {
		if !by.Allowed(PermReadContacts) {
			if ok, err := s.dealtWith(ctx, c.ID, by.Offices); err != nil {
				return nil, err
			} else if !ok {
				continue
			}
		}
		names[c.ID] = c.Called()
	}
	return names, nil
}

// ContactFilter chooses contacts for a list; empty fields choose all.
type ContactFilter struct {
	District civic.ID
	Order    ContactOrder
	// with which the family name begins, or after a whole one and a comma the given name: "Ansaloni, Mar"
	Prefix string
}

// begins returns with which the SortName of the contacts begins that f.Prefix chooses.
func (f ContactFilter) begins() string {
	family, given, whole := strings.Cut(f.Prefix, ",")
	if p := textfold.Name(family); p == "" || !whole {
		return p
	}
	return textfold.Name(family) + givenMark + textfold.Name(given)
}

// Contacts lists contacts by name, family name first.
func (s *Service) Contacts(
	ctx context.Context, by civic.Actor, f ContactFilter, page civic.PageRequest,
) (civic.Page[Contact], error) {
	if err := by.Can(PermReadContacts); err != nil {
		return civic.Page[Contact]{}, err
	}
	page = page.Normal()
	q := docstore.Query{Sort: f.sort(), Cursor: page.Cursor, Limit: page.Size}
	if f.District != "" {
		q.Filter = append(q.Filter, docstore.Eq("district", f.District))
	}
	if p := f.begins(); p != "" {
		q.Filter = append(q.Filter, docstore.Prefix("sortName", p))
	}
	found, err := s.contacts.Find(ctx, q)
	if err != nil {
		return found, err
	}
	return found, s.Shown(ctx, by, len(found.Items))
}

// Shown writes down that a list showed people's names to by, so many of them. The services do it for their
// own lists; a page calls it that shows people found in another way. A job shows its lists to nobody.
func (s *Service) Shown(ctx context.Context, by civic.Actor, people int) error {
	if people == 0 || by.IsSystem() {
		return nil
	}
	return s.record(ctx, by, ActionContactList, "", "", map[string]string{"count": strconv.Itoa(people)})
}

// MaxFound bounds how many contacts a search shows; who sees more than that types more.
const MaxFound = 50

// FindContacts returns the contacts an operator means by what they typed: a fiscal code, an e-mail address or
// telephone number, whole or in part, or parts of a name; and apart from these the contacts named alike,
// which lack a word of it. What somebody has exactly hides what others have in part. The likeliest come
// first; at most 50 are returned in all. A district leaves out who lives elsewhere; an empty one leaves out
// nobody. A text that is no name, being too long or unreadable, finds nobody.
func (s *Service) FindContacts(
	ctx context.Context, by civic.Actor, text string, district civic.ID,
) (found, similar []Contact, err error) {
	if err := by.Can(PermReadContacts); err != nil {
		return nil, nil, err
	}
	text, err = civic.CleanLine(civic.Bare(text), 200)
	if err != nil || text == "" {
		return nil, nil, nil
	}
	found, err = s.exactly(ctx, text)
	if err != nil {
		return nil, nil, err
	}
	if len(found) > 0 {
		found = slices.DeleteFunc(found,
			func(c Contact) bool { return district != "" && c.District != district })
	} else if found, similar, err = s.inPart(ctx, text, district); err != nil {
		return nil, nil, err
	}
	return found, similar, s.Shown(ctx, by, len(found)+len(similar))
}

// exactly returns the contacts of a fiscal code, address or number typed whole; the store knows them even
// when the index is behind.
func (s *Service) exactly(ctx context.Context, text string) ([]Contact, error) {
	if code, err := ParseFiscalCode(text); err == nil {
		c, err := s.byCode(ctx, s.vault.Digest(purposeCode, code.String()))
		if err == nil {
			return []Contact{c}, nil
		}
		if civic.CodeOf(err) != civic.NotFound {
			return nil, err
		}
	}
	if strings.Contains(text, "@") {
		if e, err := reach.ParseEmail(text); err == nil {
			return s.byEmail(ctx, []string{e.Key}, MaxFound)
		}
	}
	if p, err := reach.ParsePhone(text); err == nil {
		return s.byPhone(ctx, []string{p.Number}, MaxFound)
	}
	return nil, nil
}

// inPart returns the contacts that have text as a part: first those whose fiscal code begins with it, which
// the store knows, then what the index finds. Those named alike are apart.
func (s *Service) inPart(
	ctx context.Context, text string, district civic.ID,
) (begun, similar []Contact, err error) {
	begun, err = s.byCodePart(ctx, text, MaxFound)
	if err != nil {
		return nil, nil, err
	}
	begun = slices.DeleteFunc(begun, func(c Contact) bool { return district != "" && c.District != district })
	if digits, ok := phonePart(text); ok {
		text = digits
	}
	found, similar, err := s.byText(ctx, text, district)
	if err != nil {
		return nil, nil, err
	}
	for _, c := range found {
		if !slices.ContainsFunc(begun, func(b Contact) bool { return b.ID == c.ID }) {
			begun = append(begun, c)
		}
	}
	begun = begun[:min(len(begun), MaxFound)]
	similar = slices.DeleteFunc(similar, func(c Contact) bool {
		return slices.ContainsFunc(begun, func(b Contact) bool { return b.ID == c.ID })
	})
	return begun, similar[:min(len(similar), MaxFound-len(begun))], nil
}

// phonePart returns the digits of a part of an Italian telephone number without its country, as the index
// knows them, and whether text looks like one.
func phonePart(text string) (string, bool) {
	if strings.ContainsFunc(text,
		func(r rune) bool { return !strings.ContainsRune("0123456789+ .-/()", r) }) {
		return "", false
	}
	digits := reach.Digits(text)
	if strings.HasPrefix(text, "+39") {
		digits = digits[2:]
	}
	digits = strings.TrimPrefix(digits, "0039")
	return digits, digits != ""
}

// byText asks the index and loads what it finds: who has every word of text, and apart from them who has one
// that is like it, or lacks one of several. The index takes the words of a name for words of a text, and
// finds Prando when Prandi is asked for.
func (s *Service) byText(
	ctx context.Context, text string, district civic.ID,
) (found, similar []Contact, err error) {
	as, err := s.spelled(ctx, text, district, search.Exact)
	if err != nil {
		return nil, nil, err
	}
	for _, c := range as {
		if c.hasWords(text) {
			found = append(found, c)
		} else {
			similar = append(similar, c)
		}
	}
	like, err := s.spelled(ctx, text, district, search.Similar)
	return found, append(similar, like...), err
}

// spelled returns the contacts that the index finds by text, with typing errors taken as spelling says.
func (s *Service) spelled(
	ctx context.Context, text string, district civic.ID, spelling search.Spelling,
) ([]Contact, error) {
	q := search.Query{
		Text: text, Kinds: []string{DocContact}, Scopes: []search.Scope{ScopeContacts}, Size: MaxFound,
		Spelling: spelling,
	}
	if district != "" {
		q.Facets = map[string][]string{"district": {string(district)}}
	}
	r, err := s.index.Search(ctx, q)
	if err != nil {
		return nil, err
	}
	ids := make([]civic.ID, len(r.Hits))
	for i, h := range r.Hits {
		ids[i] = civic.ID(strings.TrimPrefix(h.ID, DocContact+"/"))
	}
	return s.byIDs(ctx, ids)
}

// hasWords reports whether each word of text is in a name or an address of c as it is written, but for
// accents and division.
func (c Contact) hasWords(text string) bool {
	own := append(c.PhoneNumbers(), c.DisplayName(), c.Address.Line())
	own = append(own, c.emailKeys()...)
	for i, s := range own {
		own[i] = unspaced(textfold.Name(s))
	}
	all := strings.Join(own, "\n")
	for _, w := range strings.Fields(textfold.Name(text)) {
		if !strings.Contains(all, w) {
			return false
		}
	}
	return true
}
