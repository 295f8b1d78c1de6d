package web

import "net/http"

// PagePaths returns the paths of all pages, their parameters marked by a colon.
func PagePaths() []string {
	var paths []string
	for _, r := range (&Server{}).routeTable() {
		if r.Method == http.MethodGet {
			paths = append(paths, r.Path)
		}
	}
	return paths
}
