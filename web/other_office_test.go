package web_test

import (
	"crypto/rand"
	"image/color"
	"net/http"
	"net/url"
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
	"ascolto/internal/work"
	"ascolto/surveys"
	"ascolto/web"
	"ascolto/web/webtest"
)

// secretOf is words that belong to another office, and who besides may read them.
type secretOf struct {
	words string
	may   []civic.ID // accounts
}

// offices is a town in which the registry office has people, calls, answers and files of its own.
type offices struct {
	*newsroom
	clerk   civic.Actor // of the registry office
	ids     map[string][]string
	queries []string
	secrets []secretOf
	seen    map[string]bool // secrets that somebody read
	reached map[string]bool // pages that somebody opened
}

const (
	personWords = "Cavallasegreti"
	emailWords  = "zaccaria.segreti@posta.example"
	phoneWords  = "333 555 1234"
)

func openOffices(t *testing.T) *offices {
	t.Helper()
	n := openNewsroom(t)
	o := &offices{newsroom: n, ids: map[string][]string{}, seen: map[string]bool{},
		reached: map[string]bool{}}
	colleague, err := n.Accounts.CreateStaff(t.Context(), civic.System("test"), accounts.NewStaff{
		FormKey: rand.Text(), Email: "anagrafe@comune.borgoforte.example", Name: "Nello Ricci",
		Roles: []civic.Role{civic.OfficeMember}, Offices: []civic.ID{"anagrafe"},
	})
	o.must(err)
	o.clerk = civic.NewActor(civic.Actor{
		Account: colleague.ID, Name: colleague.Name, Roles: colleague.Roles, Offices: colleague.Offices,
		Request: rand.Text(),
	}, web.Grants())
	person, err := n.CRM.CreateContact(t.Context(), n.Desk, crm.ContactInput{
		FormKey: rand.Text(), Kind: crm.Person, GivenName: "Zaccaria", FamilyName: personWords,
		Emails: []string{emailWords}, Phones: []string{"3335551234"},
		Language: civic.Italian, Address: crm.Address{Street: "Via Nascosta 7"},
	})
	o.must(err)
	_, err = n.CRM.SetConsent(t.Context(), n.Desk, person.ID, crm.ConsentInput{
		Topic: "mobilita", Channel: crm.ByMail, Given: true, Version: 1, Language: "it",
		Source: crm.StaffSources()[0],
	})
	o.must(err)
	open := o.call(n.Desk, person.ID, "Certificato nascosto", "Notanormale", false)
	hidden := o.call(o.clerk, person.ID, "Residenza nascosta", "Notariservata", true)
	o.ids["contacts"], o.ids["interactions"] = []string{string(person.ID)}, []string{string(open.ID),
		string(hidden.ID)}
	o.ids["segments"], o.ids["users"], o.ids["row"] = []string{string(n.segment)},
		[]string{string(colleague.ID)}, []string{o.receipt(person.ID)}
	o.ids[":kind"], o.ids["tokens"] = []string{"anagrafe"}, []string{o.token(t)}
	o.ids["number"], o.ids["code"], o.ids["slug"], o.ids["page"], o.ids["kind"] = []string{"2"},
		[]string{"q1"}, []string{"citta"}, []string{"privacy"}, []string{"offices"}
	o.request(person.ID)
	o.mail()
	o.survey()
	o.conversation()
	task, err := n.Work.Add(t.Context(), n.News, work.NewTask{FormKey: rand.Text(), Kind: crm.WorkContacts})
	o.must(err)
	worked(t, n.Town)
	o.ids["work"] = []string{string(task.ID)}
	o.ids["escalation"], o.ids["hours"] = []string{string(reminded(t, n.Town).ID)}, []string{"urp"}
	token, _, err := n.Accounts.CreateAccessToken(t.Context(), n.News, accounts.NewAccessToken{
		FormKey: rand.Text(), Name: "Gettonesegreto", Days: 30,
		Scopes: []civic.Permission{crm.PermReadContacts},
	})
	o.must(err)
	o.ids["tokens"] = []string{string(token.ID)}
	news := n.As(t, n.News)
	n.run()
	campaign := n.create(news)
	n.schedule(news, campaign)
	n.await(news, campaign, "Concluso")
	o.ids["campaigns"] = []string{campaign[len("/desk/campaigns/"):]}
	settled(t, n.Town)
	o.words(person.ID)
	return o
}

