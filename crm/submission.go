package crm

import (
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// The length of the keys that forms carry, in bytes.
const (
	leastKey = 16
	mostKey  = 64
)

// FormID returns the id of a document that a form creates: the form's key, so that sending the form twice
// creates one document; a fresh id when there is no form. A key that no form of ours carries is Invalid.
func FormID(formKey string) (civic.ID, error) {
	if formKey == "" {
		return docstore.NewID(), nil
	}
	if len(formKey) < leastKey || len(formKey) > mostKey {
		return "", civic.NewError(civic.Invalid, "crm.error.form_key")
	}
	return civic.ParseID(formKey)
}
