package surveys_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"log/slog"
	"strings"
	"testing"
	"time"

	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/surveys"
)

// meanwhile has something happen once: before a draft's claim or its release, or when the service next asks
// what time it is.
type meanwhile struct {
	*blob.Store
	claim, release, now func()
}

func once(f *func()) {
	if do := *f; do != nil {
		*f = nil
		do()
	}
}

func (m *meanwhile) Claim(ctx context.Context, c blob.Claim, ids ...civic.ID) error {
	if c.Draft {
		once(&m.claim)
	}
	return m.Store.Claim(ctx, c, ids...)
}

func (m *meanwhile) Release(ctx context.Context, document civic.ID) error {
	err := m.Store.Release(ctx, document)
	if strings.HasPrefix(string(document), "survey_draft") {
		once(&m.release)
	}
	return err
}

// holdingClaim has save begin when the time is asked for and wait before its claim, until let is called;
// saved waits for its end.
func (m *meanwhile) holdingClaim(save func()) (let, saved func()) {
	claims, held, done := make(chan bool), make(chan bool), make(chan bool)
	m.claim = func() { close(claims); <-held }
	m.now = func() {
		go func() { defer close(done); save() }()
		<-claims
	}
	return func() { close(held) }, func() { <-done }
}

// meeting replaces the office's service by one in which things happen meanwhile.
func (o *office) meeting(files *blob.Store) *meanwhile {
	o.t.Helper()
	m := &meanwhile{Store: files}
	now := func() time.Time { once(&m.now); return o.clock.Now() }
	o.Service = take(surveys.New(o.t.Context(), surveys.Options{DB: o.db, Audit: o.audit, Index: o.index,
		Recorder: o.timeline, Files: m, Now: now, Log: slog.New(slog.DiscardHandler)}))(o.t)
	return m
}

// upload sends a photograph for the first question of a page, and saves nothing.
func (o *office) upload(files *blob.Store, r surveys.Respondent) civic.ID {
	o.t.Helper()
	var photo bytes.Buffer
	if err := png.Encode(&photo, image.NewGray(image.Rect(0, 0, 40, 40))); err != nil {
		o.t.Fatal(err)
	}
	page := take(o.Page(o.t.Context(), r, 1))(o.t)
	f := take(files.Put(o.t.Context(), blob.Upload{Name: "buca.png", Use: page.Asked[0].Question.Inputs()[0].Use,
		Person: page.Person, Sender: page.Uploader, Pool: page.Pool}, &photo))(o.t)
	return f.ID
}

// gone tells of each file whether it is collected once nobody refers to it.
func (o *office) gone(files *blob.Store, ids ...civic.ID) []bool {
	o.t.Helper()
	o.clock.Pass(blob.Grace + time.Hour)
	if _, err := files.Collect(o.t.Context()); err != nil {
		o.t.Fatal(err)
	}
	gone := make([]bool, len(ids))
	for i, id := range ids {
		_, err := files.Get(o.t.Context(), id)
		gone[i] = civic.CodeOf(err) == civic.NotFound
	}
	return gone
}

// TestFilesOfASentDraftAreLetGo: a file that is saved while its draft is sent, and is not part of what is
// sent, is collected, whichever of the two comes first at whichever step.
func TestFilesOfASentDraftAreLetGo(t *testing.T) {
	t.Parallel()
	for name, act := range map[string]func(m *meanwhile, save, send func()){
		"saved after the draft was read": func(m *meanwhile, save, send func()) {
			m.now = save
			send()
		},
		"claimed while the draft is let go": func(m *meanwhile, save, send func()) {
			let, saved := m.holdingClaim(save)
			m.release = func() { let(); saved() }
			send()
		},
		"claimed when all is done": func(m *meanwhile, save, send func()) {
			let, saved := m.holdingClaim(save)
			send()
			let()
			saved()
		},
	} {
		for _, p := range []surveys.Participation{surveys.Anonymous, surveys.Known} {
			t.Run(name+", "+string(p), func(t *testing.T) {
				t.Parallel()
				o := open(t)
				files := o.files()
				m := o.meeting(files)
				by := map[surveys.Participation]civic.Actor{surveys.Anonymous: stranger, surveys.Known: anna}[p]
				r := o.fill(by, o.askForPhotos(p).Slug, form("q2", "Via Emilia"))
				late := o.upload(files, r)
				if strings.HasSuffix(name, "is let go") {
					o.photograph(files, r)
				}
				saved, sent := 0, 0
				act(m, func() {
					saved++
					_, err := o.SavePage(t.Context(), r, 1, form("q1", string(late)), false)
					if code := civic.CodeOf(err); code != "" && code != civic.Conflict {
						t.Errorf("saving: %v", err)
					}
				}, func() {
					sent++
					if err := o.Send(t.Context(), r, civic.Italian); err != nil {
						t.Errorf("sending: %v", err)
					}
				})
				if n := len(o.stored()); saved != 1 || sent != 1 || n != 1 {
					t.Fatalf("saved %d times, sent %d times, %d responses", saved, sent, n)
				}
				if !o.gone(files, late)[0] {
					f, err := files.Get(t.Context(), late)
					t.Errorf("a file that nobody sent stays: claimed by %v, in pool %q, %v", f.Claims, f.Pool, err)
				}
			})
		}
	}
}

// TestAPageSavedTwiceAtOnceKeepsItsFile: of a page that is sent twice at the same time with two files the
// stored draft names one, and that one stays, whichever was claimed last.
func TestAPageSavedTwiceAtOnceKeepsItsFile(t *testing.T) {
	t.Parallel()
	o := open(t)
	files, ctx := o.files(), t.Context()
	m := o.meeting(files)
	r := o.fill(stranger, o.askForPhotos(surveys.Anonymous).Slug)
	first, second := o.upload(files, r), o.upload(files, r)
	save := func(id civic.ID) {
		if _, err := o.SavePage(ctx, r, 1, form("q1", string(id)), false); err != nil {
			t.Error(err)
		}
	}
	m.claim = func() { save(second) }
	save(first)
	page := take(o.Page(ctx, r, 1))(t)
	if got := page.Asked[0].Answer.Files; len(got) != 1 || got[0].File != second {
		t.Fatalf("the draft names %+v", got)
	}
	if gone := o.gone(files, first, second); !gone[0] || gone[1] {
		t.Errorf("the file that is not named is gone: %v; the one that is: %v", gone[0], gone[1])
	}
	m.claim = func() { save("") } // taken off while it is saved again
	save(second)
	if gone := o.gone(files, second); !gone[0] {
		t.Error("a file that was taken off stays")
	}
}
