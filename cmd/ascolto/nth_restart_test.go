package main

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ascolto/crm/hours"
	"ascolto/crm/requests"
	"ascolto/crm/segment"
	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
	"ascolto/internal/reference"
)

// unsent lists forms whose effects the next program completes though nobody sends them again.
func unsent() []revision {
	return slices.Concat(requestRevisions(), hoursRevisions(), referenceRevisions(), editedRevisions())
}

// editedRevisions lists forms whose documents keep their last change.
func editedRevisions() []revision {
	return []revision{segmentRevision(), areaRevision(), stepRevision(), procedureRevision(), dutiesRevision()}
}

// stepRevision is the form of the first step by which a request is brought before somebody.
func stepRevision() revision {
	return revision{requests.ActionStepSave, func(ctx context.Context, c *creator) (civic.ID, sending, error) {
		steps, err := c.Requests.Steps(ctx)
		st, err := item(steps, err, func(st requests.Step) bool { return st.Kind == requests.StepShare })
		in := st
		in.Base, in.Value = st.Shown(), 60
		return st.ID, func(ctx context.Context, c *creator) error {
			return sent(c.Requests.SaveStep(ctx, c.staff, "", st.ID, st.Revision, in))
		}, err
	}}
}

// procedureRevision is the form of a procedure that holds from today.
func procedureRevision() revision {
	return revision{requests.ActionProcedureSave,
		func(ctx context.Context, c *creator) (civic.ID, sending, error) {
			p, err := c.Requests.Procedure(ctx, "istanza")
			if err != nil {
				return "", nil, err
			}
			v := p.Latest()
			v.Base, v.From = v.Shown(), time.Now().In(civic.Rome()).Format(time.DateOnly)
			v.Name = civic.Text{civic.Italian: "Istanza", civic.English: "Petition"}
			return p.ID, func(ctx context.Context, c *creator) error {
				return sent(c.Requests.SaveProcedure(ctx, c.staff, "", p.ID, p.Revision, v))
			}, nil
		}}
}

// repair does what the program does at its start and each minute.
func (c *creator) repair(ctx context.Context, since time.Time) error {
	_, requests := c.Requests.Repair(ctx, since)
	_, forum := c.Forum.Repair(ctx, since)
	return errors.Join(requests, forum, c.Hours.Repair(ctx, since), c.Reference.Repair(ctx, since),
		c.Segments.Repair(ctx, since), c.Accounts.Repair(ctx, since))
}

// revision returns that of what a form edits, zero of what keeps no last change: before one is edited the
// line of the change before is seen to, so that a program may die over that, too.
func (c *creator) revision(t *testing.T, action audit.Action, object civic.ID) int64 {
	t.Helper()
	var meta docstore.Meta
	var err error
	switch ctx := t.Context(); action {
	case reference.ActionDistrictSave:
		var d reference.District
		d, err = c.Reference.District(ctx, object)
		meta = d.Meta
	case reference.ActionTopicSave:
		var topic reference.Topic
		topic, err = c.Reference.Topic(ctx, object)
		meta = topic.Meta
	case segment.ActionUpdate:
		var g segment.Segment
		g, err = c.Segments.Segment(ctx, c.staff, object)
		meta = g.Meta
	case forum.ActionAreaSave:
		var a forum.Area
		a, err = c.Forum.Area(ctx, object)
		meta = a.Meta
	case requests.ActionStepSave:
		var st requests.Step
		st, err = c.Requests.Step(ctx, object)
		meta = st.Meta
	case requests.ActionProcedureSave:
		var p requests.Procedure
		p, err = c.Requests.Procedure(ctx, object)
		meta = p.Meta
	case accounts.ActionDuties:
		var a accounts.Account
		a, err = c.Accounts.Staff(ctx, c.staff, object)
		meta = a.Meta
	default:
		var h hours.Hours
		h, err = c.Hours.Hours(ctx, object)
		meta = h.Meta
	}
	if err != nil && civic.CodeOf(err) != civic.NotFound {
		t.Fatal(err)
	}
	return meta.Revision
}

// TestARestartAloneCompletesWhatIsOwed: at whichever of a form's writes the program dies, the next one
// completes it though nobody sends the form again: it is audited once, with whoever did it, and timeline,
// letters and index are what they would be.
func TestARestartAloneCompletesWhatIsOwed(t *testing.T) {
	t.Parallel()
	began := time.Now().Add(-time.Minute)
	deaths := make([]int, len(unsent()))
	var want []int // rows of timelines and letters without a death
	for n := -1; ; n++ {
		settings, m := here(t), &storetest.Mortal{}
		c := &creator{}
		closeAll := c.made(t, settings, m)
		died := 0
		for i, form := range unsent() {
			object, send, err := form.show(t.Context(), c)
			if err != nil {
				t.Fatalf("form %d (%s): %v", i, form.action, err)
			}
			revised, before := c.revision(t, form.action, object), c.recorded(t, form.action, object)
			live := func() bool { return false }
			if n >= 0 {
				live = m.Dies(n)
			}
			err = send(t.Context(), c)
			if live() {
				died++
				deaths[i]++
				closeAll()
				closeAll = c.openMortal(t, settings, m)
				nothing := n == 0 || revised > 0 && c.revision(t, form.action, object) == revised // was stored
				if err = c.repair(t.Context(), began); err == nil && nothing {
					err = send(t.Context(), c)
				}
			}
			if err != nil {
				t.Fatalf("form %d (%s) after %d writes: %v", i, form.action, n, err)
			}
			if k := c.recorded(t, form.action, object) - before; k != 1 {
				t.Errorf("form %d (%s) after %d writes: audited %d times", i, form.action, n, k)
			}
		}
		c.wantDoers(t, n)
		if err := c.Search.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		if drift, err := c.Search.Drift(t.Context(), c.Sources()...); err != nil || !drift.IsZero() {
			t.Errorf("after %d writes: the index differs from the store: %+v, %v", n, drift, err)
		}
		closeAll()
		rows := countRows(t, settings, "timeline", "deliveries")
		if n < 0 {
			want = rows
		} else if diff := cmp.Diff(want, rows); diff != "" {
			t.Errorf("after %d writes: rows of timeline, letters: %s", n, diff)
		}
		if n >= 0 && died == 0 {
			break
		}
	}
	for i, form := range unsent() {
		if deaths[i] < 2 {
			t.Errorf("form %d (%s): the program died %d times", i, form.action, deaths[i])
		}
	}
}

// wantDoers fails when a line of the audit names somebody else than who said something about the request.
func (c *creator) wantDoers(t *testing.T, n int) {
	t.Helper()
	page, err := c.Audit.List(t.Context(), c.staff, audit.Query{Action: requests.MoveAction(requests.ActMessage),
		Page: civic.PageRequest{Size: civic.MaxPageSize}})
	if err != nil || len(page.Items) != 3 {
		t.Fatalf("%d lines, %v", len(page.Items), err)
	}
	accounts := map[civic.ID]bool{}
	for _, r := range page.Items {
		accounts[r.Actor] = true
		if theirs := r.Actor == c.citizen.Account; theirs != (r.Person == c.contact) || r.Contact != c.contact {
			t.Errorf("after %d writes: %q acted as %q, about %q", n, r.Actor, r.Person, r.Contact)
		}
	}
	if diff := cmp.Diff(map[civic.ID]bool{"": true, "citizen": true, "other": true}, accounts); diff != "" {
		t.Errorf("after %d writes: who spoke: %s", n, diff)
	}
}