func (o *offices) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *offices) call(
	by civic.Actor, contact civic.ID, subject, note string, confidential bool,
) crm.Interaction {
	o.t.Helper()
	file, err := o.Files.Put(o.t.Context(), blob.Upload{Name: "Elenco.txt", Use: crm.InteractionFiles(),
		Sender: by.Account}, strings.NewReader("In allegato: "+strings.Replace(note, "Nota", "Allegato", 1)))
	o.must(err)
	o.ids["file"] = append(o.ids["file"], string(file.ID))
	i, err := o.CRM.RecordInteraction(o.t.Context(), by, crm.InteractionInput{
		FormKey: rand.Text(), Contact: contact, Office: "anagrafe", Subject: subject, Note: note,
		Confidential: confidential, Files: []civic.ID{file.ID},
		Channel: crm.ByPhone, Direction: crm.Inbound, Outcome: crm.FollowUp,
	})
	o.must(err)
	return i
}

// request has the desk file a request for a person, and give it to the registry office.
func (o *offices) request(contact civic.ID) {
	o.t.Helper()
	r, file := askedWithFile(o.t, o.Town, o.Desk, requests.FileInput{Contact: contact, Channel: crm.ByPhone,
		Procedure: "istanza", Subject: "Istanza nascosta", Text: "Testonascosto"}, "Piantanascosta")
	move(o.t, o.Town, o.Desk, r, requests.MoveInput{Act: requests.ActForward, Office: "anagrafe"})
	move(o.t, o.Town, o.clerk, r, requests.MoveInput{Act: requests.ActNote, Text: "Notadufficio"})
	group, err := o.Requests.CreateGroup(o.t.Context(), o.clerk, rand.Text(), "Grupponascosto", "anagrafe")
	o.must(err)
	move(o.t, o.Town, o.clerk, r, requests.MoveInput{Act: requests.ActGroup, Group: group.ID})
	o.ids["request-groups"] = []string{string(group.ID)}
	o.ids["requests"], o.ids["procedures"] = []string{string(r.ID)}, []string{"istanza"}
	o.ids["file"] = append(o.ids["file"], string(file))
}

// mail has a mail come in that the registry office sorts.
func (o *offices) mail() {
	o.t.Helper()
	_, err := o.Intake.SaveSettings(o.t.Context(), o.Administrator, 0, intake.Settings{Office: "anagrafe"},
		[]civic.ID{"anagrafe"})
	o.must(err)
	m := wrote(o.t, o.Town, "From: Ida <ida@posta.example>", "Subject: Postanascosta",
		"Content-Type: multipart/mixed; boundary=b", "", "--b", "", "Letterasegreta", "--b",
		"Content-Type: text/plain; name=foglio.txt", "Content-Disposition: attachment", "", "Fogliosegreto",
		"--b--")
	o.ids["inbound"] = []string{string(m.ID)}
	o.ids["file"] = append(o.ids["file"], string(m.Files[0].File))
}

// receipt returns the id of a person's consent, from the page that lists it.
func (o *offices) receipt(person civic.ID) string {
	o.t.Helper()
	at := "/desk/contacts/" + string(person) + "/consents/"
	_, rest, found := strings.Cut(o.As(o.t, o.Desk).Get("/desk/contacts/"+string(person)).Body, at)
	if !found {
		o.t.Fatal("the person has given no consent")
	}
	id, _, _ := strings.Cut(rest, `"`)
	return id
}

