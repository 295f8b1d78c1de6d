package crm

import (
	"encoding/json"
	"fmt"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// The length of the keys that forms carry, in bytes.
const (
	leastKey = 16
	mostKey  = 64
)

// newID returns the id of a document that a form creates: the form's key, so that sending the form twice creates one document;
// a fresh id when there is no form. A key that no form of ours carries is Invalid.
func newID(formKey string) (civic.ID, error) {
	if formKey == "" {
		return docstore.NewID(), nil
	}
	if len(formKey) < leastKey || len(formKey) > mostKey {
		return "", civic.NewError(civic.Invalid, "crm.error.form_key")
	}
	return civic.ParseID(formKey)
}

// submission returns a digest of what was sent by whom, by which a form sent twice is told from two forms with one key.
func (s *Service) submission(by civic.Actor, form any) (string, error) {
	b, err := json.Marshal(form)
	if err != nil {
		return "", civic.Wrap(civic.Internal, "error.internal", fmt.Errorf("crm: digest of a form: %w", err))
	}
	return s.vault.Digest(purposeForm, string(by.Account)+"\n"+string(by.Contact)+"\n"+string(b)), nil
}
