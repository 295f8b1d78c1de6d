package requests

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/testtown"
)

// Observations that staff write down have the day on which they came: no day to come, none before the notice
// was received. They open the way to a refusal from the next day on, and the term starts again from theirs;
// those of the applicant's own do at once.
func TestObservationsThatStaffWriteDown(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	noticed := func() Request {
		r := w.filed(t, "istanza", "2026-03-02")
		r = w.does(t, w.desk, r, "", MoveInput{Act: ActTake})
		r = w.does(t, w.desk, r, "2026-03-10", MoveInput{Act: ActNotice})
		notice, _ := r.event(ActNotice)
		return w.does(t, w.desk, r, "2026-03-14", MoveInput{Act: ActServe, Of: notice.ID, On: "2026-03-12"})
	}
	r := noticed()
	for day, want := range map[string]string{
		"": "error.date", "2026-03-15": "error.date.future", "2026-03-11": "requests.error.observed_before",
	} {
		_, err := w.Service.Move(t.Context(), w.desk, r.ID, filled(MoveInput{Act: ActObserve, On: day}))
		if diff := cmp.Diff([]string{"on " + want}, fieldsOf(err)); diff != "" {
			t.Errorf("came on %q: %s", day, diff)
		}
	}
	refuse := MoveInput{Act: ActRefuse, Considered: "Non cambiano la valutazione."}
	r = w.does(t, w.desk, r, "", MoveInput{Act: ActObserve, On: "2026-03-14"})
	if key := w.fails(t, w.desk, r, "", refuse); key != "requests.block.observed_today" {
		t.Errorf("refused on the day on which staff wrote down observations: %q", key)
	}
	// 8 days used, 14 + 10 March + 22
	if due := w.clockOf(t, r, "2026-03-30").Due.String(); due != "2026-04-15" {
		t.Errorf("due on %s", due)
	}
	if r = w.does(t, w.desk, r, "2026-03-15", refuse); r.State != Refused {
		t.Errorf("the day after: %s", r.State)
	}

	earlier := w.does(t, w.desk, noticed(), "", MoveInput{Act: ActObserve, On: "2026-03-13"})
	if due := w.clockOf(t, earlier, "2026-03-30").Due.String(); due != "2026-04-14" {
		t.Errorf("a day earlier: due on %s", due)
	}
	if earlier = w.does(t, w.desk, earlier, "", refuse); earlier.State != Refused {
		t.Errorf("what came on a day before: %s", earlier.State)
	}

	late := w.does(t, w.desk, noticed(), "2026-03-25", MoveInput{Act: ActObserve, On: "2026-03-25"})
	if late = w.does(t, w.desk, late, "", refuse); late.State != Refused {
		t.Errorf("what came after the ten days makes the office wait: %s", late.State)
	}

	own := w.does(t, w.anna, noticed(), "", MoveInput{Act: ActObserve, On: "2020-01-01"})
	if e, _ := own.event(ActObserve); e.On != "" {
		t.Errorf("the applicant's own came on %s", e.On)
	}
	if own = w.does(t, w.desk, own, "", refuse); own.State != Refused {
		t.Errorf("the applicant's own observations: %s", own.State)
	}
}

// A request goes by another version only when it has begun, and not once its term is over; the applicant
// reads why.
func TestAVersionThatHolds(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	r := w.filed(t, "istanza", "2026-03-02")
	p, err := w.Procedure(t.Context(), "istanza")
	testtown.Check(t, err)
	v := p.Latest()
	v.From, v.Term.Length = "2026-03-20", 60
	w.on(t, "2026-03-10")
	_, err = w.SaveProcedure(t.Context(), w.admin, formKey(), p.ID, p.Revision, v)
	testtown.Check(t, err)
	in := MoveInput{Act: ActReterm, Version: 2, Text: "È cambiato il regolamento.", Reason: "Delibera 7."}
	_, err = w.Service.Move(t.Context(), w.desk, r.ID, filled(in))
	if diff := cmp.Diff([]string{"version error.choice"}, fieldsOf(err)); diff != "" {
		t.Errorf("a version to come: %s", diff)
	}
	late := r
	r = w.does(t, w.desk, w.filed(t, "istanza", "2026-03-19"), "2026-03-20", in)
	own, err := w.Own(t.Context(), w.anna, r.ID)
	testtown.Check(t, err)
	if e, _ := own.event(ActReterm); e.Text != in.Text || e.Reason != "" || own.Version != 2 {
		t.Errorf("the applicant reads %+v", e)
	}
	if key := w.fails(t, w.desk, late, "2026-04-02", in); key != "requests.block.reterm_late" {
		t.Errorf("once the term is over: %q", key)
	}
}

