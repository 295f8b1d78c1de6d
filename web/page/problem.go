package page

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"ascolto/internal/civic"
)

// Problem is an error as a program reads it (RFC 9457), in the words of the reader's language. Its type
// is always "about:blank": what went wrong is told by the status, and more exactly by the code.
type Problem struct {
	Title   string
	Status  int
	Detail  string
	Code    string         // names the error in every language: the key of its text
	Request string         // by which the log knows it; empty where there is nothing to look up
	Fields  []FieldProblem // what is wrong with which field, named as the forms of the desk name it
	Members map[string]any // what else this kind of error tells
}

// FieldProblem is what is wrong with one field.
type FieldProblem struct {
	Field  string `json:"field"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

// MarshalJSON returns the members that RFC 9457 names, and ours beside them.
func (p Problem) MarshalJSON() ([]byte, error) {
	all := maps.Clone(p.Members)
	if all == nil {
		all = map[string]any{}
	}
	all["type"], all["title"], all["status"], all["detail"] = "about:blank", p.Title, p.Status, p.Detail
	all["code"] = p.Code
	if p.Request != "" {
		all["request"] = p.Request
	}
	if len(p.Fields) > 0 {
		all["errors"] = p.Fields
	}
	return json.Marshal(all)
}

// Problem answers with an error for a program.
func (r *Request) Problem(p Problem) error { return r.sendJSON(p.Status, problemType, p) }

// JSON answers a program. What it is told is in no cache.
func (r *Request) JSON(status int, body any) error { return r.sendJSON(status, jsonType, body) }

func (r *Request) sendJSON(status int, mediaType string, body any) error {
	b, err := json.Marshal(body)
	if err != nil {
		return civic.Wrap(civic.Internal, "error.internal", fmt.Errorf("page: answer: %w", err))
	}
	r.c.Status(status)
	r.c.Set(fiber.HeaderContentType, mediaType)
	r.c.Set(fiber.HeaderContentLanguage, string(r.Lang))
	r.c.Set(fiber.HeaderVary, "Accept, Accept-Language, Authorization")
	r.c.Set(fiber.HeaderCacheControl, "no-store")
	return r.c.Send(append(b, '\n'))
}

// FieldProblems returns the fields of an error in the reader's language.
func (r *Request) FieldProblems(fields []civic.FieldError) []FieldProblem {
	var out []FieldProblem
	for _, f := range fields {
		out = append(out, FieldProblem{Field: f.Field, Code: f.Message.Key, Detail: r.L.Message(f.Message)})
	}
	return out
}

// Refusal is an error that a program is told with a status of its own, or with more than words.
type Refusal struct {
	Cause   error
	Status  int // 0: that of the cause
	Members map[string]any
}

// Error returns the cause's text, for logs.
func (r *Refusal) Error() string { return r.Cause.Error() }

// Unwrap returns the cause.
func (r *Refusal) Unwrap() error { return r.Cause }

// refused returns an error with a status that no code of civic stands for.
func refused(status int, key string, args ...civic.Args) error {
	e := civic.NewError(civic.Invalid, key)
	if len(args) > 0 {
		e.Message.Args = args[0]
	}
	return &Refusal{Cause: e, Status: status}
}

// Unacceptable is the error for a program that reads no JSON.
func Unacceptable() error { return refused(http.StatusNotAcceptable, "api.error.accept") }