// survey asks a question of the registry office, to which two people answer.
func (o *offices) survey() {
	b := o.As(o.t, o.News)
	at := newSurvey(o.t, b, "Sportello", values("office", "anagrafe", "slug", "sportello"))
	addQuestion(o.t, b, at, "1", surveys.FreeText, values("text.it", "Perché?"))
	addQuestion(o.t, b, at, "1", surveys.File, values("text.it", "Che foto?"))
	photo := webtest.SentFile{Name: "sportello.jpg", Content: jpegOf(o.t, drawing(80, 60, color.White))}
	b.Submit(b.Get(at+"/publish"), at+"/publish",
		values("opens", surveys.FormatLocal(time.Now().Add(-time.Minute)),
			"closes", surveys.FormatLocal(time.Now().Add(time.Hour)), "grace", "0"))
	for range 2 {
		stranger := o.Browser(o.t)
		first, here := start(stranger, "sportello")
		summary := stranger.Follow(stranger.UploadAll(first, here, values("q1", "Rispostasegreta"), "q2", photo))
		stranger.Submit(summary, "/sondaggi/sportello/riepilogo", nil)
	}
	for _, link := range fileLinks(b.Get(at + "/texts/q2")) {
		o.ids["file"] = append(o.ids["file"], link[strings.LastIndex(link, "/")+1:])
	}
	o.ids["surveys"] = []string{at[len("/desk/surveys/"):]}
}

// conversation is a discussion with a note of the staff and a report for the moderators.
func (o *offices) conversation() {
	thread := talk(o.t, o.Town, o.Anna, "Il parco è buio", "I lampioni sono spenti.")
	_, err := o.Forum.Reply(o.t.Context(), o.Bruno, forum.ReplyInput{FormKey: rand.Text(), Thread: thread.ID,
		Source: "Concordo."})
	o.must(err)
	_, err = o.Forum.AddNote(o.t.Context(), o.Works, forum.NoteInput{FormKey: rand.Text(), Thread: thread.ID,
		Text: "Notainterna"})
	o.must(err)
	report := "/forum/discussioni/" + string(thread.ID) + "/messaggi/2/segnala"
	stranger := o.Browser(o.t)
	receipt := stranger.Submit(stranger.Get(report), report,
		values("rule", "off_topic", "text", "Segnalazionesegreta")).Location
	o.ids["forum"], o.ids["moderation"], o.ids["discussioni"] = []string{string(thread.ID)},
		[]string{string(thread.ID)}, []string{string(thread.ID)}
	o.ids["provvedimenti"], o.ids["receipt"] = []string{string(thread.ID)}, []string{
		receipt[strings.LastIndex(receipt, "/")+1:]}
}

