package forum

import (
	"cmp"
	"context"
	"slices"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/textfold"
)

type areaStore struct{ *docstore.Collection[Area] }

func areaSpec() docstore.Spec {
	return docstore.Spec{
		Name: "forum_areas", Followed: true,
		Indexes: []docstore.Index{{Name: "order", Fields: []string{"order"}}},
	}
}

// maxAreas bounds the list of areas: a city and its districts.
const maxAreas = 200

// list returns all areas in their order; those of the same order by name.
func (s areaStore) list(ctx context.Context) ([]Area, error) {
	page, err := s.Find(ctx, docstore.Query{Sort: []string{"order"}, Limit: maxAreas})
	slices.SortStableFunc(page.Items, func(a, b Area) int {
		return cmp.Or(cmp.Compare(a.Order, b.Order), textfold.Compare(a.Name, b.Name))
	})
	return page.Items, err
}

// get returns the area with the given slug, or a NotFound error in the forum's words.
func (s areaStore) get(ctx context.Context, slug civic.ID) (Area, error) {
	a, err := s.Get(ctx, slug)
	return a, absent(err, "forum.error.area")
}

// absent gives a NotFound error the message of key; other errors pass unchanged.
func absent(err error, key string) error {
	if civic.CodeOf(err) == civic.NotFound {
		return civic.Wrap(civic.NotFound, key, err)
	}
	return err
}
