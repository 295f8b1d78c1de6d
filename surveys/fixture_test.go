package surveys_test

import (
	"log/slog"
	"net/url"
	"os"
	"testing"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
	"ascolto/internal/testtown"
	"ascolto/search"
	"ascolto/surveys"
	"ascolto/surveys/logic"
)

var grants = civic.Grants{
	civic.Communication: {surveys.PermRead, surveys.PermWrite, surveys.PermPublish, surveys.PermResults,
		surveys.PermTexts, surveys.PermExport, surveys.PermAll},
	civic.OfficeHead: {surveys.PermRead, surveys.PermWrite, surveys.PermPublish, surveys.PermResults,
		surveys.PermTexts, surveys.PermExport},
	civic.OfficeMember: {surveys.PermRead},
}

func staff(account civic.ID, role civic.Role, offices ...civic.ID) civic.Actor {
	return civic.NewActor(civic.Actor{Account: account, Name: "Niccolò D'Amico", Roles: []civic.Role{role},
		Offices: offices}, grants)
}

func citizen(contact civic.ID) civic.Actor {
	return civic.NewActor(civic.Actor{Account: "account-" + contact, Contact: contact, Name: "Zoë De Luca",
		Roles: []civic.Role{civic.Citizen}}, grants)
}

var (
	comms    = staff("comms", civic.Communication)
	mobility = staff("mobility", civic.OfficeHead, "office-mobility")
	social   = staff("social", civic.OfficeHead, "office-social")
	member   = staff("member", civic.OfficeMember, "office-mobility")
	stranger = civic.Visitor("request")
	anna     = citizen("anna")
	bruno    = citizen("bruno")
)

// atOnce returns how many may work at the same time: all where the store can be relied on for that, few on
// FerretDB, which is slow and cannot.
func atOnce(many int) int {
	if os.Getenv(storetest.EngineSetting) == "mongo" && !storetest.Real() {
		return min(many, 4)
	}
	return many
}

// office is a service on a real store and a real index, with a clock to move.
type office struct {
	*surveys.Service
	t        *testing.T
	db       *docstore.DB
	clock    *testtown.Clock
	timeline *testtown.Timeline
	index    *search.Index
	audit    *audit.Log
}