// words says what is whose, and by which queries it is looked for: none holds the words themselves, which
// pages repeat.
func (o *offices) words(person civic.ID) {
	readers := []civic.ID{o.clerk.Account, o.Desk.Account, o.News.Account, o.Officer.Account}
	staff := []civic.ID{o.clerk.Account, o.Desk.Account, o.News.Account, o.Works.Account, o.Head.Account,
		o.Moderator.Account}
	o.secrets = []secretOf{
		{personWords, readers}, {emailWords, readers}, {phoneWords, readers}, {"3335551234", readers},
		{"Via Nascosta", readers},
		{"Certificato nascosto", readers}, {"Residenza nascosta", readers},
		{"Notanormale", []civic.ID{o.clerk.Account, o.Desk.Account}},
		{"Notariservata", []civic.ID{o.clerk.Account}},
		{"Allegatonormale", []civic.ID{o.clerk.Account, o.Desk.Account}},
		{"Allegatoriservata", []civic.ID{o.clerk.Account}},
		{"Istanza nascosta", readers},
		{"Testonascosto", []civic.ID{o.clerk.Account, o.Desk.Account}},
		{"Piantanascosta", []civic.ID{o.clerk.Account, o.Desk.Account}},
		{"Notadufficio", []civic.ID{o.clerk.Account, o.Desk.Account}},
		{"Grupponascosto", []civic.ID{o.clerk.Account, o.Desk.Account}},
		{"Postanascosta", []civic.ID{o.clerk.Account, o.Desk.Account}},
		{"Letterasegreta", []civic.ID{o.clerk.Account, o.Desk.Account}},
		{"Fogliosegreto", []civic.ID{o.clerk.Account, o.Desk.Account}},
		// who ends sessions ends tokens
		{"Gettonesegreto", []civic.ID{o.News.Account, o.Administrator.Account}},
		{"Rispostasegreta", []civic.ID{o.News.Account}},
		{"Segnalazionesegreta", []civic.ID{o.Moderator.Account}},
		{"Notainterna", staff},
		{"anna@posta.example", append(readers, o.Anna.Account)},
		{"bruno@posta.example", append(readers, o.Bruno.Account)},
	}
	c, id := string(person), url.QueryEscape
	call := o.ids["interactions"][1]
	o.queries = []string{"", "q=cavallaseg", "q=zaccaria.segreti%40posta", "q=33355512", "q=notariserv",
		"q=rispostaseg", "contact=" + id(c), "id=" + id(c),
		"office=anagrafe", "office=anagrafe&state=all", "mine=1", "order=name", "kind=contact&q=zaccaria",
		"person=" + id(c), "object=" + id(c),
		"object=" + id(call), "segment=" + o.ids["segments"][0], "campaign=" + o.ids["campaigns"][0],
		"state=sent", "state=skipped", "open=1",
		"record=" + id(c), "language=it", "district=centro", "hold=1", "area=citta", "di=" +
			id(c), "from=2020-01-01&to=2030-01-01"}
}

// addresses returns a route's path with everything that can stand in it.
func (o *offices) addresses(path string) []string {
	all := []string{""}
	before := ""
	for _, part := range strings.Split(path, "/")[1:] {
		choices := []string{part}
		if name, is := strings.CutPrefix(part, ":"); is {
			if choices = o.ids[name]; name == "id" {
				choices = o.ids[before]
			}
			if choices == nil {
				choices = []string{"sportello"}
			}
		}
		before = part
		var longer []string
		for _, a := range all {
			for _, c := range choices {
				longer = append(longer, a+"/"+c)
			}
		}
		all = longer
	}
	return all
}

// look fails the test when a page shows who what is another office's.
func (o *offices) look(who civic.Actor, what string, page *webtest.Page) {
	for _, s := range o.secrets {
		if !strings.Contains(page.Body, s.words) && !strings.Contains(page.Header.Get("Location"), s.words) {
			continue
		}
		o.seen[s.words] = true
		if who.Account == o.Administrator.Account && strings.HasPrefix(what, "GET /desk/mail") {
			continue // who runs the program sees what it sends while no server takes it
		}
		if who.Account == "" || !slices.Contains(s.may, who.Account) {
			o.t.Errorf("%s as %s (%v): status %d shows %q", what, who.Name, who.Roles, page.Status, s.words)
		}
	}
}

// ask opens every page as who, with every query where they pass the gate.
func (o *offices) ask(who civic.Actor, b *webtest.Browser, queries []string) {
	for _, path := range web.PagePaths() {
		for _, address := range o.addresses(path) {
			for i, q := range queries {
				if i > 7 && strings.Contains(path, ":") {
					break // a page about one thing is not narrowed down
				}
				at := address
				if q != "" {
					at += "?" + q
				}
				page := b.Get(at)
				o.look(who, "GET "+at, page)
				o.reached[path] = o.reached[path] || page.Status == http.StatusOK
				if (page.Status == http.StatusForbidden || page.Status == http.StatusSeeOther) && q == "" {
					break // at the gate
				}
			}
		}
	}
}

