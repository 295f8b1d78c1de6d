package intake

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ascolto/internal/benchline"
)

// TestBench prints the figures of this package when ASCOLTO_BENCH is set: mails with a file of 1 MB each,
// from their bytes to a request that is filed, with the original and the file kept durably and the receipt
// queued, by as many programs at once as a town might run; and what of that is taking mails apart.
func TestBench(t *testing.T) {
	if os.Getenv("ASCOLTO_BENCH") == "" {
		t.Skip("set ASCOLTO_BENCH=1 to measure")
	}
	raw := benchMail(0)
	start, read := time.Now(), 200
	for range read {
		if l := (reader{}).Read(raw); len(l.Files) != 1 {
			t.Fatalf("%d files", len(l.Files))
		}
	}
	benchline.Line("inbound mail with a file of 1 MB, taken apart", float64(read)/time.Since(start).Seconds(),
		"/s", 200, false)

	w := newTown(t)
	w.asks(t, "istanza")
	const mails, at = 400, 32
	for n := range 20 { // what is read once is read
		w.benchTake(t, 1_000_000+n)
	}
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	var next, most atomic.Int64
	var group sync.WaitGroup
	start = time.Now()
	for range at {
		group.Go(func() {
			for n := next.Add(1); n <= mails; n = next.Add(1) {
				w.benchTake(t, int(n))
				if n%20 == 0 {
					var m runtime.MemStats
					runtime.ReadMemStats(&m)
					most.Store(max(most.Load(), int64(m.HeapInuse)))
				}
			}
		})
	}
	group.Wait()
	took := time.Since(start).Seconds()
	benchline.Line("inbound mail with a file of 1 MB, filed", mails/took, "/s", 200, false)
	grown := float64(most.Load()) - float64(before.HeapInuse)
	benchline.Line("inbound mail, memory above that before", max(0, grown)/(1<<20), "MB", 128, true)
}

func (w *town) benchTake(t *testing.T, n int) {
	raw := benchMail(n)
	m, err := w.Take(t.Context(), Arrived{Place: fmt.Sprint("bench/", n), At: w.Clock.Now(),
		Size: int64(len(raw)), Body: bytes.NewReader(raw)})
	if err != nil || m.State != Filed || len(m.Files) != 1 {
		t.Errorf("%s for %q with %d files: %v", m.State, m.Why, len(m.Files), err)
	}
}

// benchPDF is the file of the mails that are measured, in base64 with lines as mail has them.
var benchPDF = sync.OnceValue(func() string {
	pdf := make([]byte, 1<<20)
	r := rand.NewChaCha8([32]byte{1})
	_, _ = r.Read(pdf)
	copy(pdf, "%PDF-1.7\n")
	copy(pdf[len(pdf)-30:], "\nstartxref\n123\n%%EOF\n")
	coded := base64.StdEncoding.EncodeToString(pdf)
	var b strings.Builder
	for len(coded) > 76 {
		b.WriteString(coded[:76] + "\r\n")
		coded = coded[76:]
	}
	return b.String() + coded + "\r\n"
})

func benchMail(n int) []byte {
	return []byte(fmt.Sprintf("From: Persona %d <persona%d@posta.example>\r\nSubject: Richiesta %d\r\n"+
		"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nBuongiorno, in allegato.\r\n--b\r\n"+
		"Content-Type: application/pdf; name=a.pdf\r\nContent-Disposition: attachment\r\n"+
		"Content-Transfer-Encoding: base64\r\n\r\n", n, n, n) + benchPDF() + "--b--\r\n")
}
