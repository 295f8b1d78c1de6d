package main

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/crm/requests/intake"
	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/work"
	"ascolto/notify"
	"ascolto/notify/message"
	"ascolto/notify/transport"
	"ascolto/surveys"
)

// citizenTown is the program with all that Anna can leave behind, and what others left near it.
type citizenTown struct {
	creator
	t       *testing.T
	account civic.ID
	other   civic.ID // contact of Bruno, who wrote in her discussion
	known   civic.ID // the survey that she answered
	begun   civic.ID // the one that she began
	reply   civic.ID // Bruno's
}

// liveHere has Anna leave all she can.
func liveHere(t *testing.T, settings map[string]string, db *docstore.DB) *citizenTown {
	t.Helper()
	w := &citizenTown{t: t}
	var picture bytes.Buffer
	w.must(png.Encode(&picture, image.NewGray(image.Rect(0, 0, 64, 64))))
	w.picture = picture.Bytes()
	w.join(t, openedOn(t, settings, db))
	for i, form := range creations() {
		if _, err := form.send(t.Context(), &w.creator, fmt.Sprintf("form%020d", i)); err != nil {
			t.Fatalf("form %d (%s): %v", i, form.action, err)
		}
		if form.action == crm.ActionContactCreate {
			w.signUp()
		}
	}
	w.answer()
	w.discuss()
	w.call()
	w.ask()
	w.file()
	w.mail()
	w.mustClose(t)
	w.campaigns(db)
	w.join(t, openedOn(t, settings, db))
	w.citizen.Account = w.account
	w.export()
	if err := w.Search.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *citizenTown) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// signUp signs Anna in with a code, and lets her wait for another one.
func (w *citizenTown) signUp() {
	w.t.Helper()
	ctx := w.t.Context()
	w.must(w.Accounts.BindAddress(ctx, civic.System("test"), "anna@posta.example", w.contact))
	ids, err := w.Accounts.AccountIDs(ctx, civic.System("test"), w.contact)
	if err != nil || len(ids) != 1 {
		w.t.Fatalf("accounts of the contact: %v, %v", ids, err)
	}
	w.account, w.citizen.Account = ids[0], ids[0]
	browser, err := w.Accounts.AskCode(ctx, "anna@posta.example", "it", accounts.Client{})
	w.must(err)
	kept := w.sendMail(1)
	raw, err := w.Kept.Read(kept.Items[0].ID)
	w.must(err)
	m, err := message.Parse(raw)
	w.must(err)
	code := regexp.MustCompile(`\b\d{8}\b`).FindString(m.Subject + " " + m.Text)
	_, err = w.Accounts.SignInWithCode(ctx, browser, code, accounts.Client{Agent: "Firefox/140 Linux"})
	w.must(err)
	_, err = w.Accounts.AskCode(ctx, "anna@posta.example", "it", accounts.Client{})
	w.must(err)
	c, err := w.CRM.Contact(ctx, w.staff, w.contact)
	w.must(err)
	_, err = w.CRM.UpdateContact(ctx, w.staff, w.contact, crm.ContactInput{
		Version: c.Revision, Shown: c.Shown(), Kind: crm.Person, GivenName: "Anna", FamilyName: "Dall'Olio",
		Language: civic.Italian,
		Emails:   []string{"anna@posta.example"}, Phones: []string{"059 203040"}, District: "quartiere-nuovo",
	})
	w.must(err)
}

// sendMail has the program send what waits, until so many mails are kept.
func (w *citizenTown) sendMail(want int) (kept civic.Page[transport.KeptMail]) {
	w.t.Helper()
	ctx, stop := context.WithCancel(w.t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = w.Notify.Run(ctx)
	}()
	for len(kept.Items) < want {
		var err error
		kept, err = w.Kept.List(civic.PageRequest{})
		w.must(err)
		time.Sleep(10 * time.Millisecond)
	}
	stop()
	<-ended
	return kept
}

