package civic

import (
	"errors"
	"fmt"
	"strings"
)

// Code says what kind of failure an Error is; web turns it into a status.
type Code string

// The codes. Anything that is no *Error counts as Internal.
const (
	Invalid         Code = "invalid"         // the input is wrong; the person can mend it
	Unauthenticated Code = "unauthenticated" // sign in first
	Forbidden       Code = "forbidden"       // signed in, but not allowed
	NotFound        Code = "not_found"       // there is no such thing, or the actor may not know of it
	Conflict        Code = "conflict"        // it exists already, or somebody changed it meanwhile
	Gone            Code = "gone"            // it existed and was withdrawn or has closed
	Limited         Code = "limited"         // too many tries; later is fine
	TooLarge        Code = "too_large"       // over a size limit
	Full            Code = "full"            // no space left to store it
	Unavailable     Code = "unavailable"     // something we depend on does not answer; later is fine
	Internal        Code = "internal"        // our fault; the cause is logged, never shown
)

// Args are the values a catalogue message is filled with.
type Args map[string]any

// Decimal is a number among Args that is written with all its digits after the point, as the reader's
// language does.
type Decimal float64

// Message names a text of the catalogues; Args fill its gaps.
type Message struct {
	Key  string
	Args Args
}

// Msg returns the message of a key without arguments.
func Msg(key string) Message { return Message{Key: key} }

// FieldError is what is wrong with one field of a form.
type FieldError struct {
	Field   string
	Message Message
}

// Error is the one error type that crosses package borders: a code, a catalogue message for the person, the
// fields it is about, and the cause, which only logs show.
type Error struct {
	Code    Code
	Message Message
	Fields  []FieldError
	Denied  Permission // which one the actor of a Forbidden error lacks, where it is one
	Cause   error
}

// Error returns a text for logs: code, key, fields and cause, never the arguments, which may hold personal
// data.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s)", e.Message.Key, e.Code)
	for _, f := range e.Fields {
		fmt.Fprintf(&b, " %s: %s", f.Field, f.Message.Key)
	}
	if e.Cause != nil {
		fmt.Fprintf(&b, ": %v", e.Cause)
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// NewError returns an Error with a message key and no arguments.
func NewError(code Code, key string) *Error { return &Error{Code: code, Message: Msg(key)} }

// NewErrorArgs returns an Error whose message is filled with args.
func NewErrorArgs(code Code, key string, args Args) *Error {
	return &Error{Code: code, Message: Message{Key: key, Args: args}}
}

// Wrap returns an Error that hides cause behind a message key.
func Wrap(code Code, key string, cause error) *Error {
	return &Error{Code: code, Message: Msg(key), Cause: cause}
}

// CodeOf returns the code of the first *Error in err's chain, Internal for any other error, and "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}

// Problems gathers the field errors of one form, so that a person sees all of them at once.
type Problems struct{ fields []FieldError }

// Add notes that field is wrong for the reason named by key.
func (p *Problems) Add(field, key string, args ...Args) {
	m := Message{Key: key}
	if len(args) > 0 {
		m.Args = args[0]
	}
	p.fields = append(p.fields, FieldError{Field: field, Message: m})
}

// Check adds err's message under field when err is not nil.
func (p *Problems) Check(field string, err error) {
	var e *Error
	switch {
	case err == nil:
	case errors.As(err, &e):
		p.fields = append(p.fields, FieldError{Field: field, Message: e.Message})
	default:
		p.fields = append(p.fields, FieldError{Field: field, Message: Msg("error.internal")})
	}
}

// Err returns nil when nothing was added, else one Invalid error that carries every field error.
func (p *Problems) Err() error {
	if len(p.fields) == 0 {
		return nil
	}
	return &Error{Code: Invalid, Message: Msg("error.form"), Fields: p.fields}
}
