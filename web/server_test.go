package web_test

import (
	"net/http"
	"net/url"
	"testing"

	"ascolto/web"
	"ascolto/web/webtest"
)

func TestHome(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, web.Options{})
	site.Run(t, []webtest.Scenario{
		{Name: "home", Path: "/", WantStatus: 200,
			Want:    []string{"Comune di Borgoforte", "Segnala disservizio"},
			WantNot: []string{"core.", "style="}},
		{Name: "unknown page", Path: "/nulla", WantStatus: 404, Want: []string{"Pagina non trovata"}},
		{Name: "wrong method", Path: "/lingua", WantStatus: 405, Want: []string{"Pagina non trovata"}},
		{
			Name: "language", Method: http.MethodPost, Path: "/lingua",
			Form:       url.Values{"lang": {"en"}, "to": {"/cerca?q=a"}},
			WantStatus: 303, WantLocation: "/cerca?q=a",
		},
	})
}