// A timeline has the number of a request; what it is about, who may read the request looks up.
func TestSubjects(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	r := w.filed(t, "istanza", "2026-03-02")
	entries, err := w.CRM.Timeline(t.Context(), w.desk, r.Contact, civic.PageRequest{})
	testtown.Check(t, err)
	if len(entries.Items) != 1 || entries.Items[0].Title != r.Number {
		t.Errorf("the timeline says %+v", entries.Items)
	}
	reader := testtown.Colleague(civic.Grants{civic.Communication: {"crm.contact.read"}}, "comm",
		civic.Communication)
	for name, c := range map[string]struct {
		by   civic.Actor
		want int
	}{
		"the desk": {w.desk, 1}, "the applicant": {w.anna, 1}, "another citizen": {w.bruno, 0},
		"another office": {w.works, 0}, "who reads only contacts": {reader, 0}, "a visitor": {civic.Visitor(""), 0},
	} {
		found, err := w.Subjects(t.Context(), c.by, []civic.ID{r.ID, "01JBZZZZZZZZZZZZZZZZZZZZZZ"})
		if err != nil || len(found) != c.want || c.want == 1 && found[r.ID] != r.Subject {
			t.Errorf("%s is told %v, %v", name, found, err)
		}
	}
}

// What the audit has to say of a move, a repair writes when the program ended before it was written; once,
// and with who did it.
func TestTheAuditIsRepaired(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	r := w.filed(t, "istanza", "2026-03-02")
	lost := Event{ID: civic.ID(formKey()), Act: ActTake, At: w.Clock.Now(), By: w.desk.Account,
		ByName:      "Staff desk",
		Responsible: w.desk.Account}
	_, err := w.requests.Update(t.Context(), r.ID, func(r *Request) error {
		r.Events = append(r.Events, lost)
		return r.derive(w.cal)
	})
	testtown.Check(t, err)
	for range 2 {
		_, err := w.Repair(t.Context(), lost.At)
		testtown.Check(t, err)
	}
	found, err := w.Log.About(t.Context(), civic.System("test"), civic.Subject{Contact: r.Contact})
	testtown.Check(t, err)
	takes, files := 0, 0
	for _, e := range found {
		switch e.Action {
		case MoveAction(ActFile):
			files++
		case MoveAction(ActTake):
			if takes++; e.Actor != w.desk.Account || e.Name != "Staff desk" || e.Object != civic.Key(r.ID, lost.ID) {
				t.Errorf("the line is %+v", e)
			}
		}
	}
	if takes != 1 || files != 1 {
		t.Errorf("%d lines of the take, %d of the filing", takes, files)
	}
}

// What a person did before their data were erased is written into the audit under no other name afterwards.
func TestARepairAddsNothingAboutErasedPeople(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	since := w.Clock.Now().AddDate(-1, 0, 0)
	r := w.does(t, w.anna, w.filed(t, "istanza", "2026-03-02"), "", MoveInput{Act: ActWithdraw})
	officer := testtown.Colleague(civic.Grants{civic.DataProtection: {civic.PermErase, audit.PermRead}}, "dpo",
		civic.DataProtection)
	about := civic.Subject{Contact: w.anna.Contact}
	testtown.Check(t, w.ErasePersonal(t.Context(), officer, about, civic.PersonalErasure{}))
	_, err := w.Repair(t.Context(), since)
	testtown.Check(t, err)
	lines, err := w.Log.List(t.Context(), officer, audit.Query{Action: MoveAction(ActWithdraw)})
	testtown.Check(t, err)
	if len(lines.Items) != 1 {
		t.Errorf("%s: %d lines of one withdrawal: %+v", r.Number, len(lines.Items), lines.Items)
	}
}
