package demo

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/internal/civic"
)

// asking is what somebody asks for, and the office that will deal with it.
type asking struct {
	Procedure, Office civic.ID
	Subject, Text     string
}

// step is an act so many days after a request was filed: of the desk, or of the office it was passed on to.
type step struct {
	days   int
	office bool
	requests.MoveInput
}

// life is one way that a request can go, and when it began: so many days ago, within a span. Of a thousand
// requests so many go that way.
type life struct {
	share     int
	procedure civic.ID // that alone knows it; empty: any
	from, to  int
	steps     []step
}

// theirs is the office that deals with what is asked for.
const theirs civic.ID = "*"

func acts(days int, act requests.Act, text string) step {
	return step{days: days, MoveInput: requests.MoveInput{Act: act, Text: text}}
}

// lives lists the ways that requests go in the town: every state, in time and late. Most are over.
func lives() []life {
	take, ask := acts(1, requests.ActTake, ""), acts(3, requests.ActAsk, "Può indicare il numero civico?")
	pass := step{days: 2, MoveInput: requests.MoveInput{Act: requests.ActForward, Office: theirs,
		Reason: "È di vostra competenza."}}
	taken := acts(3, requests.ActTake, "")
	taken.office = true
	notice := acts(8, requests.ActNotice, "L'area non è del Comune.")
	refuse := acts(26, requests.ActRefuse, "L'area non è del Comune.")
	refuse.Considered = "Le osservazioni non cambiano a chi appartiene l'area."
	answer := func(days int, office bool) step {
		s := acts(days, requests.ActAnswer, "Abbiamo provveduto: l'intervento è in programma entro il mese.")
		s.office = office
		return s
	}
	message := acts(6, requests.ActMessage, "Abbiamo chiesto un sopralluogo e le faremo sapere.")
	note := acts(2, requests.ActNote, "Sentita la squadra di zona: conosce il problema.")
	return []life{
		{share: 12, from: 1, to: 4},
		{share: 16, from: 2, to: 20, steps: []step{take, note}},
		{share: 8, from: 32, to: 60, steps: []step{take}}, // late
		{share: 8, from: 5, to: 25, procedure: "disservizio", steps: []step{take, ask}},
		{share: 5, from: 12, to: 28, procedure: "istanza",
			steps: []step{take, ask, acts(9, requests.ActSupply, "È il 14.")}},
		{share: 8, from: 3, to: 12, steps: []step{pass}},
		{share: 6, from: 34, to: 45, steps: []step{pass}}, // late
		{share: 230, from: 40, to: townDays, steps: []step{take, message, answer(14, false)}},
		{share: 200, from: 40, to: townDays, steps: []step{take, note, answer(25, false)}},
		{share: 60, from: 80, to: townDays, steps: []step{take, answer(52, false)}}, // late
		{share: 3, from: 12, to: 16, procedure: "istanza", steps: []step{take, notice}},
		{share: 35, from: 60, to: townDays, procedure: "istanza", steps: []step{take, notice,
			acts(12, requests.ActObserve, "L'area è aperta a tutti da vent'anni."), refuse}},
		{share: 60, from: 20, to: townDays, steps: []step{acts(2, requests.ActNotCompetent,
			"La strada è della Provincia, a cui l'abbiamo mandata.")}},
		{share: 50, from: 20, to: townDays, steps: []step{take,
			acts(5, requests.ActWithdraw, "Risolto nel frattempo.")}},
		{share: 3, from: 6, to: 14, procedure: "accesso-civico-generalizzato", steps: []step{take,
			acts(4, requests.ActConsult, "La società che gestisce le centraline.")}},
		{share: 3, from: 6, to: 20, procedure: "riesame-accesso-civico", steps: []step{take,
			acts(4, requests.ActSuspend, "Chiesto il parere del Garante per la protezione dei dati personali.")}},
		{share: 240, from: 40, to: townDays, steps: []step{pass, taken, answer(18, true)}},
		{share: 45, from: 60, to: townDays, steps: []step{pass, taken, answer(41, true)}}, // late
		{share: 8, from: 8, to: 25, steps: []step{pass, taken}},
	}
}

// townDays is for how many days the town has kept requests.
const townDays = 730

// asked is how many of the last requests are filed as today's are, with the letters that tell of them; what
// came before is brought in as from another program.
const asked = 60

// planned is a request that will be made.
type planned struct {
	at time.Time
	requests.FileInput
	life
	office civic.ID // that deals with it
}

// requests has people ask for things, and the offices deal with them.
func (b *builder) requests(ctx context.Context) error {
	people := b.contactIDs(min(b.size.Contacts, b.size.Requests))
	if len(people) == 0 || b.size.Requests == 0 {
		return nil
	}
	if err := b.seedProcedures(ctx); err != nil {
		return err
	}
	all := b.plannedRequests(people)
	old := max(0, len(all)-asked)
	past := make([]requests.Past, old)
	for n, p := range all[:old] {
		past[n] = b.pastRequest(p, false)
	}
	if _, err := b.Requests.Load(ctx, b.by, past,
		func(done int) { b.tell("requests", done, len(all)) }); err != nil {
		return err
	}
	for n, p := range all[old:] {
		if err := b.request(ctx, b.pastRequest(p, true)); err != nil {
			return fmt.Errorf("%s: %w", p.FormKey, err)
		}
		b.tell("requests", old+n+1, len(all))
	}
	if err := b.answering(ctx); err != nil {
		return err
	}
	return b.groupedRequests(ctx, all)
}

