package requests

import (
	"context"
	"errors"
	"io"
	"slices"
	"testing"
	"time"

	"ascolto/internal/accounts"
	"ascolto/internal/blob"
	"ascolto/internal/civic"
)

// proofs is who proves addresses: each is of the account and the contact that crm makes for it.
type proofs struct {
	contacts accounts.Contacts
	full     bool // no mail may go out
	counted  int
	err      error  // why nobody is proved
	during   func() // what others do while an address is proved; may be nil
	counting func() // and before a mail goes out; may be nil
}

func (p *proofs) CountProof(context.Context, string, accounts.Client) error {
	if f := p.counting; f != nil {
		p.counting = nil
		f()
	}
	if p.full {
		return civic.NewError(civic.Limited, "accounts.error.limited")
	}
	p.counted++
	return nil
}

func (p *proofs) Proved(ctx context.Context, who accounts.Identity) (a accounts.Account, err error) {
	who.EmailProved, who.Account = true, civic.Key("citizen", civic.ID(who.Email))
	a.ID = who.Account
	if p.during != nil {
		p.during()
	}
	if p.err != nil {
		return a, p.err
	}
	a.Contact, err = p.contacts.EnsureContact(ctx, who)
	return a, err
}

// shelf is a store of files that knows what is claimed of them.
type shelf struct {
	sent   map[civic.ID]blob.File
	claims map[civic.ID][]civic.ID // by document
}

func (s shelf) Sent(_ context.Context, c blob.Claim, ids ...civic.ID) (files []blob.File, err error) {
	for _, id := range ids {
		f, ok := s.sent[id]
		if !ok || f.Sender != c.Sender {
			return nil, civic.NewError(civic.NotFound, "error.file.gone")
		}
		files = append(files, f)
	}
	return files, nil
}

func (s shelf) Claim(_ context.Context, c blob.Claim, ids ...civic.ID) error {
	s.claims[c.Document] = ids
	return nil
}

func (s shelf) Release(_ context.Context, document civic.ID) error {
	delete(s.claims, document)
	return nil
}

func (s shelf) Open(context.Context, civic.ID) (blob.File, io.ReadSeekCloser, error) {
	return blob.File{}, nil, errors.New("no bytes")
}

// visited is a town where people ask for something without signing in.
func visited(t *testing.T) (w *town, p *post, of *proofs, files shelf) {
	t.Helper()
	p, of = &post{kept: map[civic.ID]Letter{}}, &proofs{}
	files = shelf{map[civic.ID]blob.File{}, map[civic.ID][]civic.ID{}}
	w = newTown(t, withPost(p), func(o *Options) { o.Proofs, o.Files = of, files })
	of.contacts = w.CRM
	return w, p, of, files
}

func askingAs(email string) AskInput {
	in := AskInput{FileInput: asking("istanza"), Language: "it"}
	in.Declared = &Declared{GivenName: "Nadia", FamilyName: "Ferri", Email: email}
	return in
}

