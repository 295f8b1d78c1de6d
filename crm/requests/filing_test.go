package requests

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ascolto/crm"
	"ascolto/internal/civic"
)

func TestFiling(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.on(t, "2026-11-30")
	in := asking("disservizio")
	r, err := w.File(t.Context(), w.anna, in)
	if err != nil || r.Number != "2026-000001" || r.State != Received || r.Office != "urp" ||
		r.Contact != w.anna.Contact ||
		r.Applicant != "Anna Però" || r.DueOn != "2026-12-30" ||
		r.Channel != crm.ByWeb ||
		r.Grounds != "" {
		t.Fatalf("%+v, %v", r, err)
	}
	again, err := w.File(t.Context(), w.anna, in)
	if err != nil || again.Number != r.Number || again.Revision != 1 {
		t.Errorf("sent twice: %s, %v", again.Number, err)
	}
	if n := count(w.Audited(t, r.Contact), string(MoveAction(ActFile))); n != 1 {
		t.Errorf("the audit has it %d times", n)
	}
	in.Text = "Altro"
	if _, err := w.File(t.Context(), w.anna, in); civic.CodeOf(err) != civic.Conflict {
		t.Errorf("another request by the same form: %v", err)
	}
	second, err := w.File(t.Context(), w.bruno, asking("accesso-documenti"))
	if err != nil || second.Number != "2026-000002" || second.Grounds == "" {
		t.Errorf("%+v, %v", second, err)
	}
	w.on(t, "2027-01-04")
	if r, err := w.File(t.Context(), w.anna, asking("reclamo")); err != nil || r.Number != "2027-000001" {
		t.Errorf("in the new year: %s, %v", r.Number, err)
	}
}

