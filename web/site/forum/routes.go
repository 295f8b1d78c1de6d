package forum

import (
	"ascolto/forum"
	"ascolto/web/page"
)

// Routes returns who may ask for what of the forum.
func Routes(p *Pages) []page.Route {
	return []page.Route{
		page.Get("/forum", page.Public, p.forumHome).Listed(),
		page.Get("/forum/feed.atom", page.Public, p.forumFeed),
		page.Get("/forum/regole", page.Public, p.forumRules).Listed(),
		page.Get("/forum/registro", page.Public, p.forumRegister).Listed(),
		page.Get("/forum/in-ritardo", page.Public, p.forumOverdue).Listed(),
		page.Get("/forum/profilo", forum.PermPost, p.forumProfile),
		page.Post("/forum/profilo", forum.PermPost, p.saveForumProfile),
		page.Get("/forum/nuova", forum.PermPost, p.newThread),
		page.Post("/forum/nuova", forum.PermPost, p.startThread).Long(),
		page.Get("/forum/segnalazioni", page.Public, p.findReport),
		page.Post("/forum/segnalazioni", page.Public, p.openReport).Costing(5),
		page.Get("/forum/segnalazioni/:receipt", page.Public, p.reportReceipt),
		page.Get("/forum/provvedimenti/:id/:number/:round", page.SignedIn, p.moderationStatement),
		page.Get("/forum/discussioni/:id", page.Public, p.forumThread),
		page.Get("/forum/discussioni/:id/rispondi", forum.PermPost, p.newThreadReply),
		page.Post("/forum/discussioni/:id/rispondi", forum.PermPost, p.replyToThread).Long(),
		page.Get("/forum/discussioni/:id/feed.atom", page.Public, p.forumThreadFeed),
		page.Get("/forum/discussioni/:id/:slug", page.Public,
			page.Cached(p.edition, p.forumThread)).Listed(),
		page.Get("/forum/discussioni/:id/messaggi/:number/modifica", page.SignedIn, p.editPost),
		page.Post("/forum/discussioni/:id/messaggi/:number/modifica", page.SignedIn, p.savePost).Long(),
		page.Get("/forum/discussioni/:id/messaggi/:number/cronologia", page.Public, p.forumHistory),
		page.Get("/forum/discussioni/:id/messaggi/:number/segnala", page.Public, p.newPostReport),
		page.Post("/forum/discussioni/:id/messaggi/:number/segnala", page.Public,
			p.reportPost).Costing(5).Long(),
		page.Get("/forum/:area/feed.atom", page.Public, p.forumAreaFeed),
		page.Get("/forum/:area", page.Public, p.forumArea).Listed(),
	}
}
