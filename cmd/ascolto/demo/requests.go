package demo

import (
	"cmp"
	"context"
	"fmt"
	"slices"
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

// step is an act so many days after a request was filed; Citizen: of the applicant, as staff wrote it down.
type step struct {
	days int
	requests.MoveInput
}

// life is one way that a request can go, and when it began: so many days ago, within a span.
type life struct {
	procedure civic.ID // that alone knows it; empty: any
	from, to  int
	steps     []step
}

// The offices of those who try the town deal with what is theirs: a request that goes to another office is
// left there.
const theirs civic.ID = "*"

func acts(days int, act requests.Act, text string) step {
	return step{days, requests.MoveInput{Act: act, Text: text}}
}

// lives lists the ways that requests go in the town: every state, in time and late.
func lives() []life {
	take, ask := acts(1, requests.ActTake, ""), acts(3, requests.ActAsk, "Può indicare il numero civico?")
	pass := step{2, requests.MoveInput{Act: requests.ActForward, Office: theirs,
		Reason: "È di vostra competenza."}}
	notice := acts(8, requests.ActNotice, "L'area non è del Comune.")
	refuse := acts(26, requests.ActRefuse, "L'area non è del Comune.")
	refuse.Considered = "Le osservazioni non cambiano a chi appartiene l'area."
	answer := func(days int) step {
		return acts(days, requests.ActAnswer, "Abbiamo provveduto: l'intervento è in programma entro il mese.")
	}
	message := acts(6, requests.ActMessage, "Abbiamo chiesto un sopralluogo e le faremo sapere.")
	note := acts(2, requests.ActNote, "Sentita la squadra di zona: conosce il problema.")
	return []life{
		{from: 1, to: 4},
		{from: 2, to: 20, steps: []step{take, note}},
		{from: 32, to: 60, steps: []step{take}}, // late
		{from: 5, to: 25, steps: []step{take, ask}},
		{from: 12, to: 28, steps: []step{take, ask, acts(9, requests.ActSupply, "È il 14.")}},
		{from: 3, to: 12, steps: []step{pass}},
		{from: 34, to: 45, steps: []step{pass}}, // late
		{from: 40, to: 300, steps: []step{take, message, answer(14)}},
		{from: 40, to: 300, steps: []step{take, note, answer(25)}},
		{from: 80, to: 300, steps: []step{take, answer(52)}}, // late
		{from: 12, to: 16, procedure: "istanza", steps: []step{take, notice}},
		{from: 60, to: 200, procedure: "istanza", steps: []step{take, notice,
			acts(12, requests.ActObserve, "L'area è aperta a tutti da vent'anni."), refuse}},
		{from: 20, to: 200, steps: []step{acts(2, requests.ActNotCompetent,
			"La strada è della Provincia, a cui l'abbiamo mandata.")}},
		{from: 20, to: 200, steps: []step{take, acts(5, requests.ActWithdraw, "Risolto nel frattempo.")}},
		{from: 6, to: 14, procedure: "accesso-civico-generalizzato", steps: []step{take,
			acts(4, requests.ActConsult, "La società che gestisce le centraline.")}},
		{from: 6, to: 20, procedure: "riesame-accesso-civico", steps: []step{take,
			acts(4, requests.ActSuspend, "Chiesto il parere del Garante per la protezione dei dati personali.")}},
	}
}

// planned is a request that will be made.
type planned struct {
	key     string
	at      time.Time
	contact civic.ID
	asking
	life
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
	for n, p := range b.plannedRequests(people) {
		if err := b.request(ctx, p, n); err != nil {
			return fmt.Errorf("%s: %w", p.key, err)
		}
		b.tell("requests", n+1, b.size.Requests)
	}
	return nil
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

// plannedRequests returns the requests of the town, the oldest first, as their numbers will have it.
func (b *builder) plannedRequests(people []civic.ID) []planned {
	r, ways := b.stream(streamRequests), lives()
	all := make([]planned, b.size.Requests)
	for n := range all {
		l := ways[n%len(ways)]
		what := pick(r, b.words.Requests)
		for l.procedure != "" && what.Procedure != l.procedure {
			what = pick(r, b.words.Requests)
		}
		at := b.at(-l.from-r.IntN(l.to-l.from), 9).Add(time.Duration(r.IntN(7*3600)) * time.Second)
		all[n] = planned{key: fmt.Sprintf("demorichiesta%011d", n), at: at, contact: people[n*7%len(people)],
			asking: what, life: l}
	}
	all[0].contact = people[0] // whose account is shown
	slices.SortStableFunc(all, func(a, b planned) int {
		return cmp.Or(a.at.Compare(b.at),
			cmp.Compare(a.key, b.key))
	})
	return all
}

// request files one, and has happen to it what its life says. What it does not know any more, because who
// tries the town went on with it, is left out.
func (b *builder) request(ctx context.Context, p planned, n int) error {
	desk := b.staff["urp"]
	in := requests.FileInput{FormKey: p.key, Procedure: p.Procedure, Contact: p.contact,
		Channel: pick(b.stream(streamRequests+uint64(n)), crm.InteractionChannels()), Subject: p.Subject,
		Text: p.Text, Grounds: "Sono proprietario dell'appartamento."}
	var r requests.Request
	err := b.Clock.at(p.at, func() (err error) {
		r, err = b.Requests.File(ctx, desk, in)
		return err
	})
	if err != nil {
		return err
	}
	for i, s := range p.steps {
		at := p.at.AddDate(0, 0, s.days)
		if at.After(b.today) {
			continue
		}
		if s.Act == requests.ActObserve {
			s.On = at.In(civic.Rome()).Format(time.DateOnly)
		}
		s.FormKey = fmt.Sprintf("%s%04d", p.key, i)
		if s.Act == requests.ActAnswer && r.Rules.Publishes {
			s.Link = "https://www.comune.example.it/trasparenza"
		}
		if s.Office == theirs {
			if s.Office = p.Office; s.Office == r.Office {
				s.Office = "mobilita"
			}
		}
		if err := b.Clock.at(at, func() error {
			_, err := b.Requests.Move(ctx, desk, r.ID, s.MoveInput)
			return err
		}); err != nil && civic.CodeOf(err) != civic.Conflict {
			return fmt.Errorf("%s: %w", s.Act, err)
		}
	}
	return nil
}