func TestFilingWhatIsWrong(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	for name, c := range map[string]struct {
		by   civic.Actor
		in   func(*FileInput)
		want []string
	}{
		"nothing typed": {w.anna, func(in *FileInput) { in.Subject, in.Text = " ", "\u2800" },
			[]string{"subject error.required", "text error.required"}},
		"no reason where there must be one": {w.anna,
			func(in *FileInput) { in.Procedure, in.Grounds = "accesso-documenti", "" },
			[]string{"grounds error.required"}},
		"no such procedure": {w.anna, func(in *FileInput) { in.Procedure = "grazia" },
			[]string{"procedure error.choice"}},
		"staff for nobody": {w.desk, func(in *FileInput) {},
			[]string{"contact error.required", "channel error.choice"}},
		"staff by no channel": {w.desk, func(in *FileInput) { in.Contact = w.anna.Contact },
			[]string{"channel error.choice"}},
		"staff, tomorrow": {w.desk, func(in *FileInput) {
			in.Contact, in.Channel, in.ReceivedOn = w.anna.Contact, crm.ByLetter, "2026-11-24"
		}, []string{"received_on error.date.future"}},
		"too long": {w.anna, func(in *FileInput) { in.Text = strings.Repeat("è", 10_001) },
			[]string{"text error.text.long"}},
	} {
		in := asking("istanza")
		c.in(&in)
		_, err := w.File(t.Context(), c.by, in)
		if diff := cmp.Diff(c.want, fieldsOf(err)); diff != "" {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
	}
	for name, by := range map[string]civic.Actor{"a visitor": w.Visitor, "an administrator": w.admin} {
		if _, err := w.File(t.Context(), by, asking("istanza")); civic.CodeOf(err) != civic.Unauthenticated &&
			civic.CodeOf(err) != civic.Forbidden {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What came by letter counts from the day it came.
func TestFilingForSomebody(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.on(t, "2026-03-06")
	in := asking("istanza")
	in.Contact, in.Channel, in.ReceivedOn = w.bruno.Contact, crm.ByLetter, "2026-03-02"
	r, err := w.File(t.Context(), w.desk, in)
	if err != nil || r.DueOn != "2026-04-01" || r.Applicant != "Bruno D’Angelo" ||
		r.Events[0].ByName != "Staff desk" ||
		r.Events[0].Citizen {
		t.Errorf("%+v, %v", r, err)
	}
	if code, err := w.Code(t.Context(), w.desk, r.ID); err != nil || len(code) != 23 {
		t.Errorf("the receipt has the code %q, %v", code, err)
	}
	if own, err := w.OwnRequests(t.Context(), w.bruno, civic.PageRequest{}); err != nil ||
		len(own.Items) != 1 {
		t.Errorf("%d of one's own, %v", len(own.Items), err)
	}
}

// Numbers are given once, whoever asks for them at the same time.
func TestNumbersAreUnique(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	instances := []*Service{w.Service, w.another(t)}
	var wg sync.WaitGroup
	var mu sync.Mutex
	seen := map[string]int{}
	for i := range 40 {
		wg.Go(func() {
			in := asking("reclamo")
			in.Subject = fmt.Sprint("Reclamo ", i)
			r, err := instances[i%2].File(t.Context(), w.anna, in)
			if err != nil {
				t.Errorf("filing: %v", err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			seen[r.Number]++
		})
	}
	wg.Wait()
	if len(seen) != 40 {
		t.Errorf("%d numbers for 40 requests", len(seen))
	}
	if seen["2026-000040"] != 1 {
		t.Errorf("they are not in order: %v", seen)
	}
}

// A counter that was set back, as by a copy of the store, gives no number twice.
func TestNumberOfAnOlderCounter(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	for range 3 {
		w.filed(t, "reclamo", "2026-03-02")
	}
	if err := w.counters.Delete(t.Context(), "2026"); err != nil {
		t.Fatal(err)
	}
	if r := w.filed(t, "reclamo", "2026-03-02"); r.Number != "2026-000004" {
		t.Errorf("%s", r.Number)
	}
}

func TestSecretCode(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	r, other := w.filed(t, "istanza", "2026-03-02"), w.filed(t, "istanza", "2026-03-02")
	code, err := w.Code(t.Context(), w.anna, r.ID)
	if err != nil ||
		!regexp.MustCompile(`^[0-9A-HJKMNP-TV-Z]{5}(-[0-9A-HJKMNP-TV-Z]{5}){3}$`).MatchString(code) {
		t.Fatalf("%q, %v", code, err)
	}
	if _, err := w.Code(t.Context(), w.bruno, r.ID); civic.CodeOf(err) != civic.NotFound {
		t.Errorf("another citizen has the code: %v", err)
	}
	typed := " " + strings.ToLower(
		strings.ReplaceAll(strings.ReplaceAll(code, "-", " "), "1", "l"),
	) + "\u200B"
	for name, c := range map[string]struct {
		number, code string
		found        bool
	}{
		"as printed": {r.Number, code, true}, "as typed": {r.Number + " ", typed, true},
		"of another": {other.Number, code, false}, "no number": {"2026-999999", code, false},
		"empty": {r.Number, "", false}, "half": {r.Number, code[:11], false}, "no request": {"", "", false},
	} {
		got, err := w.Followed(t.Context(), w.Visitor, c.number, c.code)
		if c.found != (err == nil && got.ID == r.ID) || !c.found && civic.CodeOf(err) != civic.NotFound {
			t.Errorf("%s: %s, %v", name, got.Number, err)
		}
	}
	in := filled(MoveInput{Act: ActMessage, Text: "Ci sono novità?"})
	moved, err := w.MoveFollowed(t.Context(), w.Visitor, r.Number, code, in)
	if err != nil || !moved.Events[1].Citizen || moved.Seed != "" {
		t.Errorf("writing by number and code: %+v, %v", moved.Events, err)
	}
	if _, err := w.MoveFollowed(t.Context(), w.Visitor, r.Number, "x", in); civic.CodeOf(
		err,
	) != civic.NotFound {
		t.Errorf("writing without the code: %v", err)
	}
	stored, err := w.requests.Get(t.Context(), r.ID)
	if err != nil || strings.Contains(fmt.Sprintf("%+v", stored), code[:5]) {
		t.Errorf("the store knows the code: %v", err)
	}
}

func TestQueue(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	late, soon := w.filed(t, "istanza", "2026-03-02"), w.filed(t, "assistenza", "2026-03-03")
	moved := w.filed(t, "disservizio", "2026-03-04")
	w.does(t, w.desk, moved, "", MoveInput{Act: ActForward, Office: "lavori-pubblici"})
	w.does(t, w.desk, late, "", MoveInput{Act: ActTake})
	done := w.does(t, w.desk, w.filed(t, "reclamo", "2026-03-05"), "", MoveInput{Act: ActTake})
	w.does(t, w.desk, done, "", MoveInput{Act: ActAnswer})
	for name, c := range map[string]struct {
		by   civic.Actor
		f    Filter
		want []string
	}{
		"all, by due day": {w.desk, Filter{}, []string{soon.Number, late.Number, moved.Number}},
		"the other way": {w.desk, Filter{Order: ByDueDown},
			[]string{moved.Number, late.Number, soon.Number}},
		"my own":                    {w.desk, Filter{Mine: true}, []string{late.Number}},
		"an office":                 {w.desk, Filter{Office: "lavori-pubblici"}, []string{moved.Number}},
		"in a state":                {w.desk, Filter{State: Received}, []string{soon.Number}},
		"my own in a state":         {w.desk, Filter{Mine: true, State: InCharge}, []string{late.Number}},
		"closed":                    {w.desk, Filter{Closed: true}, []string{done.Number}},
		"what another office reads": {w.works, Filter{}, []string{moved.Number}},
		"and in a state":            {w.works, Filter{State: Forwarded}, []string{moved.Number}},
	} {
		found, err := w.Queue(t.Context(), c.by, c.f, civic.PageRequest{})
		var got []string
		for _, r := range found.Items {
			got = append(got, r.Number)
		}
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
	}
	if _, err := w.Queue(t.Context(), w.works, Filter{Office: "urp"}, civic.PageRequest{}); civic.CodeOf(
		err,
	) != civic.Forbidden {
		t.Errorf("another office's: %v", err)
	}
	if _, err := w.Queue(t.Context(), w.anna, Filter{}, civic.PageRequest{}); civic.CodeOf(
		err,
	) != civic.Forbidden {
		t.Errorf("a citizen: %v", err)
	}
	if _, err := w.Service.Request(t.Context(), w.works, late.ID); civic.CodeOf(err) != civic.NotFound {
		t.Errorf("another office reads it: %v", err)
	}
}
