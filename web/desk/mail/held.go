package mail

import (
	"net/http"
	"net/url"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/notify"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

const heldPath = deskui.MailPath + "/addresses"

// heldPage lists addresses to which campaigns send nothing: all of them, by campaign and cause, or those of
// one such group.
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

// heldAddresses lists addresses to which campaigns send nothing.
func (p *Pages) heldAddresses(r *page.Request) error {
	return p.showHeld(r, http.StatusOK, heldPage{Form: r.NewForm(nil)}, civic.ID(r.Query("campaign")),
		r.Query("cause"))
}

// showHeld shows the addresses of a campaign and cause, all of them when cause is empty.
func (p *Pages) showHeld(r *page.Request, status int, view heldPage, campaign civic.ID, cause string) error {
	var err error
	if view.Groups, err = p.heldGroups(r); err != nil {
		return err
	}
	var of *notify.HeldGroup
	if cause != "" {
		view.Group = groupIn(view.Groups, campaign, cause)
		of = &view.Group.HeldGroup
	}
	list, err := p.Notify.HeldAddresses(r.Context(), r.Actor, of, r.PageRequest())
	if err != nil {
		return err
	}
	view.Items, view.Paging = list.Items, ui.PagingBy(heldPath, r.Queries(), list.Next).NewestFirst()
	view.MayRelease, view.MayOpen = r.Actor.Allowed(notify.PermSendCampaigns),
		r.Actor.Allowed(crm.PermReadContacts)
	return r.Page(status, heldAddresses(r.Frame(r.T("notify.mail_page.addresses")), view))
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

// heldGroups returns what is suspended by campaign and cause, with the names of the campaigns as far as they
// may be read.
func (p *Pages) heldGroups(r *page.Request) ([]heldGroup, error) {
	groups, err := p.Notify.HeldGroups(r.Context(), r.Actor)
	if err != nil {
		return nil, err
	}
	out := make([]heldGroup, len(groups))
	for i, g := range groups {
		out[i] = heldGroup{g, r.T("notify.held.single")}
		if g.Campaign == "" {
			continue
		}
		out[i].Name = string(g.Campaign)
		if c, err := p.Notify.Campaign(r.Context(), r.Actor, g.Campaign); err == nil {
			out[i].Name = c.Name
		}
	}
	return out, nil
}

// releaseAddress lets campaigns write to an address again.
func (p *Pages) releaseAddress(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	form := r.Form()
	reason := form.Line("reason", 200)
	if err = form.Err(); err == nil {
		err = p.Notify.Release(r.Context(), r.Actor, id, reason)
	}
	if again, ok := form.Again(err); ok {
		return p.showHeld(r, http.StatusUnprocessableEntity, heldPage{Form: again, Released: id}, "", "")
	}
	if err != nil {
		return err
	}
	return r.Redirect(heldPath, civic.Msg("notify.held.released"))
}

// releaseAddresses lets campaigns write again to all addresses that a campaign's refusals suspended for a
// cause.
func (p *Pages) releaseAddresses(r *page.Request) error {
	form := r.Form()
	g := notify.HeldGroup{Campaign: form.ID("campaign"), Cause: form.String("cause")}
	reason, n := form.Line("reason", 200), 0
	err := form.Err()
	if err == nil {
		n, err = p.Notify.ReleaseGroup(r.Context(), r.Actor, g, reason)
	}
	if again, ok := form.Again(err); ok {
		return p.showHeld(r, http.StatusUnprocessableEntity, heldPage{Form: again}, g.Campaign, g.Cause)
	}
	if err != nil {
		return err
	}
	return r.Redirect(heldPath, civic.Message{Key: "notify.held.released_all", Args: civic.Args{"Count": n}})
}
