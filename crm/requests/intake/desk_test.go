package intake

import (
	"errors"
	"strings"
	"testing"
	"time"

	"ascolto/crm/requests"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
)

func fieldsOf(err error) string {
	e, ok := errors.AsType[*civic.Error](err)
	if !ok {
		return ""
	}
	var fields []string
	for _, f := range e.Fields {
		fields = append(fields, f.Field+" "+f.Message.Key)
	}
	return strings.Join(fields, ", ")
}

// TestStaffFileAMail: what waits becomes a request of who wrote it, received when it came, once; a colleague
// who says something else afterwards is told so.
func TestStaffFileAMail(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	m := w.comes(t, withFiles(t))
	for _, c := range []struct {
		in   FileInput
		want string
	}{
		{FileInput{}, "subject error.required, procedure error.required"},
		{FileInput{Procedure: "nessuno", Subject: "Foto"}, "procedure error.choice"},
	} {
		if _, err := w.File(t.Context(), w.desk, m.ID, c.in); fieldsOf(err) != c.want {
			t.Errorf("%+v: %q, want %q", c.in, fieldsOf(err), c.want)
		}
	}
	w.Clock.Pass(50 * time.Hour)
	in := FileInput{Procedure: "istanza", Subject: "La foto del lampione"}
	for range 2 {
		done, err := w.File(t.Context(), w.desk, m.ID, in)
		if err != nil || done.State != Filed || done.ByName != w.desk.Name {
			t.Fatalf("filed: %s by %q, %v", done.State, done.ByName, err)
		}
		m = done
	}
	r := w.requestOf(t, m)
	e := r.Events[0]
	if r.Subject != in.Subject || !r.ReceivedAt.Equal(m.At) || e.Citizen || e.ByName != w.desk.Name ||
		len(e.Files) != 1 || r.Contact != w.anna.Contact {
		t.Errorf("the request is %+v", r)
	}
	if n := len(w.all(t)); n != 1 || w.post.kinds() != "received office" {
		t.Errorf("%d requests, told: %s", n, w.post.kinds())
	}
	if _, err := w.Discard(t.Context(), w.desk, m.ID, "Pubblicità."); civic.CodeOf(err) != civic.Conflict {
		t.Errorf("what was filed is discarded: %v", err)
	}
	got := strings.Join(w.Ground.Audited(t, audit.Query{Action: ActionMailFile}), " ")
	if got != string(ActionMailFile) {
		t.Errorf("audited: %s", got)
	}
}

// TestStaffWriteWhatNobodyCouldRead: of a mail that was not taken apart staff type what it says.
func TestStaffWriteWhatNobodyCouldRead(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	m := w.comes(t, mail(anna, "a", "b", "Cc: "+strings.Repeat("a@b.example, ", 10_000)))
	in := FileInput{Procedure: "istanza", Subject: "Buca"}
	if _, err := w.File(t.Context(), w.desk, m.ID, in); fieldsOf(err) != "text error.required" {
		t.Errorf("without a text: %q", fieldsOf(err))
	}
	in.Text = "Chiede di chiudere una buca."
	m, err := w.File(t.Context(), w.desk, m.ID, in)
	if err != nil || w.requestOf(t, m).Text != in.Text {
		t.Errorf("filed: %v", err)
	}
	nobody := w.comes(t, mail("chi sa", "a", "b"))
	if _, err := w.File(t.Context(), w.desk, nobody.ID, in); fieldsOf(err) != "procedure intake.error.sender" {
		t.Errorf("of nobody: %q", fieldsOf(err))
	}
}

// TestStaffAttachAMail: by its number a mail is added to a request: as the applicant's words when it is from
// their address, else as a note that the applicant does not read.
func TestStaffAttachAMail(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.asks(t, "istanza")
	r := w.requestOf(t, w.comes(t, mail(anna, "Lampione", "Spento.")))
	w.asks(t, "")
	hers, others := w.comes(t, mail(anna, "Ancora", "È sempre spento.")), w.comes(t, withOther(t))
	_, err := w.Attach(t.Context(), w.desk, hers.ID, "2020-000001")
	if fieldsOf(err) != "number intake.error.number" {
		t.Errorf("to no request: %q", fieldsOf(err))
	}
	for _, m := range []Mail{hers, others, hers} {
		if done, err := w.Attach(t.Context(), w.desk, m.ID, " "+r.Number); err != nil || done.State != Added ||
			done.Request != r.ID {
			t.Errorf("%s: %s, %v", m.Subject, done.State, err)
		}
	}
	now := w.requestOf(t, Mail{Request: r.ID})
	if len(now.Events) != 3 || now.Events[1].Act != requests.ActMessage || !now.Events[1].Citizen ||
		now.Events[2].Act != requests.ActNote || now.Events[2].ByName != w.desk.Name {
		t.Fatalf("events: %+v", now.Events)
	}
	if len(now.Events[2].Files) != 1 {
		t.Errorf("files of the note: %v", now.Events[2].Files)
	}
	own, err := w.requests.Own(t.Context(), w.anna, r.ID)
	if err != nil || len(own.Events) != 2 {
		t.Errorf("the applicant reads %d events, %v", len(own.Events), err)
	}
}

// withOther returns a mail with a picture of somebody else than Anna.
func withOther(t *testing.T) string {
	return strings.Replace(withFiles(t), anna, "Carlo <carlo@posta.example>", 1)
}

