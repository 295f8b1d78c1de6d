package siteui

import (
	"ascolto/forum"
	"ascolto/internal/civic"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// Signed returns how an author's name is shown.
func Signed(f ui.Frame, name string) string {
	if name == "" {
		return f.T("forum.author.citizen")
	}
	return name
}

// AreaNames returns the names of the areas of the forum.
func AreaNames(r *page.Request, posts *forum.Service) (map[civic.ID]string, error) {
	areas, err := posts.AreaList(r.Context())
	names := map[civic.ID]string{}
	for _, a := range areas {
		names[a.ID] = a.Name
	}
	return names, err
}