// answer sends Anna's answers to one survey whose respondents are known, and begins another.
func (w *citizenTown) answer() {
	w.t.Helper()
	ctx := w.t.Context()
	for i, title := range []string{"Le piste ciclabili", "Le scuole"} {
		q, err := w.Surveys.Create(ctx, w.staff, fmt.Sprintf("survey%020d", i), surveys.Settings{
			Title: civic.Text{civic.Italian: title}, Participation: surveys.Known, Collection: surveys.OptIn,
			Office: "urp",
		})
		w.must(err)
		in, err := surveys.NewInput(surveys.FreeText)
		w.must(err)
		in.Text = civic.Text{civic.Italian: "Che cosa manca?"}
		q, code, err := w.Surveys.AddQuestion(ctx, w.staff, q.ID, q.Revision, 1, surveys.FreeText, in)
		w.must(err)
		q, err = w.Surveys.Publish(ctx, w.staff, q.ID, q.Revision,
			surveys.Publication{Schedule: surveys.Schedule{OpensAt: civic.Now(),
				ClosesAt: civic.Now().AddDate(0, 0, 7)}})
		w.must(err)
		if i == 1 {
			w.begun = q.ID
			_, err = w.Surveys.Start(ctx, surveys.Respondent{By: w.citizen, Slug: q.Slug})
			w.must(err)
			continue
		}
		w.known = q.ID
		both := []surveys.Loaded{
			{Key: "anna", Contact: w.contact, At: civic.Now(),
				Answers: surveys.Answers{{Question: code, Text: "Una pista."}}, Language: "it"},
			{Key: "bruno", Contact: "bruno", At: civic.Now(),
				Answers: surveys.Answers{{Question: code, Text: "Un ponte."}}, Language: "it"},
		}
		_, err = w.Surveys.LoadResponses(ctx, w.staff, q.ID, slices.Values(both))
		w.must(err)
	}
}

// discuss has Anna take a pseudonym and report a post, Bruno answer her, and a moderator hide one of her
// posts.
func (w *citizenTown) discuss() {
	w.t.Helper()
	ctx := w.t.Context()
	bruno, err := w.CRM.CreateContact(ctx, w.staff, crm.ContactInput{
		FormKey: "contact-bruno-000001", Kind: crm.Person, GivenName: "Bruno", FamilyName: "Neri",
		Language: civic.Italian,
	})
	w.must(err)
	w.other = bruno.ID
	by := w.citizen
	by.Account, by.Contact, by.Name = "bruno", bruno.ID, "Bruno Neri"
	p, err := w.Forum.Reply(ctx, by, forum.ReplyInput{FormKey: "brunobrunobruno00001", Thread: w.thread,
		Source: "Confermo."})
	w.must(err)
	w.reply = p.ID
	_, err = w.Forum.Report(ctx, w.citizen, forum.ReportInput{
		FormKey: "reportreport00000001", Thread: w.thread, Number: p.Number, Rule: "respect",
		Text: "Mi prende in giro.",
	})
	w.must(err)
	_, err = w.Forum.SetPseudonym(ctx, w.citizen, "Lucciola")
	w.must(err)
	_, own, err := w.Forum.Editable(ctx, w.citizen, w.thread, 1)
	w.must(err)
	_, err = w.Forum.EditPost(ctx, w.citizen, forum.EditInput{
		Thread: w.thread, Number: 1, Revision: own.Revision, Base: own.Source,
		Source: "I lampioni sono tutti spenti.",
	})
	w.must(err)
	_, err = w.Forum.Decide(ctx, w.staff, forum.DecisionInput{
		Thread: w.thread, Number: 2, Action: forum.ActionHide, Rule: "off_topic",
		Reason: "Parla di un altro luogo, non del parco.",
	})
	w.must(err)
}

// call notes a conversation with Anna that was first taken for one of hers, and is Bruno's.
func (w *citizenTown) call() {
	w.t.Helper()
	ctx := w.t.Context()
	i, err := w.CRM.RecordInteraction(ctx, w.staff, crm.InteractionInput{
		FormKey: "callcallcall00000001", Contact: w.contact, Channel: crm.ByPhone, Direction: crm.Inbound,
		Office:  "urp",
		Subject: "Buca in via Po", Note: "Di chi?", Outcome: crm.Answered,
	})
	w.must(err)
	_, err = w.CRM.AttachContact(ctx, w.staff, i.ID, i.Revision, "", w.other)
	w.must(err)
	own, err := w.CRM.RecordInteraction(ctx, w.staff, crm.InteractionInput{
		FormKey: "callcallcall00000002", Contact: w.contact, Channel: crm.AtDesk, Direction: crm.Inbound,
		Office:  "urp",
		Subject: "La signora Dall'Olio chiede di via Po", Note: "Tel. 059 203040", Outcome: crm.FollowUp,
	})
	w.must(err)
	_, err = w.CRM.AddCaseNote(ctx, w.staff, own.ID, "formformformformform0009", "Richiamata la Dall'Olio.")
	w.must(err)
	_, err = w.CRM.CloseFollowUp(ctx, w.staff, own.ID, "Detto alla Dall'Olio.")
	w.must(err)
	w.creator.call = own.ID
}