// TestWhoReadsMails: who may read the requests of the office that a mail is of, and nobody else; who writes
// procedures alone says what becomes of them.
func TestWhoReadsMails(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.asks(t, "")
	m := w.comes(t, mail(anna, "Lampione", "Spento."))
	for _, by := range []civic.Actor{w.works, w.admin, w.anna, civic.Visitor("")} {
		want := map[bool]civic.Code{true: civic.NotFound, false: civic.Forbidden}[by.Account == w.works.Account]
		if by.Account == "" {
			want = civic.Unauthenticated
		}
		_, err := w.Mail(t.Context(), by, m.ID)
		_, filing := w.File(t.Context(), by, m.ID, FileInput{Procedure: "istanza", Subject: "a"})
		_, discarding := w.Discard(t.Context(), by, m.ID, "Via.")
		if civic.CodeOf(err) != want || civic.CodeOf(filing) != want || civic.CodeOf(discarding) != want {
			t.Errorf("%s reads it: %v, files it: %v, discards it: %v", by.Name, err, filing, discarding)
		}
	}
	list, err := w.List(t.Context(), w.works, Filter{}, civic.PageRequest{})
	if n, _ := w.Waiting(t.Context(), w.works); len(list.Items) != 0 || err != nil || n != 0 {
		t.Errorf("public works lists %d, %d wait, %v", len(list.Items), n, err)
	}
	_, err = w.List(t.Context(), w.works, Filter{Office: "urp"}, civic.PageRequest{})
	if civic.CodeOf(err) != civic.Forbidden {
		t.Errorf("it lists another office's: %v", err)
	}
	list, err = w.List(t.Context(), w.desk, Filter{State: Unassigned}, civic.PageRequest{})
	if err != nil || len(list.Items) != 1 {
		t.Errorf("the desk lists %d, %v", len(list.Items), err)
	}
	if _, err := w.SaveSettings(t.Context(), w.desk, 0, Settings{}, nil); civic.CodeOf(err) != civic.Forbidden {
		t.Errorf("the desk changes the settings: %v", err)
	}
	_, err = w.SaveSettings(t.Context(), w.admin, 7, Settings{Procedure: "istanza"}, nil)
	if civic.CodeOf(err) != civic.Conflict {
		t.Errorf("an overtaken form changes them: %v", err)
	}
	_, err = w.SaveSettings(t.Context(), w.admin, 1, Settings{Procedure: "x", Office: "y"}, []civic.ID{"urp"})
	if got := fieldsOf(err); got != "procedure error.choice, office error.choice" {
		t.Errorf("wrong choices: %q", got)
	}
}

// TestMailsAreErased: what was discarded or dealt with goes after its time, with its files, and is not taken
// in again; a person who is erased takes all their mails along, also those of which nobody knew whose they
// were, and what they wrote is in the copy of their data.
func TestMailsAreErased(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	raw := mail(anna, "Pubblicità", "Comprate!")
	m := w.comes(t, raw)
	if _, err := w.Discard(t.Context(), w.desk, m.ID, " "); fieldsOf(err) != "reason error.required" {
		t.Errorf("without a reason: %q", fieldsOf(err))
	}
	for range 2 {
		if done, err := w.Discard(t.Context(), w.desk, m.ID, "Pubblicità."); err != nil || done.State != Discarded {
			t.Fatalf("discarded: %s, %v", done.State, err)
		}
	}
	w.Clock.Pass((defaultDays - 1) * 24 * time.Hour)
	if n, err := w.Expire(t.Context()); n != 0 || err != nil {
		t.Errorf("%d were erased too early, %v", n, err)
	}
	w.Clock.Pass(49 * time.Hour)
	if n, err := w.Expire(t.Context()); n != 1 || err != nil {
		t.Errorf("%d were erased, %v", n, err)
	}
	if n, err := w.Expire(t.Context()); n != 0 || err != nil {
		t.Errorf("%d were erased again, %v", n, err)
	}
	gone, err := w.Mail(t.Context(), w.desk, m.ID)
	if err != nil || gone.From+gone.Subject+gone.Text+gone.Reason+gone.Sender != "" || !gone.Erased {
		t.Errorf("left of it: %+v, %v", gone, err)
	}
	if _, err := w.files.Get(t.Context(), m.Original); civic.CodeOf(err) != civic.NotFound {
		t.Errorf("the original is there: %v", err)
	}
	if again := w.comes(t, raw); again.State != Discarded {
		t.Errorf("it came in again: %s", again.State)
	}

	waits := w.comes(t, mail(anna, "Lampione", "Spento."))
	w.asks(t, "istanza")
	filed := w.comes(t, mail(anna, "Buca", "Profonda."))
	about := civic.Subject{Contact: w.anna.Contact, Account: w.anna.Account}
	sections, err := w.ExportPersonal(t.Context(), w.anna, about, civic.Italian)
	if err != nil || len(sections[0].Entries) != 1 ||
		!strings.HasSuffix(sections[0].Entries[0].Title, " · Buca") {
		t.Errorf("the copy has %+v, %v", sections, err)
	}
	how := civic.PersonalErasure{At: w.Clock.Now(), Emails: []string{"anna@posta.example"}}
	if err := w.ErasePersonal(t.Context(), w.officer, about, how); err != nil {
		t.Fatal(err)
	}
	for _, m := range []Mail{waits, filed} {
		now, err := w.Mail(t.Context(), w.desk, m.ID)
		if err != nil || now.From+now.Subject+now.Text+string(now.Contact) != "" || now.State.Waits() {
			t.Errorf("left of one: %+v, %v", now, err)
		}
		if _, err := w.files.Get(t.Context(), m.Original); civic.CodeOf(err) != civic.NotFound {
			t.Errorf("its original is there: %v", err)
		}
	}
}
