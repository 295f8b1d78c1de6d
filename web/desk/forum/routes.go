package forum

import (
	"ascolto/forum"
	"ascolto/web/page"
)

// Routes returns who may ask for what of the forum.
func Routes(p *Pages) []page.Route {
	return []page.Route{
		page.Get("/desk/forum", forum.PermNote, p.forumList),
		page.Get("/desk/forum/areas", forum.PermAreas, p.forumAreas),
		page.Post("/desk/forum/areas", forum.PermAreas, p.createForumArea),
		page.Get("/desk/forum/areas/new", forum.PermAreas, p.newForumArea),
		page.Get("/desk/forum/areas/:slug", forum.PermAreas, p.editForumArea),
		page.Post("/desk/forum/areas/:slug", forum.PermAreas, p.saveForumArea),
		page.Get("/desk/forum/:id", forum.PermNote, p.forumThread),
		page.Post("/desk/forum/:id/answer", forum.PermAnswer, p.answerThread).Long(),
		page.Post("/desk/forum/:id/notes", forum.PermNote, p.addForumNote).Long(),
		page.Post("/desk/forum/:id/assign", forum.PermAssign, p.assignThread),
		page.Post("/desk/forum/:id/decide", forum.PermModerate, p.decideThread).Long(),
	}
}
