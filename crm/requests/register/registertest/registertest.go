// Package registertest has a register of documents for tests, and the contract that every register keeps.
package registertest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"ascolto/crm/requests/register"
	"ascolto/internal/civic"
)

// Token is what the Server knows callers by.
const Token = "prova-di-protocollo"

// Entered is a document as the Server has it.
type Entered struct {
	Key, Direction, Request, Subject, Office, Procedure string
	FiledOn                                             string `json:"filed_on"`
	Person                                              register.Person
	Documents                                           []struct {
		Name, Type, SHA256 string
		Size               int64
	}
	Contents []string `json:"-"` // of the documents
	Number   string   `json:"-"`

	digest string
}

// Server is a register in memory.
type Server struct {
	URL string
	Now civic.Clock // nil: the real time

	mu    sync.Mutex
	down  int    // status with which it answers everything; 0: it works
	taken string // what it answers in place of a number; empty: a number
	byKey map[string]*Entered
	all   []*Entered
}

// New returns a Server that ends with the test.
func New(t testing.TB) *Server {
	s := &Server{byKey: map[string]*Entered{}, Now: civic.Now}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	s.URL = server.URL + "/ascolto"
	return s
}

// Answer has s answer everything with a status, or work when it is 0; body is what it answers.
func (s *Server) Answer(status int, body string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down, s.taken = status, body
}

// Entered returns what was entered, in order.
func (s *Server) Entered() (all []Entered) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.all {
		all = append(all, *e)
	}
	return all
}

// ServeHTTP implements the contract of docs/protocollo.md.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down != 0 {
		w.Header().Set("Retry-After", "120")
		w.WriteHeader(s.down)
		fmt.Fprint(w, s.taken)
		return
	}
	if r.Header.Get("Authorization") != "Bearer "+Token {
		problem(w, http.StatusUnauthorized, "Token sconosciuto")
		return
	}
	e, err := read(r)
	if err != nil {
		problem(w, http.StatusUnprocessableEntity, err.Error())
		return
	}
	was, again := s.byKey[e.Key]
	switch {
	case again && was.digest != e.digest:
		problem(w, http.StatusConflict, "Chiave già usata per un altro documento")
		return
	case !again:
		e.Number = fmt.Sprintf("%07d/%d", len(s.all)+1, s.Now().Year())
		s.byKey[e.Key], was = e, e
		s.all = append(s.all, e)
		w.WriteHeader(http.StatusCreated)
	}
	_ = json.NewEncoder(w).Encode(map[string]string{"number": was.Number, // who is gone asks again
		"registered_on": s.Now().In(civic.Rome()).Format(time.DateOnly), "register": "Registro ufficiale"})
}

func problem(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"title": "Non registrato:", "detail": detail}) // as above
}

// read reads a document and compares it with what is said of it.
func read(r *http.Request) (*Entered, error) {
	form, err := r.MultipartReader()
	if err != nil {
		return nil, err
	}
	e, sum := &Entered{}, sha256.New()
	for n := -1; ; n++ {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		b, err := io.ReadAll(part)
		if err != nil {
			return nil, err
		}
		sum.Write(b)
		if n < 0 {
			if err := json.Unmarshal(b, e); err != nil || part.FormName() != "entry" {
				return nil, fmt.Errorf("the first part is no entry: %w", err)
			}
			continue
		}
		is := sha256.Sum256(b)
		if n >= len(e.Documents) || part.FormName() != "document" || e.Documents[n].Size != int64(len(b)) ||
			e.Documents[n].SHA256 != hex.EncodeToString(is[:]) || e.Documents[n].Name != part.FileName() {
			return nil, fmt.Errorf("document %d is not what the entry says", n)
		}
		e.Contents = append(e.Contents, string(b))
	}
	if e.Key == "" || r.Header.Get("Idempotency-Key") != e.Key || len(e.Contents) != len(e.Documents) {
		return nil, errors.New("no key, or documents are missing")
	}
	e.digest = hex.EncodeToString(sum.Sum(nil))
	return e, nil
}

// Conform fails the test where the register at an address does not keep the contract. It enters a few
// documents, which stay.
func Conform(t *testing.T, address, token string) {
	adapter, err := register.NewHTTP(address, token)
	if err != nil {
		t.Fatal(err)
	}
	enter := func(d register.Document) (register.Number, error) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		return adapter.Enter(ctx, d)
	}
	run := rand.Text()
	in, out := document(run+"-in", true, "Lampione spento"), document(run+"-out", false, "Risposta")
	first, err := enter(in)
	if err != nil {
		t.Fatalf("a document that came in: %v", err)
	}
	if _, err := time.Parse(time.DateOnly, first.On); err != nil || first.Number == "" {
		t.Errorf("it is %+v", first)
	}
	if again, err := enter(in); err != nil || again != first {
		t.Errorf("the same again: %+v, then %+v, %v", first, again, err)
	}
	if second, err := enter(out); err != nil || second.Number == first.Number {
		t.Errorf("a document that went out: %+v after %+v, %v", second, first, err)
	}
	var refused *register.Refusal
	other := document(run+"-in", true, "Tutt'altro")
	if n, err := enter(other); !errors.As(err, &refused) || refused.Status != http.StatusConflict {
		t.Errorf("another document with the key of the first: %+v, %v", n, err)
	}
	if again, err := enter(in); err != nil || again != first {
		t.Errorf("the first after that: %+v, %v", again, err)
	}
	stranger, err := register.NewHTTP(address, token+"-x")
	if err != nil {
		t.Fatal(err)
	}
	var down *register.Down
	if n, err := stranger.Enter(t.Context(), document(run+"-no", true, "Di nessuno")); !errors.As(err, &down) ||
		down.Fault != register.FaultKey {
		t.Errorf("with another token: %+v, %v", n, err)
	}
}

func document(key string, incoming bool, subject string) register.Document {
	part := func(name, kind, text string) register.Part {
		sum := sha256.Sum256([]byte(text))
		return register.Part{Name: name, Type: kind, Size: int64(len(text)), SHA256: hex.EncodeToString(sum[:]),
			Open: func(context.Context) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
	}
	return register.Document{Key: civic.ID(key), Incoming: incoming, FiledOn: "2026-11-08",
		Request: "2026-000123", Procedure: "Istanza", Office: "URP", Subject: subject,
		Person: register.Person{Name: "Anna Però", Email: "anna@posta.example"},
		Parts: []register.Part{part("2026-000123.txt", "text/plain; charset=utf-8", subject+"\n"),
			part("pianta già vista.pdf", "application/pdf", "%PDF-"+strings.Repeat("x", 1<<20))}}
}
