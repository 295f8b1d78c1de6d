package requests

import (
	"testing"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/testtown"
)

// TestAPlannedVersionIsTakenBack: a version that has not begun is taken back by an administrator, once and
// with a line of the audit: it never holds, another one may begin before its day and says the same if it
// likes, with a number of its own; one that has begun is not taken back.
func TestAPlannedVersionIsTakenBack(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	ctx := t.Context()
	w.on(t, "2026-12-01")
	p, err := w.Procedure(ctx, "istanza")
	testtown.Check(t, err)
	v := p.Latest()
	v.From, v.Term.Length = "2027-06-01", 45
	p, err = w.SaveProcedure(ctx, w.admin, formKey(), p.ID, p.Revision, v)
	testtown.Check(t, err)
	_, err = w.WithdrawVersion(ctx, w.desk, p.ID, 2)
	testtown.WantCode(t, err, civic.Forbidden)
	for number, want := range map[int]civic.Code{0: civic.NotFound, 1: civic.Conflict, 3: civic.NotFound} {
		_, err := w.WithdrawVersion(ctx, w.admin, p.ID, number)
		testtown.WantCode(t, err, want)
	}
	for range 2 {
		p, err = w.WithdrawVersion(ctx, w.admin, p.ID, 2)
		testtown.Check(t, err)
	}
	if len(p.Versions) != 2 || !p.Versions[1].Withdrawn() || p.Latest().Number != 1 {
		t.Errorf("then it has %+v", p.Versions)
	}
	page, err := w.Log.List(ctx, testtown.Root, audit.Query{Action: ActionProcedureWithdraw})
	testtown.Check(t, err)
	if len(page.Items) != 1 || page.Items[0].Actor != w.admin.Account || page.Items[0].Detail["version"] != "2" {
		t.Errorf("the audit says %+v", page.Items)
	}
	if now, ok := p.On("2027-07-01"); !ok || now.Number != 1 {
		t.Errorf("on its day holds %+v, %v", now, ok)
	}
	again, err := w.SaveProcedure(ctx, w.admin, formKey(), p.ID, p.Revision, v)
	testtown.Check(t, err)
	if now, _ := again.On("2027-07-01"); now.Number != 3 || now.Term.Length != 45 {
		t.Errorf("made again it is %+v", now)
	}
	again, err = w.WithdrawVersion(ctx, w.admin, p.ID, 3)
	testtown.Check(t, err)
	v.From, v.Term.Length = "2026-12-02", 60 // before the day of those that were taken back
	p, err = w.SaveProcedure(ctx, w.admin, formKey(), p.ID, again.Revision, v)
	testtown.Check(t, err)
	w.on(t, "2027-07-01")
	r := w.filed(t, "istanza", "2027-07-02")
	if r.Version != 4 || r.Rules.Term.Length != 60 {
		t.Errorf("filed by version %d, %+v", r.Version, r.Rules.Term)
	}
	if key := w.fails(t, w.desk, w.does(t, w.desk, r, "", MoveInput{Act: ActTake}), "",
		MoveInput{Act: ActReterm, Version: 2}); key == "" {
		t.Error("a request goes by a version that was taken back")
	}
	_, err = w.WithdrawVersion(ctx, w.admin, p.ID, 4)
	testtown.WantCode(t, err, civic.Conflict)
}

// TestAProcedureWhoseOnlyVersionIsTakenBack: it is not offered, keeps its name in the list, and can be given
// the same version once more.
func TestAProcedureWhoseOnlyVersionIsTakenBack(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	ctx := t.Context()
	w.on(t, "2026-12-01")
	all, err := w.Procedures(ctx)
	testtown.Check(t, err)
	v := all[0].Latest()
	v.From = "2027-06-01"
	p, err := w.SaveProcedure(ctx, w.admin, formKey(), "", 0, v)
	testtown.Check(t, err)
	p, err = w.WithdrawVersion(ctx, w.admin, p.ID, 1)
	testtown.Check(t, err)
	if _, ok := p.On("2027-07-01"); ok || p.Latest().Name["it"] != v.Name["it"] {
		t.Errorf("offered: %v, it is called %v", ok, p.Latest().Name)
	}
	p, err = w.SaveProcedure(ctx, w.admin, formKey(), p.ID, p.Revision, v)
	if now, ok := p.On("2027-07-01"); err != nil || !ok || now.Number != 2 {
		t.Errorf("given once more: %+v, %v, %v", now, ok, err)
	}
}
