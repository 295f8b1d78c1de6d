package home

import (
	"slices"
	"strings"

	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// step is one thing to see to before a new installation serves citizens.
type step struct {
	Key  string // desk.steps.… has what is to be done, and with _hint how
	Path string // where it is done; empty when it is done outside the program
	Note string
	Done bool
}

// neededRoles lists the roles without which some duty of the program is nobody's.
func neededRoles() []civic.Role {
	return []civic.Role{civic.Operator, civic.Communication, civic.Moderator, civic.DataProtection}
}

// firstSteps are what an administrator sees to before citizens come, in a sensible order; none when all of it
// is done.
func (p *Pages) firstSteps(req *page.Request, town ui.Municipality) ([]step, error) {
	if !req.Actor.Allowed(accounts.PermManage) {
		return nil, nil
	}
	r, err := deskui.ReadReference(req, p.Reference)
	if err != nil {
		return nil, err
	}
	areas, err := p.Forum.Areas(req.Context())
	if err != nil {
		return nil, err
	}
	staff, err := deskui.ReadStaff(req, p.Accounts)
	if err != nil {
		return nil, err
	}
	mail, err := p.Notify.Status(req.Context(), req.Actor)
	if err != nil {
		return nil, err
	}
	missing := missingRoles(req, staff)
	steps := []step{
		{Key: "town", Done: !town.Sample},
		{Key: "districts", Path: "/desk/settings", Done: len(r.Districts) > 0},
		{Key: "areas", Path: "/desk/forum/areas", Done: len(areas) > 0},
		{Key: "colleagues", Path: "/desk/users/new", Done: missing == "", Note: missing},
		{Key: "mail", Path: deskui.MailPath, Done: !mail.Kept},
	}
	if !slices.ContainsFunc(steps, func(s step) bool { return !s.Done }) {
		return nil, nil
	}
	return steps, nil
}

// missingRoles returns the names of the needed roles that nobody holds.
func missingRoles(r *page.Request, staff []accounts.Account) string {
	var names []string
	for _, role := range neededRoles() {
		holds := func(a accounts.Account) bool { return !a.Disabled && slices.Contains(a.Roles, role) }
		if !slices.ContainsFunc(staff, holds) {
			names = append(names, r.T("accounts.role."+string(role)))
		}
	}
	if len(names) == 0 {
		return ""
	}
	return r.T("desk.steps.missing", civic.Args{"Roles": strings.Join(names, ", ")})
}
