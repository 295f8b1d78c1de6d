package testtown

import (
	"errors"
	"testing"

	"ascolto/internal/civic"
)

// Check ends the test at an error.
func Check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// WantCode fails the test when err has another code.
func WantCode(t testing.TB, err error, want civic.Code) {
	t.Helper()
	if got := civic.CodeOf(err); got != want {
		t.Errorf("code is %q, want %q (%v)", got, want, err)
	}
}

// Fields returns the names of the fields that an error is about, in its order.
func Fields(err error) []string {
	e, ok := errors.AsType[*civic.Error](err)
	if !ok {
		return nil
	}
	var fields []string
	for _, f := range e.Fields {
		fields = append(fields, f.Field)
	}
	return fields
}