// token makes a token of an operator and returns its id.
func (o *offices) token(t *testing.T) string {
	t.Helper()
	o.Town.Program(t, o.Desk, crm.PermReadContacts)
	all, err := o.Accounts.AccessTokens(t.Context(), o.Desk, o.Desk.Account)
	if err != nil || len(all) == 0 {
		t.Fatalf("%d tokens, %v", len(all), err)
	}
	return string(all[0].ID)
}

// attempts are forms that who has no business with, filled with everything that names the registry office's
// things.
func (o *offices) attempts(token string) url.Values {
	contact, call := o.ids["contacts"][0], o.ids["interactions"][0]
	return url.Values{
		"csrf": {token}, "form_key": {rand.Text()}, "rev": {"1"}, "revision": {"1"}, "version": {"1"},
		"shown":   {"{}"},
		"contact": {contact}, "object": {call}, "q": {"cavallaseg"}, "do": {"search"}, "office": {"anagrafe"},
		"owner":   {string(o.clerk.Account)},
		"segment": {o.ids["segments"][0]}, "subject": {"Prova"}, "text": {"Prova"}, "body": {"Prova"},
		"words": {"Prova"}, "reason": {"Prova di accesso"},
		"channel": {"phone"}, "direction": {"in"}, "outcome": {"answered"}, "kind": {"person"},
		"family_name": {"Cavalla"}, "given_name": {"Zaccaria"},
		"rule": {"off_topic"}, "action": {"hide"}, "emails.1": {"zaccaria.segreti2@posta.example"},
	}
}

// TestNobodyReadsAnotherOfficesPeople asks every page, with the ids of what is another office's in its path
// and its query, and sends every form with them, as everybody: people, calls, notes, answers and files are
// shown to those alone whose role or office they are for, before and after the forms.
func TestNobodyReadsAnotherOfficesPeople(t *testing.T) {
	t.Parallel()
	o := openOffices(t)
	everybody := append(o.Everybody(), o.clerk)
	browsers := map[civic.ID]*webtest.Browser{"": o.Browser(t)}
	for _, who := range everybody[1:] {
		browsers[who.Account] = o.As(t, who)
	}
	for _, who := range everybody {
		queries := o.queries
		if !who.IsStaff() {
			queries = o.queries[:8]
		}
		o.ask(who, browsers[who.Account], queries)
	}
	for _, s := range o.secrets {
		if !o.seen[s.words] {
			t.Errorf("nobody was shown %q: this test does not look for it", s.words)
		}
	}
	for _, path := range web.PagePaths() {
		if !o.reached[path] && strings.Contains(path, ":id") && strings.HasPrefix(path, "/desk") &&
			path != "/desk/surveys/:id/questions/new" {
			t.Errorf("nobody opened %s", path)
		}
	}
	outsiders := []civic.Actor{civic.Visitor(""), o.Anna, o.Works, o.Head, o.Moderator, o.Administrator}
	tried := map[int]int{}
	for _, who := range outsiders {
		b := browsers[who.Account]
		token := b.Token()
		for _, path := range web.FormPaths() {
			if path == "/esci" || strings.HasPrefix(path, "/desk/account/password") ||
				strings.HasSuffix(path, "/sessions") || strings.Contains(path, "/sessioni") {
				continue
			}
			for _, address := range o.addresses(path) {
				for _, do := range []string{"search", "attach", "save"} {
					form := o.attempts(token)
					form.Set("do", do)
					page := b.Do(b.PostRequest(address, form))
					tried[page.Status]++
					o.look(who, "POST "+address, page)
				}
			}
		}
	}
	t.Logf("answers to forms: %v", tried)
	settled(t, o.Town)
	for _, who := range outsiders {
		o.ask(who, browsers[who.Account], []string{"", "q=cavallaseg"})
	}
}
