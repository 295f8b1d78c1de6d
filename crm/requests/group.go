package requests

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"ascolto/crm"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// MaxGroup is how many requests a group has at most.
const MaxGroup = 500

// maxGroupName bounds the name of a group, in characters.
const maxGroupName = 120

// Group is one fact that many people write about: a street without light, a school bus that did not come.
// Which requests belong to it stands in them; what is said to all of them is said to each by its own number.
type Group struct {
	docstore.Meta `bson:",inline"`
	Name          string    `bson:"name"`
	Office        civic.ID  `bson:"office"` // that made it
	By            civic.ID  `bson:"by,omitempty"`
	ByName        string    `bson:"byName,omitempty"`
	CreatedAt     time.Time `bson:"createdAt"`
	Submission    string    `bson:"submission,omitempty"`
}

func groupSpec() docstore.Spec {
	return docstore.Spec{Name: "request_groups", Indexes: []docstore.Index{
		{Name: "created", Fields: []string{"-createdAt"}},
		{Name: "office", Fields: []string{"office", "-createdAt"}},
	}}
}

// Readable reports whether by may read g: its office may, and who reads the requests of every office.
func (g Group) Readable(by civic.Actor) bool {
	return by.Allowed(PermRead) && (by.Allowed(crm.PermReadContacts) || by.In(g.Office))
}

// CreateGroup makes a group of an office; sending the same form again makes one. It returns Invalid with
// field errors, and Forbidden for another office's.
func (s *Service) CreateGroup(
	ctx context.Context, by civic.Actor, formKey, name string, office civic.ID,
) (Group, error) {
	if err := by.Can(PermWrite); err != nil {
		return Group{}, err
	}
	id, err := crm.FormID(formKey)
	if err != nil {
		return Group{}, err
	}
	g := Group{Meta: docstore.Meta{ID: id}, Office: office, By: by.Account, ByName: staffName(by),
		CreatedAt: s.now()}
	var p civic.Problems
	g.Name, err = civic.CleanLine(name, maxGroupName)
	required(&p, "name", g.Name, err)
	if err := p.Err(); err != nil {
		return g, err
	}
	if !g.Readable(by) {
		return g, civic.NewError(civic.Forbidden, "error.forbidden")
	}
	form := []string{formKey, g.Name, string(office)}
	if g.Submission, err = s.vault.DigestForm(purposeForm, by, form); err != nil {
		return g, err
	}
	return s.groups.Create(ctx, &g, docstore.Creation[Group]{
		Same: func(stored *Group) bool { return stored.Submission == g.Submission },
		Effects: func(ctx context.Context, stored *Group, again bool) error {
			return s.audit.Entered(ctx, audit.Entry{By: by, Action: ActionGroupCreate, Object: stored.ID}, again,
				stored.CreatedAt)
		},
	})
}

// Groups lists the groups that by may read, newest first.
func (s *Service) Groups(
	ctx context.Context, by civic.Actor, page civic.PageRequest,
) (civic.Page[Group], error) {
	if err := by.Can(PermRead); err != nil {
		return civic.Page[Group]{}, err
	}
	page = page.Normal()
	q := docstore.Query{Sort: []string{"-createdAt"}, Cursor: page.Cursor, Limit: page.Size}
	if !by.Allowed(crm.PermReadContacts) {
		q.Filter = docstore.Filter{docstore.In("office", by.Offices...)}
	}
	return s.groups.Find(ctx, q)
}

// Group returns a group that by may read, or NotFound.
func (s *Service) Group(ctx context.Context, by civic.Actor, id civic.ID) (Group, error) {
	g, err := s.groups.Get(ctx, id)
	if err == nil && !g.Readable(by) {
		err = civic.NewError(civic.NotFound, "error.not_found")
	}
	return g, err
}

// GroupMembers returns the requests of a group that by may read, those first that are due first, and how many
// there are besides. Who shows them writes down how many there were (crm.Shown).
func (s *Service) GroupMembers(
	ctx context.Context, by civic.Actor, id civic.ID,
) (members []Request, others int, err error) {
	if _, err := s.Group(ctx, by, id); err != nil {
		return nil, 0, err
	}
	found, err := s.requests.Find(ctx, docstore.Query{Sort: []string{"dueOn"}, Limit: MaxGroup,
		Filter: docstore.Filter{docstore.Eq("group", id)}})
	for _, r := range found.Items {
		if !r.Readable(by) {
			others++
			continue
		}
		members = append(members, r.shownTo(by))
	}
	return members, others, err
}

// completeGroup checks that the group which a request is put into is one that by may read, with room in it.
func (s *Service) completeGroup(ctx context.Context, by civic.Actor, e *Event, p *civic.Problems) error {
	g, err := s.Group(ctx, by, e.Group)
	if err != nil && civic.CodeOf(err) != civic.NotFound {
		return err
	}
	p.Check(FieldGroup, choice(err == nil))
	if err != nil {
		return nil
	}
	e.GroupName = g.Name
	n, err := s.requests.Count(ctx, docstore.Filter{docstore.Eq("group", g.ID)})
	if n >= MaxGroup {
		p.Add(FieldGroup, "requests.error.group_full", civic.Args{"Max": MaxGroup})
	}
	return err
}

