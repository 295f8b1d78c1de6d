package web_test

import (
	"net/url"
	"testing"

	"ascolto/crm"
	"ascolto/web/webtest"
)

// TestStaffTakeAnAddressOff: an address that staff take off a contact, by its form or by a program, ends what
// is signed in with it; another edit does not, and nobody else is signed out.
func TestStaffTakeAnAddressOff(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	neighbour := d.signInCitizen(t, "ugo@posta.example")
	ways := map[string]func(t *testing.T, b *webtest.Browser, email string){
		"anna@posta.example": func(t *testing.T, b *webtest.Browser, email string) {
			path := "/desk/contacts/" + string(d.whose(t, b).Contact)
			desk := d.As(t, d.Desk)
			wants(t, desk.Submit(desk.Get(path+"/edit"), path,
				url.Values{"family_name": {"Bo"}, "emails.1": {email}}), 303)
		},
		"bea@posta.example": func(t *testing.T, b *webtest.Browser, email string) {
			_, err := d.CRM.PatchContact(t.Context(), d.Desk, d.whose(t, b).Contact,
				crm.ContactPatch{Fields: map[string][]string{"family_name": {"Bo"}, "emails": {email}}})
			if err != nil {
				t.Fatal(err)
			}
		},
	}
	for email, edit := range ways {
		b := d.signInCitizen(t, email)
		edit(t, b, email)
		if page := b.Get(profilePath); page.Status != 200 {
			t.Errorf("%s: signed out by an edit of the name: %d", email, page.Status)
		}
		edit(t, b, "altro."+email)
		if page := b.Get(profilePath); page.Status != 303 {
			t.Errorf("%s: who signed in with it reads on: %d", email, page.Status)
		}
	}
	if page := neighbour.Get(profilePath); page.Status != 200 {
		t.Errorf("a neighbour is signed out: %d", page.Status)
	}
}
