package civic

import (
	"context"
	"iter"
	"slices"
	"time"
)

// ActivityKind is what an entry of a timeline stands for. Each domain names its own.
type ActivityKind string

// Activity is one entry of a citizen's timeline: a call, an answer, a post, a mail. It is derived from the
// document Ref names and can be written again: ID is made of kind and reference, so that a repeat changes
// nothing.
type Activity struct {
	ID      ID // Key(Kind, Ref, …)
	Contact ID // whose timeline
	Kind    ActivityKind
	Ref     ID // the document it stands for
	At      time.Time
	// one line in the words of who wrote it: a subject, a thread title, a questionnaire title
	Title   string
	Channel string   // by which way: "phone", "desk", "web", "mail", "letter"
	Office  ID       // the office concerned, if any
	By      ID       // the account that did it, if staff
	Files   int      // how many are attached
	Answers []Answer // what segments may choose by; empty for anonymous answers
}

// Answer is one coded answer that a segment may choose by: question Key of Source was answered with Value.
type Answer struct {
	Source ID     // the questionnaire
	Key    string // the question's code
	Value  string // the option's code, or the digit of a scale
}

// Recorder puts an activity on a contact's timeline. Recording the same ID again replaces the entry.
// *crm.Service is one.
type Recorder interface {
	Record(ctx context.Context, a Activity) error
}

// bulkRecorder is a Recorder that takes many entries at once.
type bulkRecorder interface {
	RecordMany(ctx context.Context, activities iter.Seq[Activity]) error
}

// RecordMany puts activities on their timelines, all at once where r can do that.
func RecordMany(ctx context.Context, r Recorder, activities []Activity) error {
	if many, ok := r.(bulkRecorder); ok {
		return many.RecordMany(ctx, slices.Values(activities))
	}
	for _, a := range activities {
		if err := r.Record(ctx, a); err != nil {
			return err
		}
	}
	return nil
}
