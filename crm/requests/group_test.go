package requests

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
	"ascolto/internal/testtown"
)

// TestTwoHundredOnOneFact: two hundred requests on one fault are a group, and one text answers them: each
// applicant gets one letter, with the number of their own request, however often the form is sent.
func TestTwoHundredOnOneFact(t *testing.T) {
	t.Parallel()
	o := &tray{}
	w := newTown(t, func(opt *Options) { opt.Outbox = o })
	ctx := t.Context()
	w.on(t, "2026-03-02")
	g, err := w.CreateGroup(ctx, w.desk, formKey(), "  Via Emilia al buio ", "urp")
	testtown.Check(t, err)
	if g.Name != "Via Emilia al buio" {
		t.Errorf("it is called %q", g.Name)
	}
	many := 200
	if os.Getenv(storetest.EngineSetting) != "" { // which lets one command through at a time
		many = 20
	}
	var ids []civic.ID
	for n := range many {
		in := asking("istanza")
		in.Subject = fmt.Sprintf("Lampione %d", n)
		r, err := w.File(ctx, w.anna, in)
		testtown.Check(t, err)
		ids = append(ids, r.ID)
	}
	join := MoveInput{FormKey: formKey(), Act: ActGroup, Group: g.ID}
	for range 2 {
		if unmoved, err := w.MoveEach(ctx, w.desk, ids, join); err != nil || len(unmoved) > 0 {
			t.Fatalf("%d are not in the group, %v, %v", len(unmoved), unmoved[:1], err)
		}
	}
	if unmoved, err := w.MoveEach(ctx, w.desk, ids[:1], MoveInput{FormKey: formKey(), Act: ActGroup,
		Group: g.ID}); err != nil || len(unmoved) != 1 {
		t.Errorf("into a second group: %v, %v", unmoved, err)
	}
	w.does(t, w.desk, Request{Meta: docstore.Meta{ID: ids[0]}}, "", MoveInput{Act: ActUngroup})
	in := MoveInput{FormKey: formKey(), Act: ActAnswer,
		Text: "Gentile {{nome}}, il guasto della richiesta {{ numero }} è riparato ({{Subject}}, {{data}})."}
	letters := func() (all []Letter) {
		for _, l := range o.letters {
			if l.Kind == LetterAnswered {
				all = append(all, l)
			}
		}
		return all
	}
	for range 2 {
		done, unmoved, err := w.MoveGroup(ctx, w.desk, g.ID, in)
		if err != nil || done != many-1 || len(unmoved) > 0 {
			t.Fatalf("%d answered, %v, %v", done, unmoved, err)
		}
	}
	if n := len(letters()); n != many-1 {
		t.Fatalf("%d letters", n)
	}
	for _, l := range letters() {
		want := fmt.Sprintf("Gentile Anna Però, il guasto della richiesta %s è riparato (%s, 02/03/2026).",
			l.Request.Number, l.Request.Subject)
		if l.Event.Text != want {
			t.Fatalf("a letter says %q, want %q", l.Event.Text, want)
		}
	}
	members, others, err := w.GroupMembers(ctx, w.desk, g.ID)
	if err != nil || len(members) != many-1 || others != 0 || members[0].State != Answered {
		t.Errorf("%d members, %d others, %v", len(members), others, err)
	}
	own, err := w.Own(ctx, w.anna, ids[5])
	testtown.Check(t, err)
	for _, e := range own.Events {
		if e.Act == ActGroup || strings.Contains(fmt.Sprint(e), "al buio") {
			t.Errorf("the applicant reads of the group: %+v", e)
		}
	}
}

// TestGroupsAndOffices: what goes wrong with a text is said before anything is sent; another office neither
// reads a group nor answers for it, and its requests in a group are its own.
func TestGroupsAndOffices(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	ctx := t.Context()
	first := w.filed(t, "istanza", "2026-03-02")
	second := w.filed(t, "istanza", "2026-03-02")
	g, err := w.CreateGroup(ctx, w.desk, formKey(), "Buche", "urp")
	testtown.Check(t, err)
	for _, r := range []Request{first, second} {
		w.does(t, w.desk, r, "", MoveInput{Act: ActGroup, Group: g.ID})
	}
	w.does(t, w.desk, second, "", MoveInput{Act: ActForward, Office: "lavori-pubblici", Reason: "Vostra."})
	if _, err := w.Group(ctx, w.works, g.ID); civic.CodeOf(err) != civic.NotFound {
		t.Errorf("another office reads the group: %v", err)
	}
	if _, _, err := w.MoveGroup(ctx, w.works, g.ID, MoveInput{FormKey: formKey(), Act: ActMessage,
		Text: "x"}); civic.CodeOf(err) != civic.NotFound {
		t.Errorf("another office writes to the group: %v", err)
	}
	if _, err := w.CreateGroup(ctx, w.works, formKey(), "Buche", "urp"); civic.CodeOf(err) != civic.Forbidden {
		t.Errorf("another office makes a group of the URP: %v", err)
	}
	if _, err := w.Service.Move(ctx, w.works, second.ID, MoveInput{FormKey: formKey(), Act: ActGroup,
		Group: g.ID}); err == nil {
		t.Error("another office puts a request into the group")
	}
	for text, want := range map[string]string{"Caro {{cognome}}, {{x}}": "text requests.error.group_fields",
		" \u200b ": "text error.required"} {
		_, _, err := w.MoveGroup(ctx, w.desk, g.ID, MoveInput{FormKey: formKey(), Act: ActAnswer, Text: text})
		if got := fieldsOf(err); len(got) != 1 || got[0] != want {
			t.Errorf("%q: %v", text, got)
		}
	}
	if r, err := w.Request(ctx, w.desk, first.ID); err != nil || r.State != Received {
		t.Errorf("after a refusal it is %s, %v", r.State, err)
	}
	done, unmoved, err := w.MoveGroup(ctx, w.desk, g.ID, MoveInput{FormKey: formKey(), Act: ActAnswer,
		Text: "Fatto."})
	if err != nil || done != 1 || len(unmoved) != 1 || unmoved[0].ID != second.ID {
		t.Errorf("answered %d, not %v, %v", done, unmoved, err)
	}
	list, err := w.Groups(ctx, w.works, civic.PageRequest{})
	if err != nil || len(list.Items) != 0 {
		t.Errorf("another office lists %v, %v", list.Items, err)
	}
}
