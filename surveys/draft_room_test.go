package surveys_test

import (
	"testing"
	"time"

	"ascolto/internal/civic"
	"ascolto/surveys"
)

// TestIdleDraftsMakeRoom: when the files of unsent responses have no room left, the draft goes that has files
// and was saved longest ago, if that is an hour; whoever comes back to it is told. What was saved since, and
// drafts without files, stay.
func TestIdleDraftsMakeRoom(t *testing.T) {
	t.Parallel()
	o := open(t)
	ctx, files := t.Context(), o.files()
	o.using(files, 3*256<<10)
	q := o.askForPhotos(surveys.Anonymous)
	text := o.fill(stranger, q.Slug, form("q2", "Via Emilia"))
	oldest, saved, idle, late := o.fill(stranger, q.Slug), o.fill(stranger, q.Slug), o.fill(stranger, q.Slug),
		o.fill(stranger, q.Slug)
	kept := o.photograph(files, saved)
	gone := o.photograph(files, oldest)
	o.clock.Pass(time.Minute)
	o.photograph(files, idle)
	o.clock.Pass(50 * time.Minute)
	_, err := o.photographed(files, late)
	wantCode(t, "while all are in use", err, civic.Limited)
	if _, err := o.SavePage(ctx, saved, 1, form("q1", string(kept)), false); err != nil {
		t.Fatal(err)
	}
	o.clock.Pass(20 * time.Minute)
	o.photograph(files, late)
	for name, c := range map[string]struct {
		r    surveys.Respondent
		want civic.Code
	}{"the oldest": {oldest, civic.NotFound}, "the next": {idle, ""}, "the one saved again": {saved, ""},
		"the one without files": {text, ""}, "the new one": {late, ""}} {
		_, err := o.Page(ctx, c.r, 1)
		wantCode(t, name, err, c.want)
	}
	wantCode(t, "sending what is gone", o.Send(ctx, oldest, civic.Italian), civic.NotFound)
	_, err = files.Get(ctx, gone)
	wantCode(t, "the file of what is gone", err, civic.NotFound)
	if err := o.Send(ctx, saved, civic.Italian); err != nil {
		t.Error("sending what was saved again:", err)
	}
}

// TestADraftThatIsSavedOrSentStays: a draft that is saved or sent as it is about to make room stays, and one
// that made room before is not saved or sent.
func TestADraftThatIsSavedOrSentStays(t *testing.T) {
	t.Parallel()
	for name, act := range map[string]func(o *office, r surveys.Respondent, id civic.ID) error{
		"saved": func(o *office, r surveys.Respondent, id civic.ID) error {
			_, err := o.SavePage(o.t.Context(), r, 1, form("q1", string(id)), false)
			return err
		},
		"sent": func(o *office, r surveys.Respondent, _ civic.ID) error {
			return o.Send(o.t.Context(), r, civic.Italian)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := open(t)
			ctx, files := t.Context(), o.files()
			m := o.meeting(files)
			r := o.fill(stranger, o.askForPhotos(surveys.Anonymous).Slug)
			id := o.photograph(files, r)
			pool := take(o.Page(ctx, r, 1))(t).Pool
			o.clock.Pass(2 * time.Hour)
			m.now = func() { // after the draft was read
				if gone, err := pool.LetGo(ctx); !gone || err != nil {
					t.Errorf("let go: %t, %v", gone, err)
				}
			}
			err := act(o, r, id)
			if code := civic.CodeOf(err); code != civic.NotFound && code != civic.Invalid {
				t.Errorf("what is gone: %v", err)
			}
			if n := len(o.stored()); n != 0 {
				t.Errorf("%d responses", n)
			}

			r = o.fill(stranger, r.Slug)
			id = o.photograph(files, r)
			o.clock.Pass(2 * time.Hour)
			m.claim = nil
			if err := act(o, r, id); err != nil {
				t.Fatal(err)
			}
			if gone, err := pool.LetGo(ctx); gone || err != nil {
				t.Errorf("what was just %s goes: %t, %v", name, gone, err)
			}
			if _, err := files.Get(ctx, id); err != nil {
				t.Error("its file:", err)
			}
		})
	}
}

// TestSentFilesAreBounded: the files of anonymous responses to a questionnaire have a bound together with
// those of its drafts; those of people who signed in have none.
func TestSentFilesAreBounded(t *testing.T) {
	t.Parallel()
	o := open(t)
	ctx, files := t.Context(), o.files()
	o.bounded(files, 512<<10, 768<<10) // two and three small files
	q, known := o.askForPhotos(surveys.Anonymous), o.askForPhotos(surveys.Known)
	for range 3 {
		r := o.fill(stranger, q.Slug)
		o.photograph(files, r)
		if err := o.Send(ctx, r, civic.Italian); err != nil {
			t.Fatal(err)
		}
	}
	late := o.fill(stranger, q.Slug, form("q2", "Via Emilia"))
	_, err := o.photographed(files, late)
	wantCode(t, "a file more than responses may have", err, civic.Limited)
	if err := o.Send(ctx, late, civic.Italian); err != nil {
		t.Error("a response without a file:", err)
	}
	for _, by := range []civic.Actor{anna, bruno} {
		r := o.fill(by, known.Slug)
		o.photograph(files, r)
		o.photograph(files, r)
		if err := o.Send(ctx, r, civic.Italian); err != nil {
			t.Error("of somebody who signed in:", err)
		}
	}
}
