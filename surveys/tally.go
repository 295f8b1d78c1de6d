package surveys

import (
	"context"
	"sync"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// Tally is what the responses of one day come to. It is derived: responses are only ever added, so it is
// right exactly when there are still Total of them, and it can be counted again at any time.
type Tally struct {
	docstore.Meta `bson:",inline"` // Key(questionnaire, day)
	Questionnaire civic.ID         `bson:"questionnaire"`
	Day           string           `bson:"day"`
	Total         int              `bson:"total"`
	Parts         []Part           `bson:"parts"`
	CheckedAt     time.Time        `bson:"checkedAt"` // when it was last known to be right
}

// Part is what the responses to one version come to.
type Part struct {
	Version   int     `bson:"version"`
	Responses int     `bson:"responses"`
	Counts    []Count `bson:"counts"` // one for each question of the version
}

// Count is what the answers to one question come to. Responses = NotShown + Shown, and Shown = Answered + not
// answered.
type Count struct {
	Question string `bson:"q"`
	Shown    int    `bson:"shown"`
	Answered int    `bson:"answered"`
	// how many chose each code; of days, how many answered each
	Codes   map[string]int            `bson:"codes,omitempty"`
	Rows    map[string]map[string]int `bson:"rows,omitempty"`    // of each row, how many chose each code
	Sum     float64                   `bson:"sum,omitempty"`     // of numbers
	Numbers []NumberCount             `bson:"numbers,omitempty"` // how many answered each number, in order
}

// NumberCount is how many answered a number.
type NumberCount struct {
	Value float64 `bson:"v"`
	N     int     `bson:"n"`
}

// counter adds up responses to one version.
type counter struct {
	asked
	part Part
}

func newCounter(version int, c Content) *counter {
	k := &counter{asked: c.asked(), part: Part{Version: version}}
	for _, q := range k.questions {
		k.part.Counts = append(k.part.Counts, Count{Question: q.Code, Codes: map[string]int{}})
	}
	return k
}

func (k *counter) add(as Answers) {
	k.part.Responses++
	for i, shown := range k.shown(as) {
		if shown {
			k.part.Counts[i].Shown++
		}
	}
	for _, a := range as {
		i, known := k.at[a.Question]
		if !known || a.Empty() {
			continue
		}
		k.part.Counts[i].Answered++
		k.kinds[i].tally(a, &k.part.Counts[i])
	}
}

// settleAfter is how long after the end of a day its responses are surely stored: far longer than any request
// may take.
const settleAfter = time.Hour

// recheckAfter is how long the counts of settled days are trusted. They are looked at again for the sake of
// what is loaded or erased later.
const recheckAfter = time.Hour

// A day with more than busyDay responses is counted again at most every busyFor, so that watching a busy
// survey stays cheap.
const (
	busyDay = 5000
	busyFor = 20 * time.Second
)

// settledBefore returns the first day that is not settled at now.
func settledBefore(now time.Time) string { return day(now.Add(-settleAfter)) }

// settled reports whether the tally was counted when its day was settled.
func (t Tally) settled() bool { return !t.CheckedAt.Before(endOfDay(t.Day).Add(settleAfter)) }

// trusted reports whether the tally can be used at now without asking how many responses there are.
func (t Tally) trusted(now time.Time) bool {
	return t.Total > busyDay && now.Sub(t.CheckedAt) < busyFor
}

// turns lets one at a time count the responses of a questionnaire: two would read the same ones.
type turns struct {
	mu sync.Mutex
	of map[civic.ID]*turn
}

// turn is held by whoever counts.
type turn struct {
	held    chan struct{}
	checked time.Time // when the settled days were last found to be right
	sum     int       // how many responses they had then
}

// take waits for the turn to count a questionnaire's responses, or returns Unavailable when ctx ends first.
func (ts *turns) take(ctx context.Context, questionnaire civic.ID) (*turn, error) {
	ts.mu.Lock()
	t := ts.of[questionnaire]
	if t == nil {
		if ts.of == nil {
			ts.of = map[civic.ID]*turn{}
		}
		t = &turn{held: make(chan struct{}, 1)}
		ts.of[questionnaire] = t
	}
	ts.mu.Unlock()
	select {
	case t.held <- struct{}{}:
		return t, nil
	case <-ctx.Done():
		return nil, civic.Wrap(civic.Unavailable, "error.unavailable", ctx.Err())
	}
}

func (t *turn) giveBack() { <-t.held }