// The term begins when a request is confirmed, not when it was typed; a form that is sent twice is one draft
// and one mail, and a draft that is confirmed twice one request.
func TestTheTermBeginsAtTheConfirmation(t *testing.T) {
	t.Parallel()
	w, p, of, files := visited(t)
	w.on(t, "2026-12-01")
	in := askingAs("Nadia@Posta.example")
	files.sent["pianta"] = blob.File{Name: "pianta.txt", Sender: w.formSender(civic.ID(in.FormKey))}
	file := files.sent["pianta"]
	file.ID = "pianta"
	files.sent["pianta"], in.Files = file, []civic.ID{"pianta"}
	d, err := w.Ask(t.Context(), w.Visitor, in)
	if err != nil || len(p.asked) != 1 || of.counted != 1 {
		t.Fatalf("%+v, %v, mails %+v", d, err, p.asked)
	}
	if _, err := w.Ask(t.Context(), w.Visitor, in); err != nil || len(p.asked) != 1 {
		t.Errorf("sent twice: %v, %d mails", err, len(p.asked))
	}
	w.on(t, "2026-12-02")
	for _, typed := range []string{"", "AAAAA-AAAAA-AAAAA-AAAAA"} {
		if _, _, err := w.Confirm(t.Context(), w.Visitor, d.ID, typed, d.Version); fieldsOf(err) == nil {
			t.Errorf("confirmed with the code %q: %v", typed, err)
		}
	}
	code := p.asked[0].Code
	if _, _, err := w.Confirm(t.Context(), w.Visitor, d.ID, code, d.Version+1); civic.CodeOf(err) !=
		civic.Conflict {
		t.Errorf("another version than the one that was read: %v", err)
	}
	r, follow, err := w.Confirm(t.Context(), w.Visitor, d.ID, code, d.Version)
	if err != nil || r.DueOn != "2027-01-02" || r.Applicant != "Nadia Ferri" || r.Declared == nil ||
		len(r.Events[0].Files) != 1 {
		t.Fatalf("%+v, %v", r, err)
	}
	again, _, err := w.Confirm(t.Context(), w.Visitor, d.ID, code, d.Version)
	if err != nil || again.Number != r.Number || p.kinds() != "received office" {
		t.Errorf("confirmed twice: %s, %v, told %s", again.Number, err, p.kinds())
	}
	if _, err := w.Followed(t.Context(), w.Visitor, r.Number, follow); err != nil {
		t.Errorf("followed: %v", err)
	}
	left, err := w.drafts.Get(t.Context(), d.ID)
	if err != nil || left.Text+left.Subject != "" || left.Declared != nil || len(files.claims) != 1 {
		t.Errorf("what is left of the draft: %+v, %v, claims %v", left, err, files.claims)
	}
}

// A change that comes while a draft is confirmed, or after, is in no request: who sends it is told, and keeps
// what they typed. After a confirmation that failed it is taken.
func TestAChangeDuringAConfirmationIsNotLost(t *testing.T) {
	t.Parallel()
	w, p, of, _ := visited(t)
	in := askingAs("nadia@posta.example")
	d, err := w.Ask(t.Context(), w.Visitor, in)
	if err != nil {
		t.Fatal(err)
	}
	changed, code := in, p.asked[0].Code
	changed.Text = "Da un anno è spento."
	var refused []civic.Code
	of.during = func() {
		_, err := w.Ask(t.Context(), w.Visitor, changed)
		refused = append(refused, civic.CodeOf(err))
	}
	of.err = civic.NewError(civic.Unavailable, "error.unavailable")
	if _, _, err := w.Confirm(t.Context(), w.Visitor, d.ID, code, d.Version); err == nil {
		t.Fatal("nobody could be proved, and it was filed")
	}
	again := in
	again.Text = "Da un mese è spento."
	if d, err = w.Ask(t.Context(), w.Visitor, again); err != nil {
		t.Fatalf("after a confirmation that failed: %v", err)
	}
	of.err = nil
	r, _, err := w.Confirm(t.Context(), w.Visitor, d.ID, code, d.Version)
	if err != nil || r.Text != again.Text {
		t.Fatalf("filed %q, %v", r.Text, err)
	}
	_, err = w.Ask(t.Context(), w.Visitor, changed)
	refused = append(refused, civic.CodeOf(err))
	if want := []civic.Code{civic.Limited, civic.Limited, civic.Conflict}; !slices.Equal(refused, want) {
		t.Errorf("a change while it is confirmed, twice, and after: %v", refused)
	}
	corrected, says := again, *again.Declared
	says.Phone = "059 206311"
	corrected.Declared = &says
	_, err = w.Ask(t.Context(), w.Visitor, corrected)
	if civic.CodeOf(err) != civic.Conflict {
		t.Errorf("a telephone number corrected after it was filed: %v", err)
	}
	if same, err := w.Ask(t.Context(), w.Visitor, again); err != nil || same.Filed != r.ID {
		t.Errorf("the same form after it was filed: %+v, %v", same, err)
	}
}

