package surveys_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/surveys"
	"ascolto/surveys/logic"
)

// dying keeps files, and dies when a response claims some.
type dying struct{ *blob.Store }

func (d dying) Claim(ctx context.Context, c blob.Claim, ids ...civic.ID) error {
	if strings.HasPrefix(string(c.Document), "survey_response") {
		return civic.NewError(civic.Unavailable, "error.unavailable")
	}
	return d.Store.Claim(ctx, c, ids...)
}

// files returns a store of files that has the office's clock.
func (o *office) files() *blob.Store {
	o.t.Helper()
	dir := o.t.TempDir()
	folder := take(blob.OpenFolder(filepath.Join(dir, "files")))(o.t)
	return take(blob.New(o.t.Context(), blob.Options{DB: o.db, Keeper: folder,
		Spool: filepath.Join(dir, "spool"),
		Now:   o.clock.Now, Reserve: -1}))(o.t)
}

// using replaces the office's service by one that keeps files there, and of those of anonymous drafts so many
// bytes.
func (o *office) using(files surveys.Files, most int64) { o.bounded(files, most, 0) }

// bounded is using, with a bound for the files of drafts and responses together.
func (o *office) bounded(files surveys.Files, drafts, sent int64) {
	o.t.Helper()
	o.Service = take(surveys.New(o.t.Context(), surveys.Options{DB: o.db, Audit: o.audit, Index: o.index,
		Recorder: o.timeline, Files: files, Now: o.clock.Now, Log: slog.New(slog.DiscardHandler),
		DraftFiles: drafts, SentFiles: sent}))(o.t)
}

// askForPhotos publishes a questionnaire with a question for files, q1, and one for a text, q2, that stays
// open longer than drafts do.
func (o *office) askForPhotos(p surveys.Participation) surveys.Questionnaire {
	o.t.Helper()
	ctx := o.t.Context()
	q := take(o.Create(ctx, comms, "form-"+string(docstore.NewID()), settings("Le buche", p)))(o.t)
	q, _, err := o.AddQuestion(ctx, comms, q.ID, q.Revision, 1, surveys.File, surveys.QuestionInput{
		Text: label("Che cosa si vede?"), Join: logic.All, Details: surveys.Details{Files: 3, Megabytes: 1}})
	must(o.t, q, err)
	q, _, err = o.AddQuestion(ctx, comms, q.ID, q.Revision, 1, surveys.FreeText, surveys.QuestionInput{
		Text: label("Dove?"), Join: logic.All, Details: surveys.Details{MaxLength: 80}})
	must(o.t, q, err)
	long := surveys.Schedule{OpensAt: o.clock.Now(), ClosesAt: o.clock.Now().Add(3 * surveys.DraftLife)}
	return take(o.Publish(ctx, comms, q.ID, q.Revision, surveys.Publication{Schedule: long}))(o.t)
}

// photograph sends a photograph and saves the page that asks for it.
func (o *office) photograph(files *blob.Store, r surveys.Respondent) civic.ID {
	o.t.Helper()
	return take(o.photographed(files, r))(o.t)
}

func (o *office) photographed(files *blob.Store, r surveys.Respondent) (civic.ID, error) {
	o.t.Helper()
	var photo bytes.Buffer
	if err := png.Encode(&photo, image.NewGray(image.Rect(0, 0, 40, 40))); err != nil {
		o.t.Fatal(err)
	}
	page := take(o.Page(o.t.Context(), r, 1))(o.t)
	use := page.Asked[0].Question.Inputs()[0].Use
	f, err := files.Put(o.t.Context(), blob.Upload{Name: "buca.png", Use: use, Person: page.Person,
		Sender: page.Uploader, Pool: page.Pool}, &photo)
	if err != nil {
		return "", err
	}
	_, err = o.SavePage(o.t.Context(), r, 1, form("q1", string(f.ID)), false)
	return f.ID, err
}