func rome(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := surveys.ParseOpening(s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func open(t *testing.T) *office {
	t.Helper()
	g := testtown.Open(t, testtown.Still())
	g.Clock.Set(rome(t, "2026-11-23T09:00"))
	o := &office{t: t, db: g.DB, clock: g.Clock, timeline: &testtown.Timeline{},
		index: g.Index(t), audit: g.Log}
	var err error
	o.Service, err = surveys.New(t.Context(), surveys.Options{DB: o.db, Audit: o.audit, Index: o.index,
		Recorder: o.timeline, Files: o.files(), Now: o.clock.Now,
		Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func must[T any](t testing.TB, v T, err error) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func wantCode(t testing.TB, what string, err error, want civic.Code) {
	t.Helper()
	if got := civic.CodeOf(err); got != want {
		t.Errorf("%s: %v, want %s", what, err, want)
	}
}

func settings(title string, p surveys.Participation) surveys.Settings {
	return surveys.Settings{
		Title:         civic.Text{civic.Italian: title, civic.English: title + " (en)"},
		English:       true,
		Participation: p,
		Collection:    surveys.OptIn,
	}
}

func label(s string) civic.Text { return civic.Text{civic.Italian: s, civic.English: s + " (en)"} }

// draft makes a questionnaire on two pages that is not published: q1 how one gets about (single, with
// "other", required), q2 what would help (multiple, at most two), q3 satisfaction (scale), q4 recommendation
// (NPS); on the second page q5 what is wrong with the bus (text, only for those who take it) and q6 whether
// to be asked again (single, only for low satisfaction).
func (o *office) draft(title string, p surveys.Participation) surveys.Questionnaire {
	o.t.Helper()
	ctx := o.t.Context()
	q, err := o.Create(ctx, comms, "form-"+string(docstore.NewID()), settings(title, p))
	add := func(page int, kind surveys.Kind, in surveys.QuestionInput) {
		o.t.Helper()
		if err == nil {
			q, _, err = o.AddQuestion(ctx, comms, q.ID, q.Revision, page, kind, in)
		}
	}
	add(1, surveys.Single, surveys.QuestionInput{Text: label("Come ci si sposta?"), Required: true,
		Details: surveys.Details{Other: true}, Lines: "In autobus | By bus\nIn auto | By car",
		Join: logic.All})
	add(1, surveys.Multiple, surveys.QuestionInput{Text: label("Che cosa aiuterebbe?"),
		Lines:   "Più corse|More buses\nPiste ciclabili|Cycle lanes\nParcheggi|Car parks",
		Details: surveys.Details{Max: 2}, Join: logic.All})
	add(1, surveys.Scale, scaleInput("Quanto si è soddisfatti?"))
	add(1, surveys.NPS, surveys.QuestionInput{Text: label("Consiglierebbe il servizio?"), Join: logic.All})
	if err == nil {
		q, err = o.AddPage(ctx, comms, q.ID, q.Revision)
	}
	add(2, surveys.FreeText, surveys.QuestionInput{Text: label("Che cosa non va negli autobus?"),
		Details: surveys.Details{MaxLength: 500}, Join: logic.All, Terms: []string{"is:q1:a1"}})
	add(2, surveys.Single, surveys.QuestionInput{Text: label("Si può richiamare?"), Lines: "Sì|Yes\nNo|No",
		Join: logic.Any, Terms: []string{"max:q3:2", "max:q4:3"}})
	return must(o.t, q, err)
}

// scaleInput is a scale with its five labels.
func scaleInput(text string) surveys.QuestionInput {
	in, _ := surveys.NewInput(surveys.Scale) // fails for unknown kinds only
	in.Text = label(text)
	for i, l := range []string{"Per nulla", "Poco", "Abbastanza", "Molto", "Del tutto"} {
		in.Options[i].Label = label(l)
	}
	return in
}

// published makes the questionnaire of draft, open for a week from now.
func (o *office) published(p surveys.Participation) surveys.Questionnaire {
	o.t.Helper()
	q := o.draft("Come ci si muove in città?", p)
	now := o.clock.Now()
	q, err := o.Publish(o.t.Context(), comms, q.ID, q.Revision,
		surveys.Publication{Schedule: surveys.Schedule{OpensAt: now, ClosesAt: now.Add(7 * 24 * time.Hour),
			Grace: 30}})
	return must(o.t, q, err)
}

// answer goes through a questionnaire as a browser does: a form for each page, then sends it. It returns the
// browser's token.
func (o *office) answer(by civic.Actor, slug string, forms ...surveys.Typed) string {
	o.t.Helper()
	r := o.fill(by, slug, forms...)
	if err := o.Send(o.t.Context(), r, civic.Italian); err != nil {
		o.t.Fatal(err)
	}
	return r.Token
}

// fill is answer without sending.
func (o *office) fill(by civic.Actor, slug string, forms ...surveys.Typed) surveys.Respondent {
	o.t.Helper()
	ctx, r := o.t.Context(), surveys.Respondent{By: by, Slug: slug}
	var err error
	r.Token, err = o.Start(ctx, r)
	must(o.t, r.Token, err)
	place, err := o.Page(ctx, r, 0)
	must(o.t, place, err)
	for _, form := range forms {
		place, err = o.SavePage(ctx, r, place.Number, form, false)
		must(o.t, place, err)
		if place.Next != 0 {
			place.Number = place.Next
		}
	}
	return r
}

// form returns form values from pairs of name and value.
func form(pairs ...string) surveys.Typed {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return typed(v)
}

// typed returns the values of a form as what was typed to the questions of their names.
func typed(values url.Values) surveys.Typed {
	out := surveys.Typed{}
	for name, all := range values {
		code, part := civic.SplitField(name)
		if out[code] == nil {
			out[code] = surveys.TypedAnswer{}
		}
		out[code][part] = all
	}
	return out
}

// audited returns the actions the audit has of a query.
func (o *office) audited(q audit.Query) []string {
	o.t.Helper()
	page, err := o.audit.List(o.t.Context(), civic.System("test"), q)
	var actions []string
	for _, r := range must(o.t, page, err).Items {
		actions = append(actions, string(r.Action))
	}
	return actions
}
