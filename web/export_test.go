package web

import (
	"net/http"

	"ascolto/web/page"
)

// PagePaths returns the paths of all pages, their parameters marked by a colon.
func PagePaths() []string { return pathsBy(http.MethodGet) }

// FormPaths returns the paths that forms are sent to, likewise.
func FormPaths() []string { return pathsBy(http.MethodPost) }

func pathsBy(method string) []string {
	var paths []string
	for _, r := range (&Server{}).routeTable() {
		if r.Method == method && r.Auth != page.ByBearer {
			paths = append(paths, r.Path)
		}
	}
	return paths
}
