package requests

import (
	"maps"
	"net/url"
	"slices"
	"strconv"

	"ascolto/crm/requests"
	"ascolto/internal/civic"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// placeParam is where in its page of the queue a request stood when it was opened from there: a request that
// has left the queue since has its follower in that place.
const placeParam = "n"

// neighbours are the requests beside one in the queue from which it was opened, as that was filtered and
// sorted; all are empty for one that was opened from elsewhere.
type neighbours struct {
	Previous, Next string
	Queue          string // the queue itself
	query          string // by which they are found again, with the question mark
}

// rowURL returns where a request of the queue is opened, from its place in the page.
func (p queuePage) rowURL(place int, id civic.ID) string {
	q := maps.Clone(p.Query)
	q.Del("ticked")
	q.Set(placeParam, strconv.Itoa(place))
	return requestPath(id) + "?" + q.Encode()
}

// readNeighbours returns those of a request. An address that lists nothing the reader may see has none.
func (p *Pages) readNeighbours(r *page.Request, id civic.ID) (beside neighbours, err error) {
	place, err := strconv.Atoi(r.Query(placeParam))
	if err != nil || place < 0 {
		return neighbours{}, nil
	}
	view, at := readQueue(r), deskui.Rows(r)
	list, err := p.Requests.Queue(r.Context(), r.Actor, view.Filter, at)
	switch civic.CodeOf(err) {
	case "":
	case civic.Forbidden, civic.Invalid:
		return neighbours{}, nil
	default:
		return neighbours{}, err
	}
	beside.query = "?" + view.Query.Encode()
	view.Query.Del(placeParam)
	beside.Queue = queuePath + "?" + view.Query.Encode()
	next := place
	if n := slices.IndexFunc(list.Items, func(o requests.Request) bool { return o.ID == id }); n >= 0 {
		place, next = n, n+1
	}
	if before := min(place, len(list.Items)) - 1; before >= 0 {
		beside.Previous = view.rowURL(before, list.Items[before].ID)
	}
	switch {
	case next < len(list.Items):
		beside.Next = view.rowURL(next, list.Items[next].ID)
	case list.Next != "":
		at.Cursor = list.Next
		if list, err = p.Requests.Queue(r.Context(), r.Actor, view.Filter, at); err != nil {
			return beside, err
		}
		if len(list.Items) > 0 {
			view.Query = maps.Clone(view.Query)
			view.Query.Set(ui.CursorParam, at.Cursor)
			beside.Next = view.rowURL(0, list.Items[0].ID)
		}
	}
	return beside, nil
}

// keptPath returns where a request is, with the queue that it was opened from.
func keptPath(id civic.ID, query url.Values) string {
	if !query.Has(placeParam) {
		return requestPath(id)
	}
	return requestPath(id) + "?" + query.Encode()
}