// ask has Anna write a mail about what she asked for and take it back, which stands against an erasure else,
// and begin to ask for something else.
func (w *citizenTown) ask() {
	w.t.Helper()
	r, err := w.Requests.Request(w.t.Context(), w.staff, w.request)
	w.must(err)
	raw := "From: Anna Dall'Olio <anna@posta.example>\r\nSubject: Richiesta n. " + r.Number +
		"\r\n\r\nSaluti dalla Dall'Olio"
	m, err := w.Intake.Take(w.t.Context(), intake.Arrived{Place: "1/1", At: civic.Now(), Size: int64(len(raw)),
		Body: strings.NewReader(raw)})
	w.must(err)
	if m.State != intake.Added || m.Contact != w.contact {
		w.t.Fatalf("the mail is %s, of %s", m.State, m.Contact)
	}
	_, err = w.Requests.Move(w.t.Context(), w.citizen, w.request, requests.MoveInput{
		FormKey: "withdrawwithdraw0001", Act: requests.ActWithdraw, Text: "Ci pensa la Dall'Olio."})
	w.must(err)
	_, err = w.Requests.Save(w.t.Context(), w.citizen, requests.FileInput{FormKey: "draftdraftdraft00001",
		Procedure: "istanza", Text: "Qui la Dall'Olio"})
	w.must(err)
}

func (w *citizenTown) file() {
	w.t.Helper()
	_, err := w.Files.Put(w.t.Context(), blob.Upload{
		Name: "dall'olio.txt", Person: w.contact, Use: blob.Use{Name: "test", Types: []blob.Type{blob.Text},
			MaxSize: 1000, MaxCount: 1},
	}, strings.NewReader("Firmato: Dall'Olio"))
	w.must(err)
}

// mail writes to Anna: letters that went, and one that waits.
func (w *citizenTown) mail() {
	w.t.Helper()
	ctx := w.t.Context()
	w.sendMail(3)
	w.must(w.Outbox.Enqueue(ctx, notify.Message{
		ID: "waiting", To: "anna@posta.example", Name: "Anna Dall'Olio", Language: "it",
		Subject: "Gentile Dall'Olio", Text: "Ecco.",
		Class: notify.ClassService, Contact: w.contact,
	}))
}

// campaigns leaves rows of campaigns, and an address that was refused. The program is closed.
func (w *citizenTown) campaigns(db *docstore.DB) {
	w.t.Helper()
	ctx := w.t.Context()
	ledger, err := docstore.Collect[notify.Delivery](ctx, db, docstore.Spec{Name: "deliveries"})
	w.must(err)
	for i, state := range []notify.DeliveryState{notify.Sent, notify.Queued} {
		campaign := civic.ID(fmt.Sprintf("campaign%d", i))
		d := &notify.Delivery{
			Meta: docstore.Meta{ID: civic.Key(campaign, w.contact)}, Campaign: campaign, Contact: w.contact,
			State:   state,
			Address: "anna@posta.example", Subject: "Cara Dall'Olio", DueAt: civic.Now(),
			CreatedAt: civic.Now(),
		}
		if state == notify.Queued {
			d.Queue = "campaign/" + string(campaign)
		}
		w.must(ledger.Insert(ctx, d))
	}
	holds, err := docstore.Collect[notify.HeldAddress](ctx, db, docstore.Spec{Name: "mail_addresses"})
	w.must(err)
	w.must(holds.Insert(ctx, &notify.HeldAddress{
		Meta: docstore.Meta{ID: "digest"}, Address: "anna@posta.example", Contact: w.contact, Active: true,
		HeldAt: civic.Now(),
	}))
}

// export has a colleague write all contacts into a file.
func (w *citizenTown) export() {
	w.t.Helper()
	ctx := w.t.Context()
	who, err := w.Accounts.CreateStaff(ctx, w.staff, accounts.NewStaff{
		FormKey: "staffstaffstaff00001", Email: "gino@example.it", Name: "Gino Bo",
		Roles: []civic.Role{civic.Communication}, Offices: []civic.ID{"urp"},
	})
	w.must(err)
	by := w.staff
	by.Account, by.Name, by.Roles = who.ID, who.Name, who.Roles
	task, _, err := w.CRM.LongContactExport(ctx, by, "", "it")
	w.must(err)
	task.FormKey = "exportexportexport0001"
	_, err = w.Work.Add(ctx, by, task)
	w.must(err)
	_, err = w.Work.WorkOne(ctx)
	w.must(err)
	if done, err := w.Work.Task(ctx, by, "exportexportexport0001"); err != nil || done.State != work.Done ||
		!done.HasFile() {
		w.t.Fatalf("the export: %+v, %v", done, err)
	}
}
