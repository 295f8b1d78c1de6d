// Package forum is the public square: areas for the city and its districts, discussions with replies, the
// offices' official answers with their due dates, and moderation with reasons. It holds a citizen's contact
// id and shows a name the citizen chose. It knows the permalinks of what it publishes, and of the pages about
// a decision or a report, which stand in feeds, in the index and in mails already sent; no page of the desk.
package forum

import (
	"context"
	"errors"
	"iter"
	"log/slog"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/markdown"
	"ascolto/internal/memo"
	"ascolto/search"
)

// What may be done in the forum beyond reading, which everybody may.
const (
	PermPost     civic.Permission = "forum.post"     // begin discussions, reply, edit one's own posts
	PermAnswer   civic.Permission = "forum.answer"   // answer for an office of one's own
	PermNote     civic.Permission = "forum.note"     // read and write the desk's notes on discussions
	PermModerate civic.Permission = "forum.moderate" // decide about reports; hide, restore, close, move
	PermAssign   civic.Permission = "forum.assign"   // say which office answers a discussion, and by when
	PermAreas    civic.Permission = "forum.areas"    // make and change areas
	PermLoad     civic.Permission = "forum.load"     // bring in discussions in bulk
)

// ScopeStaff is the search scope of the desk's notes.
const ScopeStaff search.Scope = "staff"

// Index makes posts findable. *search.Index is one.
type Index interface {
	Put(docs ...search.Doc)
	Load(ctx context.Context, docs iter.Seq2[search.Doc, error]) error
}

// Recorder puts what citizens wrote on their timelines. *crm.Service is one.
type Recorder interface {
	civic.Recorder
	RecordMany(ctx context.Context, activities iter.Seq[civic.Activity]) error
}

// Offices knows the names of the municipality's offices.
type Offices interface {
	// OfficeName returns an office's name, or NotFound.
	OfficeName(ctx context.Context, id civic.ID) (string, error)
	// OfficeNames returns the names of all offices.
	OfficeNames(ctx context.Context) ([]string, error)
	// OfficesEdition returns a text that changes with every write to the offices, before the write is
	// acknowledged; empty where that cannot be known.
	OfficesEdition() string
}

// Staff knows who works for the municipality.
type Staff interface {
	// StaffNames returns what they are called.
	StaffNames(ctx context.Context) ([]string, error)
}

// Options is what a Service needs; everything but Limits and Log is required.
type Options struct {
	DB       *docstore.DB
	Index    Index
	Recorder Recorder
	Outbox   Outbox
	Offices  Offices
	Staff    Staff // nil: nobody works for the municipality
	Audit    *audit.Log
	Now      civic.Clock
	Log      *slog.Logger
	Limits   Limits // DefaultLimits when zero
}

// Service is the forum. It is safe for use by several goroutines.
type Service struct {
	areas     areaStore
	threads   threadStore
	posts     postStore
	members   memberStore
	names     nameStore
	reports   reportStore
	cases     caseStore
	decisions decisionStore
	notes     noteStore

	index    Index
	recorder Recorder
	outbox   Outbox
	offices  Offices
	staff    Staff
	audit    *audit.Log
	now      civic.Clock
	log      *slog.Logger
	limits   Limits
	markdown *markdown.Engine
	shown    *markdown.Kept // what pages and feeds show of posts

	writing  locks // by account: what one person writes is counted one by one
	counting locks // by thread: numbers are given by one at a time
	counts   areaCounts
	pending  pendingPosts // by thread: who waits for a number

	reads    memo.Values[readKey, *threadRead]
	standing memo.Values[civic.ID, standing] // by post
	signed   *memo.Texts[string]             // how people sign, by offices and pseudonym or name

	signatures memo.Reads[signer, string]       // how each person signs
	named      memo.Reads[struct{}, officeList] // what the offices are called
}

const (
	mostReads = 500 // pages of discussions that are kept as they were read
	// bytes of text of each of them: 64 MiB in all, whatever people write and look at
	maxRead      = 128 << 10
	mostStanding = 20_000 // posts of which is kept whether everybody can read them
)

// maxShown bounds the bytes of the posts that are kept as they are shown: some 20,000 of usual length.
const maxShown = 32 << 20

// maxSigned bounds the bytes of the names that are kept as they are shown: some 5,000.
const maxSigned = 1 << 20

// New returns a Service over the collections in o.DB, or an error when a collection cannot be opened.
func New(ctx context.Context, o Options) (*Service, error) {
	s := &Service{
		index: o.Index, recorder: o.Recorder, outbox: o.Outbox, offices: o.Offices, staff: o.Staff, audit: o.Audit,
		now: o.Now, log: o.Log,
		limits: o.Limits, markdown: markdown.Posts(), shown: markdown.Posts().Keep(maxShown),
		writing: newLocks(), counting: newLocks(),
		signed:   memo.NewTexts(maxSigned, memo.Bytes),
		reads:    memo.Values[readKey, *threadRead]{Most: mostReads},
		standing: memo.Values[civic.ID, standing]{Most: mostStanding},
	}
	if s.limits == (Limits{}) {
		s.limits = DefaultLimits()
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	s.counts.shared = o.DB.Shared()
	return s, s.openStores(ctx, o.DB)
}

func (s *Service) openStores(ctx context.Context, db *docstore.DB) error {
	return errors.Join(
		open(ctx, db, areaSpec(), &s.areas.Collection),
		open(ctx, db, threadSpec(), &s.threads.Collection),
		open(ctx, db, postSpec(), &s.posts.Collection),
		open(ctx, db, memberSpec(), &s.members.Collection),
		open(ctx, db, nameSpec(), &s.names.Collection),
		open(ctx, db, reportSpec(), &s.reports.Collection),
		open(ctx, db, caseSpec(), &s.cases.Collection),
		open(ctx, db, decisionSpec(), &s.decisions.Collection),
		open(ctx, db, noteSpec(), &s.notes.Collection),
	)
}

func open[T any](
	ctx context.Context, db *docstore.DB, spec docstore.Spec, into **docstore.Collection[T],
) (err error) {
	*into, err = docstore.Collect[T](ctx, db, spec)
	return err
}

// Markdown returns what turns the texts people write into pages; previews use it too.
func (s *Service) Markdown() *markdown.Engine { return s.markdown }
