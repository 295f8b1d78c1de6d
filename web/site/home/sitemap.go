package home

import (
	"context"
	"encoding/xml"
	"strconv"
	"strings"
	"sync"
	"time"

	"ascolto/forum"
	"ascolto/internal/civic"
	"ascolto/internal/memo"
	"ascolto/web/page"
	"ascolto/web/site/siteui"
)

// The bounds of the sitemap: sitemaps.org allows 50,000 addresses in a part, and ours stay far below.
const (
	sitemapPart = 5000          // addresses of one part
	sitemapMost = 50_000        // addresses in all, the discussions active last first
	sitemapLife = 1 * time.Hour // how long a list is kept when nothing was written
	// Making a list reads every discussion; a list that something was written after is made again when this
	// many times as long has passed.
	sitemapRest = 20
)

// place is an address that search engines may list, and when it changed; zero when that says nothing.
type place struct {
	path    string
	changed time.Time
}

// sitemap is the list of places, kept for a while: what is hidden, withdrawn or closed leaves it at once or
// nearly.
type sitemap struct {
	turn   memo.Turn  // who makes a list has it
	mu     sync.Mutex // of what follows, never held while a list is made
	places []place
	made   time.Time
	took   time.Duration // to make it
	before string        // the edition of what it was made from
}

// holds reports whether the list still shows what there is, or was made so lately that it must do.
func (s *sitemap) holds(edition string, now time.Time) bool {
	age := now.Sub(s.made)
	return age < sitemapRest*s.took || edition != "" && edition == s.before && age < sitemapLife
}

type xmlPlace struct {
	Loc     string `xml:"loc"`
	LastMod string `xml:"lastmod,omitempty"`
}

type urlSet struct {
	XMLName xml.Name   `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
	Places  []xmlPlace `xml:"url"`
}

type sitemapIndex struct {
	XMLName xml.Name   `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 sitemapindex"`
	Parts   []xmlPlace `xml:"sitemap"`
}

// sitemap answers with all public addresses, or where they are too many for one list with the addresses of
// its parts.
func (p *Pages) sitemap(r *page.Request) error {
	places, made, err := p.places(r.Context())
	if err != nil {
		return err
	}
	if len(places) <= sitemapPart {
		return sendXML(r, urlSet{Places: located(r, places)}, made)
	}
	var index sitemapIndex
	for n := 1; (n-1)*sitemapPart < len(places); n++ {
		index.Parts = append(index.Parts, xmlPlace{Loc: r.Absolute("/sitemap/" + strconv.Itoa(n) + ".xml")})
	}
	return sendXML(r, index, made)
}

// sitemapPart answers with a part of the sitemap, or NotFound.
func (p *Pages) sitemapPart(r *page.Request) error {
	places, made, err := p.places(r.Context())
	if err != nil {
		return err
	}
	name, isPart := strings.CutSuffix(r.Param("part"), ".xml")
	n, err := strconv.Atoi(name)
	if !isPart || err != nil || n < 1 || n > (len(places)+sitemapPart-1)/sitemapPart {
		return civic.NewError(civic.NotFound, "error.not_found")
	}
	part := places[(n-1)*sitemapPart : min(n*sitemapPart, len(places))]
	return sendXML(r, urlSet{Places: located(r, part)}, made)
}

func located(r *page.Request, places []place) []xmlPlace {
	out := make([]xmlPlace, len(places))
	for i, at := range places {
		out[i].Loc = r.Absolute(at.path)
		if !at.changed.IsZero() {
			out[i].LastMod = siteui.Stamp(at.changed)
		}
	}
	return out
}

func sendXML(r *page.Request, document any, modified time.Time) error {
	body, err := xml.Marshal(document)
	if err != nil {
		return err
	}
	return r.Feed("application/xml; charset=utf-8", modified, append([]byte(xml.Header), body...))
}

// current returns the list when it still holds.
func (s *sitemap) current(edition string) (places []place, made time.Time, holds bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.places, s.made, s.holds(edition, time.Now())
}

// keep keeps a list that was begun at now.
func (s *sitemap) keep(places []place, now time.Time, edition string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.places, s.made, s.took, s.before = places, now, time.Since(now), edition
}

// places returns every public address and when the list was made. One list is made at a time; who is given up
// meanwhile waits no longer.
func (p *Pages) places(ctx context.Context) ([]place, time.Time, error) {
	if places, made, holds := p.known.current(p.edition()); holds {
		return places, made, nil
	}
	done, err := p.known.turn.Wait(ctx)
	if err != nil {
		return nil, time.Time{}, err
	}
	defer done()
	edition, now := p.edition(), time.Now()
	if places, made, holds := p.known.current(edition); holds { // another made it while we waited
		return places, made, nil
	}
	all := []place{
		{path: "/"}, {path: siteui.SurveysPath}, {path: "/forum"}, {path: "/forum/regole"},
		{path: "/forum/registro"}, {path: "/forum/in-ritardo"},
		{path: "/domande-frequenti"}, {path: "/contatti"}, {path: "/note-legali"}, {path: "/privacy"},
	}
	for _, more := range []func(context.Context, []place) ([]place, error){p.surveyPlaces, p.forumPlaces} {
		var err error
		if all, err = more(ctx, all); err != nil {
			return nil, time.Time{}, err
		}
	}
	p.known.keep(all, now, edition)
	return all, now, nil
}

// surveyPlaces adds the surveys that citizens can open, and their published results.
func (p *Pages) surveyPlaces(ctx context.Context, all []place) ([]place, error) {
	request := civic.PageRequest{Size: civic.MaxPageSize}
	for {
		list, err := p.Surveys.Surveys(ctx, request)
		if err != nil {
			return nil, err
		}
		surveys := list.Over
		if request.Cursor == "" {
			surveys = append(append(list.Open, list.Coming...), list.Over...)
		}
		for _, s := range surveys {
			all = append(all, place{path: siteui.SurveyPath(s.Slug)})
			if !s.ResultsAt.IsZero() {
				all = append(all, place{siteui.SurveyResultsPath(s.Slug), s.ResultsAt})
			}
		}
		if request.Cursor = list.Next; request.Cursor == "" || len(all) >= sitemapMost {
			return all[:min(len(all), sitemapMost)], nil
		}
	}
}

// forumPlaces adds the areas and the discussions that everybody sees.
func (p *Pages) forumPlaces(ctx context.Context, all []place) ([]place, error) {
	areas, err := p.Forum.AreaList(ctx)
	if err != nil {
		return nil, err
	}
	for _, a := range areas {
		all = append(all, place{path: a.Path()})
	}
	filter := forum.ThreadFilter{Page: civic.PageRequest{Size: civic.MaxPageSize}}
	for {
		list, err := p.Forum.Threads(ctx, filter)
		if err != nil {
			return nil, err
		}
		for _, t := range list.Items {
			all = append(all, place{t.Path(), t.LastAt})
		}
		if filter.Page.Cursor = list.Next; list.Next == "" || len(all) >= sitemapMost {
			return all[:min(len(all), sitemapMost)], nil
		}
	}
}
