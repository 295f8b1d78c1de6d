package forum

import (
	"context"

	"ascolto/internal/civic"
)

// NoticeKind says what a citizen is told.
type NoticeKind string

// The notices. Their words are in the catalogues, under "forum.mail.<kind>.subject" and ".text".
const (
	// a post or discussion of yours was hidden: the statement of reasons
	NoticeHidden   NoticeKind = "hidden"
	NoticeRedacted NoticeKind = "redacted" // an earlier version of your post was emptied
	NoticeRestored NoticeKind = "restored" // what was hidden is back
	NoticeAnswered NoticeKind = "answered" // an office answered your discussion
	NoticeReport   NoticeKind = "report"   // what came of your report
)

// Notice is a letter to a citizen about something in the forum. Its ID is made of what it is about, so that
// it is sent once however often it is queued.
type Notice struct {
	ID      civic.ID
	Contact civic.ID
	Kind    NoticeKind
	Title   string   // of the discussion
	Rule    RuleCode // NoticeHidden, NoticeRedacted
	Reason  string   // NoticeHidden, NoticeRedacted: the facts
	Office  string   // NoticeAnswered
	Outcome Action   // NoticeReport
	Path    string   // the page that says more
}

// Outbox keeps a notice until it is delivered. Queueing the same ID again changes nothing.
type Outbox interface {
	QueueNotice(ctx context.Context, n Notice) error
	// QueueReminder keeps a letter to who answers for an office.
	QueueReminder(ctx context.Context, r Reminder) error
}
