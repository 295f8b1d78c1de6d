package desk

import (
	"net/http"
	"net/url"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/notify"
	"ascolto/web/ui"
	"ascolto/web/visit"
)

const heldPath = mailPath + "/addresses"

// heldPage lists addresses to which campaigns send nothing: all of them, by campaign and cause, or those of one such group.
type heldPage struct {
	Groups     []heldGroup
	Group      *heldGroup // the chosen one; nil: all
	Items      []notify.HeldAddress
	Paging     ui.Paging
	Form       ui.Form
	Released   civic.ID // the one whose release was refused
	MayRelease bool
	MayOpen    bool // the contacts whose addresses they are
}

// heldGroup is the addresses that a campaign's refusals suspended for a cause.
type heldGroup struct {
	notify.HeldGroup
	Name string // of the campaign
}

// url returns the address of the page that shows g alone.
func (g heldGroup) url() string {
	return heldPath + "?" + url.Values{"cause": {g.Cause}, "campaign": {string(g.Campaign)}}.Encode()
}

// HeldAddresses lists addresses to which campaigns send nothing.
func (p *Pages) HeldAddresses(v *visit.Visit) error {
	return p.showHeld(v, http.StatusOK, heldPage{Form: v.NewForm(nil)}, civic.ID(v.Query("campaign")), v.Query("cause"))
}

// showHeld shows the addresses of a campaign and cause, all of them when cause is empty.
func (p *Pages) showHeld(v *visit.Visit, status int, page heldPage, campaign civic.ID, cause string) error {
	var err error
	if page.Groups, err = p.heldGroups(v); err != nil {
		return err
	}
	var of *notify.HeldGroup
	if cause != "" {
		page.Group = groupIn(page.Groups, campaign, cause)
		of = &page.Group.HeldGroup
	}
	list, err := p.Notify.HeldAddresses(v.Context(), v.Actor, of, v.PageRequest())
	if err != nil {
		return err
	}
	page.Items, page.Paging = list.Items, ui.PagingBy(heldPath, v.Queries(), list.Next).NewestFirst()
	page.MayRelease, page.MayOpen = v.Actor.Allowed(notify.PermSendCampaigns), v.Actor.Allowed(crm.PermReadContacts)
	return v.Page(status, heldAddresses(v.Frame(v.T("notify.mail_page.addresses")), page))
}

// groupIn returns the group of a campaign and cause, an empty one when nothing is suspended there any more.
func groupIn(groups []heldGroup, campaign civic.ID, cause string) *heldGroup {
	for _, g := range groups {
		if g.Campaign == campaign && g.Cause == cause {
			return &g
		}
	}
	return &heldGroup{HeldGroup: notify.HeldGroup{Campaign: campaign, Cause: cause}}
}

// heldGroups returns what is suspended by campaign and cause, with the names of the campaigns as far as they may be read.
func (p *Pages) heldGroups(v *visit.Visit) ([]heldGroup, error) {
	groups, err := p.Notify.HeldGroups(v.Context(), v.Actor)
	if err != nil {
		return nil, err
	}
	out := make([]heldGroup, len(groups))
	for i, g := range groups {
		out[i] = heldGroup{g, v.T("notify.held.single")}
		if g.Campaign == "" {
			continue
		}
		out[i].Name = string(g.Campaign)
		if c, err := p.Notify.Campaign(v.Context(), v.Actor, g.Campaign); err == nil {
			out[i].Name = c.Name
		}
	}
	return out, nil
}

// ReleaseAddress lets campaigns write to an address again.
func (p *Pages) ReleaseAddress(v *visit.Visit) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	form := v.Form()
	reason := form.Line("reason", 200)
	if err = form.Err(); err == nil {
		err = p.Notify.Release(v.Context(), v.Actor, id, reason)
	}
	if again, ok := form.Again(err); ok {
		return p.showHeld(v, http.StatusUnprocessableEntity, heldPage{Form: again, Released: id}, "", "")
	}
	if err != nil {
		return err
	}
	return v.Redirect(heldPath, civic.Msg("notify.held.released"))
}

// ReleaseAddresses lets campaigns write again to all addresses that a campaign's refusals suspended for a cause.
func (p *Pages) ReleaseAddresses(v *visit.Visit) error {
	form := v.Form()
	g := notify.HeldGroup{Campaign: form.ID("campaign"), Cause: form.String("cause")}
	reason, n := form.Line("reason", 200), 0
	err := form.Err()
	if err == nil {
		n, err = p.Notify.ReleaseGroup(v.Context(), v.Actor, g, reason)
	}
	if again, ok := form.Again(err); ok {
		return p.showHeld(v, http.StatusUnprocessableEntity, heldPage{Form: again}, g.Campaign, g.Cause)
	}
	if err != nil {
		return err
	}
	return v.Redirect(heldPath, civic.Message{Key: "notify.held.released_all", Args: civic.Args{"Count": n}})
}