// grouped and ungrouped are when a request knows ActUngroup and ActGroup.
func grouped(r Request) bool   { return r.Group != "" }
func ungrouped(r Request) bool { return r.Group == "" }

// MoveGroup says or does the same to the open requests of a group that by may move, each with what is its
// own in the text (see GroupFields). Those nobody took in charge yet are first taken by who answers them. It
// returns how many it was done to, and to which it could not be done. Sending the same form again does it
// once to each. It returns Invalid for a text with fields that there are not, and the errors of MoveEach.
func (s *Service) MoveGroup(
	ctx context.Context, by civic.Actor, id civic.ID, in MoveInput,
) (done int, unmoved []Unmoved, err error) {
	if err := by.Can(PermWrite); err != nil {
		return 0, nil, err
	}
	var p civic.Problems
	if unknown := unknownFields(in.Text); len(unknown) > 0 {
		p.Add(FieldText, "requests.error.group_fields", civic.Args{"Names": strings.Join(unknown, ", ")})
	} else if civic.IsBlank(in.Text) {
		p.Add(FieldText, "error.required")
	}
	if err := p.Err(); err != nil {
		return 0, nil, err
	}
	members, _, err := s.GroupMembers(ctx, by, id)
	if err != nil {
		return 0, nil, err
	}
	var ids []civic.ID
	own := map[civic.ID]MoveInput{}
	for _, r := range members {
		if is, again := r.byForm(civic.ID(in.FormKey)); !r.Open && !(again && is.Act == in.Act) || r.Contact == "" {
			continue
		}
		mine := in
		mine.Text = fillOwn(in.Text, r)
		own[r.ID], ids = mine, append(ids, r.ID)
	}
	unmoved, err = s.eachMoved(ids, func(id civic.ID) error {
		return s.moveMember(ctx, by, id, own[id])
	})
	return len(ids) - len(unmoved), unmoved, err
}

// moveMember does in to a request, taken in charge before where an answer needs that.
func (s *Service) moveMember(ctx context.Context, by civic.Actor, id civic.ID, in MoveInput) error {
	r, err := s.requests.Get(ctx, id)
	if err != nil {
		return err
	}
	_, done := r.byForm(civic.ID(in.FormKey))
	if !done && in.Act == ActAnswer && (r.State == Received || r.State == Forwarded) {
		take := MoveInput{FormKey: in.FormKey + "take", Act: ActTake, Responsible: by.Account}
		if _, err := s.Move(ctx, by, id, take); err != nil {
			return err
		}
	}
	_, err = s.Move(ctx, by, id, in)
	return err
}

// GroupActs are what can be said to all requests of a group at once, the usual first.
func GroupActs() []Act { return []Act{ActMessage, ActAnswer} }

// groupFields are what a text to a group may hold that each request has its own of, by the names in both
// languages.
var groupFields = []struct {
	names []string
	of    func(Request) string
}{
	{[]string{"numero", "number"}, func(r Request) string { return r.Number }},
	{[]string{"nome", "name"}, func(r Request) string { return r.Applicant }},
	{[]string{"oggetto", "subject"}, func(r Request) string { return r.Subject }},
	{[]string{"data", "date"}, func(r Request) string {
		return r.ReceivedAt.In(civic.Rome()).Format("02/01/2006")
	}},
}

// GroupFields returns the names of the fields that a text to a group may hold, in a language.
func GroupFields(language string) (names []string) {
	for _, f := range groupFields {
		names = append(names, f.names[min(1, max(0, slices.Index(civic.Languages(), language)))])
	}
	return names
}

var fieldInText = regexp.MustCompile(`\{\{\s*([^{}]*?)\s*\}\}`)

func ownField(name string) (func(Request) string, bool) {
	for _, f := range groupFields {
		if slices.Contains(f.names, strings.ToLower(name)) {
			return f.of, true
		}
	}
	return nil, false
}

// unknownFields returns the names of fields in a text that there are not, each once.
func unknownFields(text string) (names []string) {
	for _, found := range fieldInText.FindAllStringSubmatch(text, -1) {
		if _, ok := ownField(found[1]); !ok && !slices.Contains(names, found[1]) {
			names = append(names, found[1])
		}
	}
	return names
}

// fillOwn returns a text with what r has of the fields in it.
func fillOwn(text string, r Request) string {
	return fieldInText.ReplaceAllStringFunc(text, func(field string) string {
		of, ok := ownField(fieldInText.FindStringSubmatch(field)[1])
		if !ok {
			return field
		}
		return of(r)
	})
}
