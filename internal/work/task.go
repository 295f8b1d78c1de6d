// Package work keeps long tasks: what takes longer than a request may, is asked for once, is worked on by
// exactly one process at a time, and goes on where it stood when that process ends or dies. A task is claimed
// by a lease that its worker renews; each claim raises the task's Term, and whatever a worker stores names
// the term it works under, so that one who lost its lease stores nothing more. What a task produces, a file
// in parts or a link, belongs to who asked for it.
package work

import (
	"context"
	"strconv"
	"strings"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// The permissions of tasks. What a task does asks for the permission of its kind.
const (
	// PermAll is to see everybody's tasks and to stop them, never to take their results.
	PermAll civic.Permission = "work.all"
)

// State is where a task stands.
type State string

// The states. Waiting and Running are open: somebody works on them or will.
const (
	Waiting   State = "waiting"
	Running   State = "running"
	Done      State = "done"
	Failed    State = "failed"
	Cancelled State = "cancelled"
)

// Task is one piece of long work as it is stored.
type Task struct {
	docstore.Meta `bson:",inline"`
	Kind          string            `bson:"kind"`
	Input         map[string]string `bson:"input,omitempty"`   // codes and ids: what the kind needs to know
	Subject       string            `bson:"subject,omitempty"` // what it is about, in somebody's words
	Owner         civic.ID          `bson:"owner"`             // the account that asked for it
	Name          string            `bson:"name"`              // of that colleague
	Roles         []civic.Role      `bson:"roles,omitempty"`   // of that colleague, when they asked
	CreatedAt     time.Time         `bson:"createdAt"`

	State State `bson:"state"`
	// Due is from when on somebody may claim an open task: while it is worked on, the end of the lease.
	Due time.Time `bson:"due"`
	// how often it was claimed: what is stored must name the latest
	Term   int64  `bson:"term"`
	Holder string `bson:"holder,omitempty"` // the process that claimed it, for the log
	Tries  int    `bson:"tries"`            // claims since the last checkpoint
	Stop   bool   `bson:"stop,omitempty"`   // somebody asked that it end
	// who cancelled it, and when: earlier versions did not say
	StoppedBy civic.ID  `bson:"stoppedBy,omitempty"`
	StoppedAt time.Time `bson:"stoppedAt,omitempty"`
	Position  `bson:",inline"`

	EndedAt time.Time `bson:"endedAt,omitempty"`
	Fault   string    `bson:"fault,omitempty"` // why it failed: a text of the catalogues
	// how often it failed without having come further, of a task of the program, which is begun anew
	Failures int    `bson:"failures,omitempty"`
	Gaps     Gaps   `bson:"faultArgs,omitempty"`
	Result   Result `bson:"result"`
	Spans    []Span `bson:"spans,omitempty"` // the parts of its file, in order
	Size     int64  `bson:"size,omitempty"`  // bytes in them
	TakenOff bool   `bson:"takenOff,omitempty"`
}

// Gaps fill what the text of a fault leaves open.
type Gaps map[string]string

// Why returns why a task failed.
func (t Task) Why() civic.Message {
	args := civic.Args{}
	for name, value := range t.Gaps {
		args[name] = value
	}
	return civic.Message{Key: t.Fault, Args: args}
}

// Position is how far a task is. A worker stores it at each checkpoint.
type Position struct {
	Done       int    `bson:"done"`
	Total      int    `bson:"total"`                // 0: not known
	Step       string `bson:"step,omitempty"`       // what is being done: a text of the catalogues
	Checkpoint string `bson:"checkpoint,omitempty"` // where to go on, in the kind's words; empty: begin
}

// Result is what a task ended with: a file when something was written to Progress, else a link or nothing.
type Result struct {
	FileName  string `bson:"fileName,omitempty"`
	MediaType string `bson:"mediaType,omitempty"`
	Link      string `bson:"link,omitempty"` // a path of the site
}

// Span is parts of a file that were written under one term, numbered from From.
type Span struct {
	Term  int64 `bson:"term"`
	From  int   `bson:"from"`
	Count int   `bson:"count"`
}

// Part is a piece of a task's file. Its id is task/term/number, so that workers of two terms never write the
// same one.
type Part struct {
	docstore.Meta `bson:",inline"`
	Bytes         []byte `bson:"bytes"`
}

// KindWord returns the text of the catalogues that a kind of task is called by.
func KindWord(kind string) string { return "work.kind." + strings.ReplaceAll(kind, ".", "_") }

// Kind is one sort of task; it is called by the text KindWord.
type Kind struct {
	Name       string           // "crm.contacts.export"
	Permission civic.Permission // to ask for it, and to take its result
	// May returns an error when by may not have this task done, although they have Permission: as when it is
	// about what another office has. It is asked when the task is asked for, at every checkpoint, and when its
	// result is taken; nil: Permission is all it takes.
	May      func(ctx context.Context, by civic.Actor, t Task) error
	Run      Handler
	Personal bool // its file holds data of people: it goes when one of them is erased

	Urgent bool // workers are kept free for it
	// Here reports whether this process may do a task, as when it is about what the process alone has; nil:
	// any.
	Here func(Task) bool
}

// Handler does a task, from t.Checkpoint on. It calls p.Checkpoint whenever what was done since the last one
// need not be done again, and returns at once when that returns an error or ctx ends. An *civic.Error is
// shown to whoever asked; any other is logged.
type Handler func(ctx context.Context, t Task, p *Progress) (Result, error)

// Open reports whether somebody works on the task or will.
func (t Task) Open() bool { return t.State == Waiting || t.State == Running }

// OfProgram reports whether nobody asked for the task: the state of something needs it.
func (t Task) OfProgram() bool { return t.Owner == "" }

// HasFile reports whether there is a file to take.
func (t Task) HasFile() bool { return t.State == Done && len(t.Spans) > 0 && !t.TakenOff }

// KeptUntil returns when the file of a task that is done is removed.
func (t Task) KeptUntil() time.Time { return t.EndedAt.Add(FileLife) }

// Percent returns how much is done, of a hundred; 0 when that is not known.
func (t Task) Percent() int {
	switch {
	case t.State == Done:
		return 100
	case t.Total <= 0:
		return 0
	}
	return min(100*t.Done/t.Total, 100)
}

// By returns the colleague who asked for the task, without permissions, to name in the audit.
func (t Task) By() civic.Actor {
	who := civic.Actor{Account: t.Owner, Name: t.Name, Roles: t.Roles, Request: string(t.ID)}
	return civic.NewActor(who, nil)
}

// parts returns how many parts the file has.
func (t Task) parts() (n int) {
	for _, s := range t.Spans {
		n += s.Count
	}
	return n
}

// partIDs yields the ids of the file's parts, in order.
func (t Task) partIDs(yield func(civic.ID) bool) {
	for _, s := range t.Spans {
		for i := range s.Count {
			if !yield(partID(t.ID, s.Term, s.From+i)) {
				return
			}
		}
	}
}

func partID(task civic.ID, term int64, number int) civic.ID {
	return civic.Key(task, civic.ID(strconv.FormatInt(term, 10)), civic.ID(strconv.Itoa(number)))
}

// include notes that the file goes on with count parts numbered from from, written under the task's term.
func (t *Task) include(from, count int) {
	if count == 0 {
		return
	}
	if n := len(t.Spans); n > 0 && t.Spans[n-1].Term == t.Term {
		t.Spans[n-1].Count += count
		return
	}
	t.Spans = append(t.Spans, Span{Term: t.Term, From: from, Count: count})
}
