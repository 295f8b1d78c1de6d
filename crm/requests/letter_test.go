package requests

import (
	"slices"
	"testing"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/internal/testtown"
)

// toOffice returns for which offices and which people letters to the staff were queued, in order.
func (p *post) toOffice() (all []string) {
	for _, id := range p.order {
		if l := p.kept[id]; l.Kind == LetterOffice {
			all = append(all, string(l.Event.Act)+" "+string(l.Request.Office)+" "+string(l.Request.Responsible))
		}
	}
	return all
}

// The office that gets a request is told when the desk files it for somebody, and a colleague whom somebody
// else gives it to; who takes it by themselves is not, and nobody is told twice when that is drawn again
// after it was given to another.
func TestWhoGetsARequestIsTold(t *testing.T) {
	t.Parallel()
	p := &post{kept: map[civic.ID]Letter{}}
	w := newTown(t, withPost(p), func(o *Options) {
		staff := o.People.(people)
		staff.staff = append(staff.staff, crm.Colleague{ID: "roads", Name: "Staff roads",
			Offices: []civic.ID{"lavori-pubblici"}})
		o.People = staff
	})
	w.on(t, "2026-03-02")
	procedure, err := w.Procedure(t.Context(), "istanza")
	testtown.Check(t, err)
	v := procedure.Latest()
	v.From, v.Office = "2026-03-02", "lavori-pubblici"
	_, err = w.SaveProcedure(t.Context(), w.admin, formKey(), procedure.ID, procedure.Revision, v)
	testtown.Check(t, err)
	in := asking("istanza")
	in.Contact, in.Channel = w.anna.Contact, crm.ByPhone
	r, err := w.File(t.Context(), w.desk, in)
	testtown.Check(t, err)
	if got := p.kinds(); got != "received office" {
		t.Errorf("filed at the desk: told %s", got)
	}
	r = w.does(t, w.works, r, "", MoveInput{Act: ActTake})
	r = w.does(t, w.works, r, "", MoveInput{Act: ActAssign, Responsible: "roads"})
	r = w.does(t, w.desk, r, "", MoveInput{Act: ActAssign, Responsible: "works"})
	r = w.does(t, w.desk, r, "", MoveInput{Act: ActForward, Office: "urp"})
	w.does(t, w.works, w.does(t, w.desk, r, "", MoveInput{Act: ActForward, Office: "lavori-pubblici"}), "",
		MoveInput{Act: ActTake, Responsible: "roads"})
	want := []string{"file lavori-pubblici ", "assign lavori-pubblici roads", "assign lavori-pubblici works",
		"forward urp ", "forward lavori-pubblici ", "take lavori-pubblici roads"}
	if got := p.toOffice(); !slices.Equal(got, want) {
		t.Errorf("the offices are told %q, want %q", got, want)
	}
	queued := len(p.order)
	_, err = w.Repair(t.Context(), testtown.Morning)
	testtown.Check(t, err)
	if len(p.order) != queued {
		t.Errorf("drawn again, %d more letters are queued", len(p.order)-queued)
	}
	for _, id := range p.order {
		if l := p.kept[id]; l.Event.Act == ActAssign && l.Request.Responsible != l.Event.Responsible {
			t.Errorf("drawn again, %s is told what was given to %s", l.Request.Responsible, l.Event.Responsible)
		}
	}
}
