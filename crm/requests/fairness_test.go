package requests

import (
	"testing"
	"time"

	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/internal/testtown"
)

// TestTheApplicantsClockIsTheDesks: what the applicant may not read changes nothing of their term.
func TestTheApplicantsClockIsTheDesks(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	r := w.filed(t, "istanza", "2026-03-02")
	r = w.does(t, w.desk, r, "2026-03-03", MoveInput{Act: ActTake})
	r = w.does(t, w.desk, r, "2026-03-10", MoveInput{Act: ActNotice})
	notice, _ := r.event(ActNotice)
	w.does(t, w.desk, r, "2026-03-17", MoveInput{Act: ActServe, Of: notice.ID, On: "2026-03-17"})
	w.on(t, "2026-04-20")
	own, err := w.Own(t.Context(), w.anna, r.ID)
	testtown.Check(t, err)
	staff, err := w.Request(t.Context(), w.desk, r.ID)
	testtown.Check(t, err)
	theirs, err := w.ClockOf(own)
	testtown.Check(t, err)
	ours, err := w.ClockOf(staff)
	testtown.Check(t, err)
	if theirs.Due != ours.Due || theirs.Used != ours.Used || theirs.Late != ours.Late {
		t.Errorf("the applicant reads %v, the desk %v", theirs.Due, ours.Due)
	}
	for _, e := range own.Events {
		if e.Act == ActServe && (e.By != "" || e.ByName != "" || e.Reason != "") {
			t.Errorf("the applicant reads who wrote it down: %+v", e)
		}
	}
}

// TestAFormWithOtherWordsIsRefused: a form that is sent again with another text is not taken for the same.
func TestAFormWithOtherWordsIsRefused(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	r := w.filed(t, "istanza", "2026-03-02")
	in := filled(MoveInput{Act: ActMessage, Text: "La prima versione."})
	w.does(t, w.anna, r, "", in)
	w.does(t, w.anna, r, "", in)
	in.Text = "La seconda versione."
	if key := w.fails(t, w.anna, r, "", in); key != "error.form_used" {
		t.Errorf("other words: %s", key)
	}
	in.Act = ActWithdraw
	if key := w.fails(t, w.anna, r, "", in); key != "error.form_used" {
		t.Errorf("another act: %s", key)
	}
	own, err := w.Own(t.Context(), w.anna, r.ID)
	if err != nil || len(own.Events) != 2 {
		t.Errorf("%d events, %v", len(own.Events), err)
	}
}

// TestAnApplicantLeavesRoomForTheAnswer: however much an applicant writes, the office can answer, and the
// applicant can withdraw.
func TestAnApplicantLeavesRoomForTheAnswer(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	r := w.filed(t, "istanza", "2026-03-02")
	r = w.does(t, w.desk, r, "", MoveInput{Act: ActTake})
	for n := range maxOwnEvents - 1 { // the first is the filing
		r = w.does(t, w.anna, r, "", MoveInput{Act: ActMessage})
		if n%50 == 0 {
			w.Clock.Pass(time.Second)
		}
	}
	if key := w.fails(t, w.anna, r, "", MoveInput{Act: ActMessage}); key != "requests.error.full" {
		t.Errorf("one more: %s", key)
	}
	if after := w.does(t, w.desk, r, "", MoveInput{Act: ActAnswer}); after.State != Answered {
		t.Errorf("the answer: %s", after.State)
	}
	open := w.filed(t, "istanza", "2026-03-09")
	open.Events = append(open.Events, make([]Event, maxEvents)...)
	if open.full(Applicant, Event{Act: ActWithdraw}) {
		t.Error("who wrote much cannot withdraw")
	}
}

// TestWhoElseWasAskedIsNotTold: the applicant reads that others were told, not who they are.
func TestWhoElseWasAskedIsNotTold(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	r := w.filed(t, "accesso-civico-generalizzato", "2026-03-02")
	r = w.does(t, w.desk, r, "", MoveInput{Act: ActTake})
	w.does(t, w.desk, r, "", MoveInput{Act: ActConsult, Text: "Mario Rossi, via dei Tigli 3."})
	own, err := w.Own(t.Context(), w.anna, r.ID)
	testtown.Check(t, err)
	for _, e := range own.Events {
		if e.Act == ActConsult && e.Text != "" {
			t.Errorf("the applicant reads %q", e.Text)
		}
	}
	sections, err := w.ExportPersonal(t.Context(), civic.System("test"), civic.Subject{Contact: w.anna.Contact},
		"it")
	testtown.Check(t, err)
	for _, s := range sections {
		for _, e := range s.Entries {
			for _, f := range e.Fields {
				if f.Value == "Mario Rossi, via dei Tigli 3." {
					t.Errorf("the copy of the applicant's data names who else was asked")
				}
			}
		}
	}
}

// TestStaffDoNotActByTheCode: who may hand a code over does not become the applicant by it.
func TestStaffDoNotActByTheCode(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	r := w.filed(t, "istanza", "2026-03-02")
	code, err := w.Code(t.Context(), w.anna, r.ID)
	testtown.Check(t, err)
	_, err = w.MoveFollowed(t.Context(), w.desk, r.Number, code, filled(MoveInput{Act: ActWithdraw}))
	testtown.WantCode(t, err, civic.Forbidden)
	_, err = w.MoveFollowed(t.Context(), civic.Visitor(""), r.Number, code, filled(MoveInput{Act: ActWithdraw}))
	testtown.Check(t, err)
}

// TestGrantedDocumentsWait: while somebody's objection holds documents back, no answer or message has files;
// once they were given out, and where nobody objected, they may.
func TestGrantedDocumentsWait(t *testing.T) {
	t.Parallel()
	files := []blob.Attachment{{File: "f"}}
	objected := Request{Events: []Event{{ID: "c", Act: ActConsult}, {Act: ActObject, Of: "c", Objection: true}}}
	released := Request{Events: append(objected.Events, Event{Act: ActRelease})}
	for name, tt := range map[string]struct {
		r     Request
		e     Event
		waits bool
	}{
		"an answer":       {objected, Event{Act: ActAnswer, Files: files}, true},
		"a message":       {objected, Event{Act: ActMessage, Files: files}, true},
		"without files":   {objected, Event{Act: ActAnswer}, false},
		"a note":          {objected, Event{Act: ActNote, Files: files}, false},
		"after the days":  {released, Event{Act: ActMessage, Files: files}, false},
		"nobody objected": {Request{}, Event{Act: ActAnswer, Files: files}, false},
	} {
		if err := grantedFilesWait(scene{Request: tt.r}, tt.e); (err != nil) != tt.waits {
			t.Errorf("%s: %v", name, err)
		}
	}
}
