package desk

import (
	"context"
	"net/http"
	"slices"

	"ascolto/crm"
	"ascolto/forum"
	"ascolto/internal/civic"
	"ascolto/notify"
	"ascolto/search"
	"ascolto/surveys"
	"ascolto/web/ui"
	"ascolto/web/visit"
)

// tile is one number on the start page of the desk, and the page it is about.
type tile struct {
	Path  string
	Label string
	Count int
	More  bool // there are more than were counted
}

// counted says how a number of the start page is found: who sees it, and how it is counted.
type counted struct {
	path  string // shown only to those whose navigation has it
	key   string
	may   civic.Permission
	count func(context.Context, civic.Actor) (n int, more bool, err error)
}

// numbers lists what the start page counts, in its order: first what waits to be done.
func (p *Pages) numbers() []counted {
	return []counted{
		{"/desk/forum", "desk.home.awaiting", forum.PermAnswer, p.awaiting},
		{"/desk/forum", "desk.home.reported", forum.PermModerate, p.reported},
		{"/desk/campaigns", "desk.home.scheduled", notify.PermReadCampaigns, p.campaigns(notify.Scheduled)},
		{"/desk/campaigns", "desk.home.running", notify.PermReadCampaigns, p.campaigns(notify.Running)},
		{"/desk/surveys", "desk.home.open_surveys", surveys.PermRead, p.openSurveys},
		{"/desk/contacts", "desk.home.contacts", crm.PermReadContacts, p.contacts},
	}
}

// Home shows what waits for this member of staff, and where the rest is.
func (p *Pages) Home(v *visit.Visit) error {
	f := v.Frame(v.T("desk.home.title"))
	var tiles []tile
	for _, c := range p.numbers() {
		offered := slices.ContainsFunc(f.Desk, func(item ui.NavItem) bool { return item.Path == c.path })
		if !offered || !v.Actor.Allowed(c.may) {
			continue
		}
		n, more, err := c.count(v.Context(), v.Actor)
		if err != nil {
			return err
		}
		tiles = append(tiles, tile{Path: c.path, Label: f.T(c.key), Count: n, More: more})
	}
	held, err := p.mailHeld(v)
	if err != nil {
		return err
	}
	return v.Page(http.StatusOK, home(f, tiles, held))
}

// mailHeld reports whether all mail is held, to those who may know.
func (p *Pages) mailHeld(v *visit.Visit) (bool, error) {
	if !v.Actor.Allowed(notify.PermReadMail) {
		return false, nil
	}
	status, err := p.Notify.Status(v.Context(), v.Actor)
	return status.Held, err
}

// few is how far a number is counted by reading a list.
const few = civic.MaxPageSize

func page[T any](p civic.Page[T], err error) (int, bool, error) {
	return len(p.Items), p.Next != "", err
}

func (p *Pages) awaiting(ctx context.Context, by civic.Actor) (int, bool, error) {
	return page(p.Forum.Awaiting(ctx, by, forum.AwaitingFilter{Mine: true, Page: civic.PageRequest{Size: few}}))
}

func (p *Pages) reported(ctx context.Context, by civic.Actor) (int, bool, error) {
	return page(p.Forum.Queue(ctx, by, civic.PageRequest{Size: few}))
}

func (p *Pages) campaigns(state notify.CampaignState) func(context.Context, civic.Actor) (int, bool, error) {
	return func(ctx context.Context, by civic.Actor) (int, bool, error) {
		return page(p.Notify.Campaigns(ctx, by, state, civic.PageRequest{Size: few}))
	}
}

func (p *Pages) openSurveys(ctx context.Context, _ civic.Actor) (int, bool, error) {
	list, err := p.Surveys.Surveys(ctx, civic.PageRequest{Size: 1})
	return len(list.Open), false, err
}

// contacts asks the index, which knows how many there are without reading them.
func (p *Pages) contacts(ctx context.Context, _ civic.Actor) (int, bool, error) {
	n, err := p.Search.Count(ctx, search.Query{Kinds: []string{crm.DocContact}, Scopes: []search.Scope{crm.ScopeContacts}})
	return n, false, err
}

func number(t tile) civic.Args { return civic.Args{"Number": t.Count} }