// answering has the desk begin the answer to the request that is due first, as colleagues see for a while.
func (b *builder) answering(ctx context.Context) error {
	desk := b.staff["urp"]
	due, err := b.Requests.Queue(ctx, desk, requests.Filter{Office: "urp", State: requests.InCharge},
		civic.PageRequest{Size: 1})
	if err != nil || len(due.Items) == 0 {
		return err
	}
	_, err = b.Requests.Claim(ctx, desk, due.Items[0].ID, requests.ActAnswer, true)
	return err
}

// groupedRequests puts the last reports of problems that the desk has into a group, as if they were about one
// fact.
func (b *builder) groupedRequests(ctx context.Context, all []planned) error {
	desk := b.staff["urp"]
	if desk.Account == "" {
		return nil
	}
	var ids []civic.ID
	for _, p := range slices.Backward(all) {
		if strings.HasPrefix(p.Subject, b.words.Group.About) && len(p.steps) <= 2 && len(ids) < 6 {
			ids = append(ids, civic.ID(p.FormKey))
		}
	}
	g, err := b.Requests.CreateGroup(ctx, desk, "demogrupporichieste001", b.words.Group.Name, "urp")
	if err != nil {
		return err
	}
	_, err = b.Requests.MoveEach(ctx, desk, ids, requests.MoveInput{FormKey: "demogrupporichieste002",
		Act: requests.ActGroup, Group: g.ID})
	return err
}

func (b *builder) seedProcedures(ctx context.Context) error {
	there, err := b.Requests.Procedures(ctx)
	if err != nil || len(there) > 0 {
		return err
	}
	all, err := requests.DefaultProcedures()
	if err != nil {
		return err
	}
	return b.Requests.Seed(ctx, b.by, all)
}

// plannedRequests returns the requests of the town, the oldest first, as their numbers will have it. Even a
// small town has one of each way.
func (b *builder) plannedRequests(people []civic.ID) []planned {
	r, ways := b.stream(streamRequests), lives()
	var shares []int // the way of each in turn
	for n, l := range ways {
		shares = append(shares, slices.Repeat([]int{n}, l.share)...)
	}
	all := make([]planned, b.size.Requests)
	for n := range all {
		way := n
		if n >= len(ways) {
			way = pick(r, shares)
		}
		l, what := ways[way], pick(r, b.words.Requests)
		for l.procedure != "" && what.Procedure != l.procedure {
			what = pick(r, b.words.Requests)
		}
		all[n] = planned{
			at:   b.at(-l.from-r.IntN(l.to-l.from), 9).Add(time.Duration(r.IntN(7*3600)) * time.Second),
			life: l, office: what.Office,
			FileInput: requests.FileInput{FormKey: fmt.Sprintf("demorichiesta%011d", n),
				Procedure: what.Procedure, Contact: people[n*7%len(people)],
				Channel: pick(r, crm.InteractionChannels()),
				Subject: strings.ReplaceAll(what.Subject, "{street}", pick(r, b.words.Streets)),
				Text:    what.Text, Grounds: "Sono proprietario dell'appartamento."}}
	}
	all[0].Contact = people[0] // whose account is shown
	slices.SortStableFunc(all, func(a, b planned) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.FormKey, b.FormKey))
	})
	return all
}

// pastRequest returns what happened to a request until today. Where nobody of its office tries the town, the
// desk goes on with it; of what is told, none goes to an office where nobody would hear it.
func (b *builder) pastRequest(p planned, told bool) requests.Past {
	desk := b.staff["urp"]
	one := requests.Past{FileInput: p.FileInput, At: p.at, By: desk}
	staff, there := b.staff[p.office]
	for i, s := range p.steps {
		m := requests.PastMove{MoveInput: s.MoveInput, At: p.at.AddDate(0, 0, s.days), By: desk}
		switch {
		case m.At.After(b.today):
			continue
		case s.Office == theirs && p.office != "urp" && (there || !told && i == len(p.steps)-1):
			m.Office = p.office
		case s.Office == theirs && i == len(p.steps)-1:
			m.Office = "mobilita"
		case s.Office == theirs:
			continue
		case s.office && p.office != "urp" && there:
			m.By = staff
		}
		switch s.Act {
		case requests.ActObserve:
			m.On = m.At.In(civic.Rome()).Format(time.DateOnly)
		case requests.ActAnswer:
			m.Link = "https://www.comune.example.it/trasparenza"
		}
		m.FormKey = fmt.Sprintf("%s%04d", p.FormKey, i)
		one.Moves = append(one.Moves, m)
	}
	return one
}

// request files one, and has happen to it what did.
func (b *builder) request(ctx context.Context, one requests.Past) error {
	var r requests.Request
	one.RecordCall = true // of who called or came
	err := b.Clock.at(one.At, func() (err error) {
		r, err = b.Requests.File(ctx, one.By, one.FileInput)
		return err
	})
	for _, m := range one.Moves {
		if err == nil {
			err = b.Clock.at(m.At, func() error {
				_, err := b.Requests.Move(ctx, m.By, r.ID, m.MoveInput)
				return err
			})
		}
	}
	return err
}
