package main

import (
	"bytes"
	"testing"

	"ascolto/crm"
	"ascolto/internal/civic"
)

// TestTheDemosConsentsSayWhoGaveThem: a choice of the personal area or of a mail's link was recorded by
// nobody else, any other by a colleague who is named; none comes from an archive that the demo does not have.
func TestTheDemosConsentsSayWhoGaveThem(t *testing.T) {
	t.Parallel()
	settings := here(t)
	var out bytes.Buffer
	args := []string{"demo", "-contacts", "300", "-interactions", "0", "-answers", "0", "-threads", "0",
		"-posts", "0", "-requests", "0"}
	if err := run(t.Context(), args, func(name string) string { return settings[name] }, nil, nil, &out,
		&out); err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	a := opened(t, settings)
	defer a.mustClose(t)
	seen := map[crm.Source]int{}
	for cursor := ""; ; {
		page, err := a.CRM.Contacts(t.Context(), civic.System("test"), crm.ContactFilter{},
			civic.PageRequest{Size: 100, Cursor: cursor})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range page.Items {
			for _, row := range c.Consents {
				seen[row.Source]++
				if named := row.By != "" && row.ByName != ""; named == row.Source.Personal() ||
					row.Source == crm.FromLoad {
					t.Errorf("%s: a consent that came by %q was recorded by %q", c.FullName(), row.Source,
						row.ByName)
				}
			}
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	for _, source := range []crm.Source{crm.FromWeb, crm.FromPhone, crm.FromDesk, crm.FromPaper,
		crm.FromUnsubscribe} {
		if seen[source] == 0 {
			t.Errorf("no consent came by %q", source)
		}
	}
}