// What nobody confirms within two days is erased, with its files; a message that could not go out loses
// nothing, and goes out later.
func TestWhatIsNotConfirmedIsErased(t *testing.T) {
	t.Parallel()
	w, p, of, files := visited(t)
	w.on(t, "2026-12-01")
	in := askingAs("nadia@posta.example")
	files.sent["pianta"] = blob.File{Sender: w.formSender(civic.ID(in.FormKey))}
	in.Files, of.full = []civic.ID{"pianta"}, true
	d, err := w.Ask(t.Context(), w.Visitor, in)
	if civic.CodeOf(err) != civic.Limited || d.Text == "" || !d.MailedAt.IsZero() || len(p.asked) != 0 {
		t.Fatalf("%+v, %v", d, err)
	}
	of.full = false
	if d, err = w.Remind(t.Context(), d.ID, accounts.Client{}); err != nil || len(p.asked) != 1 ||
		d.MailedAt.IsZero() {
		t.Fatalf("%+v, %v", d, err)
	}
	for _, c := range []struct {
		pass time.Duration
		left int
	}{{ConfirmTime - time.Hour, 1}, {2 * time.Hour, 0}} {
		w.Clock.Pass(c.pass)
		n, err := w.ExpireDrafts(t.Context())
		if err != nil || n != 1-c.left || len(files.claims) != c.left {
			t.Errorf("%d erased, %v, claims %v", n, err, files.claims)
		}
	}
	if _, _, err := w.Confirm(t.Context(), w.Visitor, d.ID, p.asked[0].Code,
		d.Version); civic.CodeOf(err) != civic.Gone {
		t.Errorf("confirmed too late: %v", err)
	}
	if list, err := w.Queue(t.Context(), w.desk, Filter{}, civic.PageRequest{}); err != nil ||
		len(list.Items) != 0 {
		t.Errorf("filed: %+v, %v", list.Items, err)
	}
}

// An erasure takes what waits to be confirmed by the person's addresses, and leaves that of others.
func TestAnErasureTakesWhatWaits(t *testing.T) {
	t.Parallel()
	w, _, _, _ := visited(t)
	mine, err := w.Ask(t.Context(), w.Visitor, askingAs("Nadia@posta.example"))
	other, err2 := w.Ask(t.Context(), w.Visitor, askingAs("altra@posta.example"))
	if err = errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	if err := w.ErasePersonal(t.Context(), root, civic.Subject{Contact: w.bruno.Contact},
		civic.PersonalErasure{Emails: []string{"nadia@posta.example"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.drafts.Get(t.Context(), mine.ID); civic.CodeOf(err) != civic.NotFound {
		t.Errorf("of the person: %v", err)
	}
	if _, err := w.drafts.Get(t.Context(), other.ID); err != nil {
		t.Errorf("of somebody else: %v", err)
	}
}

// What somebody says of themselves is checked together with the rest of the form.
func TestWhatAVisitorSays(t *testing.T) {
	t.Parallel()
	w, p, _, _ := visited(t)
	for name, c := range map[string]struct {
		change func(*AskInput)
		want   string
	}{
		"nobody": {func(in *AskInput) { in.Declared = &Declared{Email: "a@posta.example"} },
			"family_name crm.error.name"},
		"no address":    {func(in *AskInput) { in.Declared.Email = " " }, "email error.required"},
		"no such thing": {func(in *AskInput) { in.Declared.Email = "nadia@" }, "email error.email"},
		"no number":     {func(in *AskInput) { in.Declared.Phone = "abc" }, "phone error.phone"},
		"an institution": {func(in *AskInput) { in.Declared.GivenName = "Comune" },
			"given_name error.name.official"},
		"no text": {func(in *AskInput) { in.Text = "" }, "text error.required"},
	} {
		in := askingAs("nadia@posta.example")
		c.change(&in)
		_, err := w.Ask(t.Context(), w.Visitor, in)
		_, err2 := w.Review(t.Context(), w.Visitor, in.FileInput)
		for _, err := range []error{err, err2} {
			if got := fieldsOf(err); len(got) != 1 || got[0] != c.want {
				t.Errorf("%s: %v, %v", name, got, err)
			}
		}
	}
	if len(p.asked) != 0 {
		t.Errorf("mails went out: %+v", p.asked)
	}
}
