package forum

import (
	"context"
	"strings"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/migrate"
	"ascolto/internal/publicname"
)

// signedNames is who first signed a post with each name that is not a given name and initial, by the id that
// the name has when it is kept.
type signedNames map[civic.ID]firstSigned

type firstSigned struct {
	account civic.ID
	name    string
	at      time.Time
}

// add notes the name under p.
func (n signedNames) add(p Post) {
	name := p.Author.Name
	if name == "" || p.Official != nil || isSignature(name) {
		return
	}
	id := civic.ID(publicname.Skeleton(name))
	if !strings.ContainsAny(name, " 0123456789") { // it may be a given name, which others sign with too
		id = signedPrefix + id
	}
	if first, ok := n[id]; !ok || p.CreatedAt.Before(first.at) {
		n[id] = firstSigned{p.Author.Account, name, p.CreatedAt}
	}
}

// keep makes each name its first signer's, unless somebody has it.
func (n signedNames) keep(ctx context.Context, names nameStore) error {
	for id, first := range n {
		taken, err := names.Count(ctx, docstore.Filter{docstore.In("_id",
			civic.ID(publicname.Skeleton(first.name)), civic.ID(foldName(first.name)))})
		if err != nil {
			return err
		}
		if taken > 0 {
			continue
		}
		err = names.Insert(ctx, &Name{Meta: docstore.Meta{ID: id}, Account: first.account})
		if err != nil && civic.CodeOf(err) != civic.Conflict {
			return err
		}
	}
	return nil
}

// NamesStep returns the step that gives pseudonyms back to who first wrote under them. An earlier version
// let go of a pseudonym when its owner chose another, though posts were signed with it.
func NamesStep() migrate.Step {
	return migrate.Step{
		Name: "forum-names",
		Help: "a pseudonym under which posts were written belongs to who first wrote under it",
		Run: func(ctx context.Context, db *docstore.DB, _ *migrate.Position) error {
			posts, err := docstore.Collect[Post](ctx, db, postSpec())
			if err != nil {
				return err
			}
			held, err := docstore.Collect[Name](ctx, db, nameSpec())
			if err != nil {
				return err
			}
			names := signedNames{}
			for p, err := range posts.All(ctx, docstore.Query{}) {
				if err != nil {
					return err
				}
				names.add(p)
			}
			return names.keep(ctx, nameStore{held})
		},
	}
}
