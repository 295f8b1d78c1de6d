package main

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"ascolto/internal/civic"
	"ascolto/web/locale"
)

// TestErrorsAreExplained: who runs the program reads sentences, never keys of the catalogues.
func TestErrorsAreExplained(t *testing.T) {
	t.Parallel()
	full := civic.Wrap(civic.Full, "error.full", errors.New("disk I/O error"))
	long := civic.NewErrorArgs(civic.Invalid, "error.text.long", civic.Args{"Max": 80})
	form := &civic.Error{Code: civic.Invalid, Message: civic.Msg("error.form"),
		Fields: []civic.FieldError{{Field: "email", Message: civic.Msg("error.required")}}}
	for _, c := range []struct {
		err           error
		shown, logged string
	}{
		{errors.New("plain"), "plain", "plain"},
		{fmt.Errorf("crm: %w", full), "crm: the disk that holds the data is full", "disk I/O error"},
		{errors.Join(long, errors.New("and more")), "at most 80 characters.\nand more",
			"something in the input is wrong\nand more"},
		{fmt.Errorf("user: %w", form),
			"user: Some of what you entered is not right. email: Fill in this field.",
			"email: Fill in this field."},
		{civic.Wrap(civic.Unavailable, "error.unavailable", fmt.Errorf("audit: %w", full)),
			"audit: the disk that holds the data is full", "is full"},
	} {
		shown, logged := newExplainer(true).explain(c.err), newExplainer(false).explain(c.err)
		if !strings.Contains(shown, c.shown) || strings.Contains(shown, "error.") {
			t.Errorf("%v is shown as %q", c.err, shown)
		}
		if !strings.Contains(logged, c.logged) || strings.Contains(logged, "error.") ||
			strings.Contains(logged, "80") {
			t.Errorf("%v is logged as %q", c.err, logged)
		}
	}
}

// TestEveryCodeHasWords: there is a sentence for each kind of failure.
func TestEveryCodeHasWords(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	texts, err := locale.Load(slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range []civic.Code{
		civic.Invalid, civic.Unauthenticated, civic.Forbidden, civic.NotFound, civic.Conflict, civic.Gone,
		civic.Limited, civic.TooLarge,
		civic.Full, civic.Unavailable, civic.Internal,
	} {
		for _, lang := range locale.Langs() {
			if !texts.In(lang).Has("core.operator." + string(code)) {
				t.Errorf("%s has no words in %s", code, lang)
			}
		}
	}
}
