package register

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"ascolto/crm/requests"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// The times of trying again: after a fault the wait doubles from the first to the last. Whoever is at a
// document has it alone for turn, so that of several programs one sends it.
const (
	firstWait = time.Minute
	lastWait  = time.Hour
	turn      = 5 * time.Minute
	sendTime  = 2 * time.Minute // for one document
)

// errTaken says that another program is at a document.
var errTaken = errors.New("register: another program has it")

// SendDue has the documents that are due entered, those first that have waited longest, and returns how many
// were. When the register cannot be reached it ends: the rest can only fare alike.
func (s *Service) SendDue(ctx context.Context) (int, error) {
	sent := 0
	for s.Connected() {
		page, err := s.entries.Find(ctx, docstore.Query{Sort: []string{"nextAt"}, Limit: 100,
			Filter: docstore.Filter{docstore.Eq("state", Waiting), docstore.Lte("nextAt", s.o.Now())}})
		if err != nil || len(page.Items) == 0 {
			return sent, err
		}
		for _, e := range page.Items {
			switch after, err := s.send(ctx, e.ID); {
			case errors.Is(err, errTaken):
			case err != nil:
				return sent, err
			case after.Fault == FaultUnreachable || after.Fault == FaultBusy || after.Fault == FaultKey:
				return sent, nil
			case after.State == Done:
				sent++
			}
		}
	}
	return sent, nil
}

// send has one document entered, and returns what became of it.
func (s *Service) send(ctx context.Context, id civic.ID) (Entry, error) {
	now := s.o.Now()
	e, err := s.entries.Update(ctx, id, func(e *Entry) error {
		if e.State != Waiting || e.NextAt.After(now) {
			return errTaken
		}
		e.NextAt, e.UpdatedAt = now.Add(turn), now
		e.Tries++
		return nil
	})
	if err != nil {
		return e, err
	}
	paper, err := s.o.Requests().Paper(ctx, e.Request, e.Event)
	if civic.CodeOf(err) == civic.NotFound {
		return s.entries.Update(ctx, id, func(e *Entry) error {
			e.State, e.UpdatedAt = Erased, s.o.Now()
			return nil
		})
	}
	if err != nil {
		return e, err
	}
	d, err := s.document(ctx, e, paper)
	if err != nil {
		return e, err
	}
	limited, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	n, sendErr := s.o.Adapter.Enter(limited, d)
	if ctx.Err() != nil { // the program ends: tried again when its turn is over
		return e, ctx.Err()
	}
	if sendErr == nil {
		err = s.o.Requests().SetRegistered(ctx, e.Request, requests.Registered{Event: e.Event,
			Number: n.Number, On: n.On, Register: n.Register})
		if err != nil && civic.CodeOf(err) != civic.NotFound {
			return e, err // the same key returns the same number
		}
	}
	return s.entries.Update(ctx, id, func(e *Entry) error {
		e.ended(n, sendErr, s.o.Now())
		return nil
	})
}

// ended notes what came of a try.
func (e *Entry) ended(n Number, err error, now time.Time) {
	e.UpdatedAt, e.Fault, e.Status, e.Reason = now, "", 0, ""
	var refused *Refusal
	var down *Down
	switch {
	case err == nil:
		e.State, e.Given, e.GivenOn = Done, n.Number, n.On
	case errors.As(err, &refused):
		e.State, e.Status, e.Reason = Refused, refused.Status, refused.Reason
	case errors.As(err, &down):
		e.Fault, e.Status = down.Fault, down.Status
		e.NextAt = now.Add(max(waitAfter(e.Tries), down.After))
	default:
		e.Fault, e.NextAt = FaultUnreachable, now.Add(waitAfter(e.Tries))
	}
}

// waitAfter returns how long to wait after so many tries.
func waitAfter(tries int) time.Duration {
	return min(firstWait<<min(max(tries-1, 0), 10), lastWait)
}

// document returns what the register is told of e.
func (s *Service) document(ctx context.Context, e Entry, p requests.Paper) (Document, error) {
	office, err := s.o.OfficeName(ctx, p.Request.Office)
	if err != nil && civic.CodeOf(err) != civic.NotFound {
		return Document{}, err
	}
	r := p.Request
	d := Document{Key: e.ID, Incoming: e.Incoming, FiledOn: e.FiledOn, Request: r.Number,
		Procedure: r.Name.In(civic.Italian), Office: office, Subject: r.Subject,
		Person: Person{Name: r.Applicant, Email: p.Email}}
	if p.Event.Act != requests.ActFile {
		d.Subject = s.word(p.Event.Act.Done()) + ": " + r.Subject
	}
	text := []byte(s.text(p, office))
	sum := sha256.Sum256(text)
	d.Parts = []Part{{Name: r.Number + ".txt", Type: "text/plain; charset=utf-8", Size: int64(len(text)),
		SHA256: hex.EncodeToString(sum[:]), Open: func(context.Context) (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader(text)), nil
		}}}
	for _, a := range p.Files() {
		d.Parts = append(d.Parts, Part{Name: a.Name, Type: string(a.Type), Size: a.Size, SHA256: a.SHA256,
			Open: func(ctx context.Context) (io.ReadCloser, error) {
				_, from, err := s.o.Files.Open(ctx, a.File)
				if err != nil {
					return nil, &Down{Fault: FaultFile}
				}
				return from, nil
			}})
	}
	return d, nil
}

func (s *Service) word(key string) string { return s.o.Words(civic.Message{Key: key}) }

// text returns the document in words: who asks for what, when, and what they wrote. It says the same whenever
// it is made.
func (s *Service) text(p requests.Paper, office string) string {
	r := p.Request
	var b strings.Builder
	line := func(key, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\n", s.word(key), value)
		}
	}
	at := p.Event.At
	if p.Event.Act == requests.ActFile {
		at = r.ReceivedAt
	} else {
		line("register.document.act", s.word(p.Event.Act.Done()))
	}
	line("requests.field.number", r.Number)
	line("requests.field.procedure", r.Name.In(civic.Italian))
	line("requests.field.applicant", r.Applicant)
	line("register.document.at", at.In(civic.Rome()).Format("02/01/2006 15:04"))
	line("requests.field.office", office)
	line("requests.field.subject", r.Subject)
	b.WriteString("\n" + p.Text() + "\n")
	if p.Event.Act == requests.ActFile && r.Grounds != "" {
		fmt.Fprintf(&b, "\n%s:\n%s\n", s.word("requests.field.grounds"), r.Grounds)
	}
	return b.String()
}
