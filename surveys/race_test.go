package surveys_test

import (
	"sync"
	"testing"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/surveys"
	"ascolto/surveys/logic"
)

// Of those who publish, discard and edit at the same time what they all see, one is heard and the others are
// told; what is published is what one of them saw, whole.
func TestPublishDiscardAndEditAtOnce(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx := o.published(surveys.Anonymous), t.Context()
	won := map[string]int{}
	add := func(q surveys.Questionnaire) (surveys.Questionnaire, error) {
		q, _, err := o.AddQuestion(ctx, comms, q.ID, q.Revision, 1, surveys.NPS,
			surveys.QuestionInput{Text: label("Nuova"), Join: logic.All})
		return q, err
	}
	size := func(c surveys.Content) (n int) {
		for _, p := range c.Pages {
			n += len(p.Questions)
		}
		return n + len(c.Pages)
	}
	for round := range 25 {
		q = take(add(q))(t)
		live := take(o.Published(ctx, comms, q))(t)
		when := surveys.Publication{Schedule: surveys.Schedule{OpensAt: q.OpensAt, ClosesAt: q.ClosesAt,
			Grace: q.Grace}}
		acts := map[string]func(by civic.Actor) (surveys.Questionnaire, error){
			"publish": func(by civic.Actor) (surveys.Questionnaire, error) {
				return o.Publish(ctx, by, q.ID, q.Revision, when)
			},
			"discard": func(by civic.Actor) (surveys.Questionnaire, error) {
				return o.Discard(ctx, by, q.ID, q.Revision)
			},
			"edit": func(by civic.Actor) (surveys.Questionnaire, error) {
				return o.AddPage(ctx, by, q.ID, q.Revision)
			},
		}
		var mu sync.Mutex
		var all sync.WaitGroup
		heard, after := []string{}, surveys.Questionnaire{}
		for name, act := range acts {
			for _, by := range []civic.Actor{comms, staff("colleague", civic.Communication)} {
				all.Go(func() {
					if name != "publish" { // which stores twice
						time.Sleep(time.Duration(round%6) * 2 * time.Millisecond)
					}
					got, err := act(by)
					mu.Lock()
					defer mu.Unlock()
					switch civic.CodeOf(err) {
					case "":
						heard, after = append(heard, name), got
					case civic.Conflict:
					default:
						t.Errorf("%s: %v", name, err)
					}
				})
			}
		}
		all.Wait()
		if len(heard) != 1 {
			t.Fatalf("round %d: %v were heard", round, heard)
		}
		won[heard[0]]++
		now := take(o.Published(ctx, comms, after))(t)
		want := map[string][3]int{ // versions, pages and questions asked, those in the draft
			"publish": {q.Version() + 1, size(q.Content), size(q.Content)},
			"discard": {q.Version(), size(live), size(live)},
			"edit":    {q.Version(), size(live), size(q.Content) + 1},
		}[heard[0]]
		if got := [3]int{after.Version(), size(now), size(after.Content)}; got != want {
			t.Fatalf("round %d: after %s %v, want %v", round, heard[0], got, want)
		}
		q = after
		if heard[0] == "edit" {
			q = take(o.Discard(ctx, comms, q.ID, q.Revision))(t)
		}
	}
	t.Logf("heard: %v", won)
	for action, n := range map[string]int{
		"surveys.questionnaire.publish": won["publish"] + 1, "surveys.questionnaire.discard": won["discard"] +
			won["edit"],
	} {
		if got := len(
			o.audited(audit.Query{Action: audit.Action(action),
				Page: civic.PageRequest{Size: civic.MaxPageSize}})); got != n {
			t.Errorf("%s audited %d times, want %d", action, got, n)
		}
	}
}
