package home

import "ascolto/web/site/siteui"

// edition returns a text that changes with everything the start page shows.
func (p *Pages) edition() string { return siteui.Edition(p.Forum, p.Surveys) }
