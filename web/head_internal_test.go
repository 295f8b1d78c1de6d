package web

import (
	"context"
	"io"
	"net/http"
	"testing"
	"time"

	"ascolto/web/page"
)

// A download that is asked for without its body, or that the reader leaves, is not written for nobody.
func TestDownloadNobodyReadsEnds(t *testing.T) {
	t.Parallel()
	ended := make(chan error, 1)
	r := newRig(t, page.Get("/table", page.Public, func(req *page.Request) error {
		return req.Stream("a.csv", "text/csv", func(ctx context.Context, w io.Writer) (err error) {
			defer func() { ended <- err }()
			for err == nil {
				_, err = io.WriteString(w, "riga dopo riga\n")
			}
			return err
		})
	}))
	for _, method := range []string{http.MethodHead, http.MethodGet} {
		ctx, leave := context.WithCancel(t.Context())
		req, err := http.NewRequestWithContext(ctx, method, r.origin+"/table", nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := r.client(t).Do(req)
		if err != nil {
			t.Fatal(err)
		}
		io.ReadFull(res.Body, make([]byte, 1000))
		leave()
		res.Body.Close()
		select {
		case <-ended:
		case <-time.After(5 * time.Second):
			t.Errorf("%s: the table is still being written", method)
		}
	}
}
