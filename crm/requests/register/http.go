package register

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/routine"
)

// Down is why a register cannot take a document now.
type Down struct {
	Fault  Fault
	Status int           // of HTTP; 0: nothing answered
	After  time.Duration // how long it asked to wait
}

// Error returns why, for logs.
func (d *Down) Error() string {
	return fmt.Sprintf("the register does not take documents now: %s (%d)", d.Fault, d.Status)
}

// The bounds of what a register answers.
const (
	maxAnswer = 64 << 10 // bytes
	maxNumber = 60       // characters
	maxReason = 300
	maxAfter  = 24 * time.Hour
)

// HTTP speaks to a register by the contract in docs/protocollo.md: one multipart POST a document, its key in
// Idempotency-Key, the number in the answer.
type HTTP struct {
	url, token string
	client     *http.Client
}

// NewHTTP returns an adapter for the register at an address, which has to be https unless it is on this
// machine. Redirects are not followed: what is sent holds people's words.
func NewHTTP(address, token string) (*HTTP, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && !localHTTP(u) {
		return nil, errors.New("is no address such as https://protocollo.comune.example.it/ascolto")
	}
	if token == "" || strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, errors.New("needs a token of printable signs without spaces")
	}
	return &HTTP{url: u.String(), token: token, client: &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

func localHTTP(u *url.URL) bool {
	host := u.Hostname()
	return u.Scheme == "http" && (host == "localhost" || host == "127.0.0.1" || host == "::1")
}

// wire is a Document as it is sent.
type wire struct {
	Key       civic.ID   `json:"key"`
	Direction string     `json:"direction"` // "in" or "out"
	FiledOn   string     `json:"filed_on"`
	Request   string     `json:"request"`
	Procedure string     `json:"procedure"`
	Office    string     `json:"office"`
	Subject   string     `json:"subject"`
	Person    Person     `json:"person"`
	Documents []wirePart `json:"documents"`
}

type wirePart struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// answer is what a register says.
type answer struct {
	Number       string `json:"number"`
	RegisteredOn string `json:"registered_on"`
	Register     string `json:"register"`

	Title  string `json:"title"` // of application/problem+json
	Detail string `json:"detail"`
}

// Enter implements Adapter.
func (h *HTTP) Enter(ctx context.Context, d Document) (Number, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	body, pipe := io.Pipe()
	form := multipart.NewWriter(pipe)
	written := routine.Go(slog.Default(), "a document for the register", func() error {
		return writeDocument(ctx, form, d) // ends with the request: then nobody reads the pipe
	}, func(err error) { _ = pipe.CloseWithError(err) }) // never fails
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.url, body)
	if err != nil {
		return Number{}, err
	}
	req.Header.Set("Content-Type", form.FormDataContentType())
	req.Header.Set("Authorization", "Bearer "+h.token)
	req.Header.Set("Idempotency-Key", string(d.Key))
	req.Header.Set("Accept", "application/json, application/problem+json")
	resp, err := h.client.Do(req)
	_ = body.Close() // what is still being written ends
	writeErr := <-written
	if err != nil {
		if down, ok := errors.AsType[*Down](writeErr); ok {
			return Number{}, down
		}
		return Number{}, &Down{Fault: FaultUnreachable}
	}
	defer resp.Body.Close()
	said, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return Number{}, &Down{Fault: FaultUnreachable}
	}
	return read(resp, said)
}

// writeDocument writes a document as multipart/form-data: "entry" in JSON, then each "document".
func writeDocument(ctx context.Context, form *multipart.Writer, d Document) error {
	w := wire{Key: d.Key, Direction: "out", FiledOn: d.FiledOn, Request: d.Request, Procedure: d.Procedure,
		Office: d.Office, Subject: d.Subject, Person: d.Person}
	if d.Incoming {
		w.Direction = "in"
	}
	for _, p := range d.Parts {
		w.Documents = append(w.Documents, wirePart{p.Name, p.Type, p.Size, p.SHA256})
	}
	head := textproto.MIMEHeader{}
	head.Set("Content-Disposition", `form-data; name="entry"`)
	head.Set("Content-Type", "application/json")
	part, err := form.CreatePart(head)
	if err == nil {
		err = json.NewEncoder(part).Encode(w)
	}
	for _, p := range d.Parts {
		if err == nil {
			err = writePart(ctx, form, p)
		}
	}
	if err != nil {
		return err
	}
	return form.Close()
}

func writePart(ctx context.Context, form *multipart.Writer, p Part) error {
	from, err := p.Open(ctx)
	if err != nil {
		return err
	}
	defer from.Close()
	head := textproto.MIMEHeader{}
	head.Set("Content-Disposition",
		mime.FormatMediaType("form-data", map[string]string{"name": "document", "filename": p.Name}))
	head.Set("Content-Type", p.Type)
	part, err := form.CreatePart(head)
	if err != nil {
		return err
	}
	_, err = io.Copy(part, from)
	return err
}

// read returns what a register answered.
func read(resp *http.Response, said []byte) (Number, error) {
	var a answer
	bad := json.Unmarshal(said, &a)
	switch code := resp.StatusCode; {
	case code == http.StatusOK || code == http.StatusCreated:
		n := Number{Number: line(a.Number, maxNumber+1), On: a.RegisteredOn, Register: line(a.Register, maxNumber)}
		_, err := time.Parse(time.DateOnly, n.On)
		if bad != nil || err != nil || n.Number == "" || len([]rune(n.Number)) > maxNumber {
			return Number{}, &Down{Fault: FaultAnswer, Status: code}
		}
		return n, nil
	case code == http.StatusUnauthorized || code == http.StatusForbidden:
		return Number{}, &Down{Fault: FaultKey, Status: code}
	case code == http.StatusRequestTimeout || code == http.StatusTooEarly ||
		code == http.StatusTooManyRequests || code < 400 || code >= 500:
		return Number{}, &Down{Fault: FaultBusy, Status: code, After: after(resp.Header.Get("Retry-After"))}
	default:
		return Number{}, &Refusal{Status: code, Reason: line(strings.TrimSpace(a.Title+" "+a.Detail), maxReason)}
	}
}

// after returns how long a register asks to wait, by Retry-After in seconds; 0 when it does not say.
func after(s string) time.Duration {
	n, err := strconv.ParseUint(strings.TrimSpace(s), 10, 20)
	if err != nil {
		return 0
	}
	return min(time.Duration(n)*time.Second, maxAfter)
}

// line returns what a register wrote as one line of at most so many characters.
func line(s string, most int) string {
	s = strings.Join(strings.Fields(civic.Bare(strings.ToValidUTF8(s, ""))), " ")
	if r := []rune(s); len(r) > most {
		s = string(r[:most])
	}
	return s
}
