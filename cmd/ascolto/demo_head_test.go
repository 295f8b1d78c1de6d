package main

import (
	"bytes"
	"slices"
	"testing"

	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/web"
)

// TestTheDemosOfficesHaveQuestionsToAnswer: who tries the town as the head or a member of an office finds
// discussions that wait for them, one of them late.
func TestTheDemosOfficesHaveQuestionsToAnswer(t *testing.T) {
	t.Parallel()
	settings := here(t)
	var out bytes.Buffer
	args := []string{"demo", "-contacts", "60", "-interactions", "0", "-answers", "0", "-threads", "14",
		"-posts", "40", "-requests", "24"}
	if err := run(t.Context(), args, func(name string) string { return settings[name] }, nil, nil, &out,
		&out); err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	a := opened(t, settings)
	defer a.mustClose(t)
	staff, err := a.Accounts.ListStaff(t.Context(), civic.System("test"), civic.PageRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range []civic.Role{civic.OfficeHead, civic.OfficeMember} {
		i := slices.IndexFunc(staff.Items, func(a accounts.Account) bool { return a.Holds(role) })
		who := civic.NewActor(civic.Actor{Account: staff.Items[i].ID, Roles: staff.Items[i].Roles,
			Offices: staff.Items[i].Offices}, web.Grants())
		waiting, err := a.Forum.Awaiting(t.Context(), who, forum.AwaitingFilter{Mine: true})
		late := slices.ContainsFunc(waiting.Items,
			func(t forum.Thread) bool { return t.Overdue(civic.Now()) })
		if err != nil || len(waiting.Items) < 2 || !late {
			t.Errorf("the %s has %d discussions to answer, late: %t, %v", role, len(waiting.Items), late, err)
		}
	}
}
