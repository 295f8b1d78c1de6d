package moderation

import (
	"ascolto/forum"
	"ascolto/web/page"
)

// Routes returns who may ask for what of moderation.
func Routes(p *Pages) []page.Route {
	return []page.Route{
		page.Get("/desk/moderation", forum.PermModerate, p.moderationQueue),
		page.Get("/desk/moderation/log", forum.PermModerate, p.moderationLog),
		page.Get("/desk/moderation/:id/:number", forum.PermModerate, p.moderationCase),
		page.Post("/desk/moderation/:id/:number/claim", forum.PermModerate, p.claimCase),
		page.Post("/desk/moderation/:id/:number/release", forum.PermModerate, p.releaseCase),
		page.Post("/desk/moderation/:id/:number/decide", forum.PermModerate, p.decideCase).Long(),
	}
}