// TestFilesOutliveADeathWhileSending: when the program dies after a response is stored and before it claims
// its files, and nobody sends the form again, whoever finds the draft claims them for the response: the next
// page that its respondent opens, or the job that lets drafts expire. A draft that was never sent keeps
// nothing.
func TestFilesOutliveADeathWhileSending(t *testing.T) {
	t.Parallel()
	page := func(o *office, r surveys.Respondent) {
		_, err := o.Page(o.t.Context(), r, 1)
		wantCode(o.t, "a page of what was sent", err, civic.Conflict)
	}
	expire := func(o *office, _ surveys.Respondent) {
		o.clock.Pass(surveys.DraftLife + time.Hour)
		if n, err := o.ExpireDrafts(o.t.Context()); err != nil || n != 2 {
			o.t.Errorf("%d drafts expired, %v", n, err)
		}
	}
	for name, c := range map[string]struct {
		by   civic.Actor
		p    surveys.Participation
		find func(*office, surveys.Respondent)
	}{
		"anonymous, a page": {stranger, surveys.Anonymous, page},
		"anonymous, a job":  {stranger, surveys.Anonymous, expire},
		"known, a page":     {anna, surveys.Known, page},
		"known, a job":      {anna, surveys.Known, expire},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := open(t)
			ctx, files := t.Context(), o.files()
			o.using(dying{files}, 0)
			q := o.askForPhotos(c.p)
			other := o.fill(map[bool]civic.Actor{true: stranger, false: bruno}[c.by.Contact == ""], q.Slug)
			lost := o.photograph(files, other)
			r := o.fill(c.by, q.Slug)
			sent := o.photograph(files, r)
			wantCode(t, "sending with a program that dies", o.Send(ctx, r, civic.Italian), civic.Unavailable)
			if n := len(o.stored()); n != 1 {
				t.Fatalf("%d responses", n)
			}

			o.using(files, 0)
			c.find(o, r)
			expire := map[bool]int{true: 1, false: 0}[strings.HasSuffix(name, "page")]
			o.clock.Pass(surveys.DraftLife + time.Hour)
			if n, err := o.ExpireDrafts(ctx); err != nil || n != expire {
				t.Errorf("%d drafts expired, want %d; %v", n, expire, err)
			}
			o.clock.Pass(blob.Grace + time.Hour)
			if n, err := files.Collect(ctx); err != nil || n != 1 {
				t.Errorf("%d files collected, %v", n, err)
			}
			if _, err := files.Get(ctx, lost); civic.CodeOf(err) != civic.NotFound {
				t.Errorf("a file of what was never sent: %v", err)
			}
			_, bytes, err := o.OpenFile(ctx, comms, q.ID, sent)
			if err != nil {
				t.Fatal("the file of the response:", err)
			}
			bytes.Close()
		})
	}
}

// TestFilesOfDraftsAreBounded: the files of all unsent responses to an anonymous questionnaire have so much
// room together, also those that nobody refers to yet; it is free again when a response is sent, and when a
// draft expired and its files are collected. Another questionnaire has its own, and citizens who signed in
// need none.
func TestFilesOfDraftsAreBounded(t *testing.T) {
	t.Parallel()
	o := open(t)
	ctx, files := t.Context(), o.files()
	o.using(files, 512<<10) // a small file counts for 256 KiB
	q, known := o.askForPhotos(surveys.Anonymous), o.askForPhotos(surveys.Known)
	sent, left, late := o.fill(stranger, q.Slug), o.fill(stranger, q.Slug), o.fill(stranger, q.Slug)
	kept := o.photograph(files, sent)
	o.photograph(files, left)
	full := func(what string) {
		t.Helper()
		_, err := o.photographed(files, late)
		wantCode(t, what, err, civic.Limited)
	}
	full("a third file")
	for range 3 {
		o.photograph(files, o.fill(stranger, o.askForPhotos(surveys.Anonymous).Slug))
	}
	r := o.fill(anna, known.Slug)
	for range 3 {
		o.photograph(files, r)
	}
	if err := o.Send(ctx, sent, civic.Italian); err != nil {
		t.Fatal(err)
	}
	o.photograph(files, late) // in the place of what was sent
	full("a third once more")
	late = o.fill(stranger, q.Slug)
	full("of another")
	o.clock.Pass(surveys.DraftLife + time.Hour)
	if n, err := o.ExpireDrafts(ctx); err != nil || n == 0 {
		t.Fatalf("%d drafts expired, %v", n, err)
	}
	o.clock.Pass(blob.Grace + time.Hour)
	if n, err := files.Collect(ctx); err != nil || n == 0 {
		t.Fatalf("%d files collected, %v", n, err)
	}
	if _, err := files.Get(ctx, kept); err != nil {
		t.Error("a file of a response:", err)
	}
	late = o.fill(stranger, q.Slug)
	o.photograph(files, late)
	o.photograph(files, late)
	full("more than there is room again")
}
