package forum

import (
	"context"
	"html/template"
	"slices"
	"time"

	"ascolto/internal/civic"
)

// AreaView is an area with what goes on in it.
type AreaView struct {
	Area
	Threads int
	Latest  []Thread // the last active ones
}

// latestPerArea is how many discussions the list of areas shows of each.
const latestPerArea = 3

// Areas returns all areas in their order, with the last active discussions and how many there are; what other
// instances began in the last two seconds may be missing from the numbers.
func (s *Service) Areas(ctx context.Context) ([]AreaView, error) {
	areas, err := s.areas.list(ctx)
	if err != nil {
		return nil, err
	}
	views := make([]AreaView, len(areas))
	for i, a := range areas {
		views[i].Area = a
		if views[i].Threads, err = s.counts.get(ctx, a.ID, s.threads.count); err != nil {
			return nil, err
		}
		page, err := s.threads.list(ctx,
			ThreadFilter{Area: a.ID, Page: civic.PageRequest{Size: latestPerArea}})
		if err != nil {
			return nil, err
		}
		views[i].Latest = page.Items
	}
	return views, nil
}

// Area returns the area with the given slug, or NotFound.
func (s *Service) Area(ctx context.Context, slug civic.ID) (Area, error) {
	return s.areas.get(ctx, slug)
}

// ThreadFilter chooses discussions: of one area when Area is given, and then in one public state when State
// is given.
type ThreadFilter struct {
	Area  civic.ID
	State State
	Page  civic.PageRequest
}

// Threads returns the discussions that everybody sees, the last active first.
func (s *Service) Threads(ctx context.Context, f ThreadFilter) (civic.Page[Thread], error) {
	if f.State != "" && (f.Area == "" || !slices.Contains(PublicStates(), f.State)) {
		return civic.Page[Thread]{}, civic.NewError(civic.Invalid, "forum.error.state")
	}
	return s.threads.list(ctx, f)
}

// Overdue returns the discussions whose promised answer is late, the latest first: everybody may know them.
func (s *Service) Overdue(ctx context.Context, p civic.PageRequest) (civic.Page[Thread], error) {
	return s.threads.overdue(ctx, s.now(), p)
}

// Thread returns a discussion that everybody sees. It returns NotFound, or Gone with the rule when it is
// hidden.
func (s *Service) Thread(ctx context.Context, id civic.ID) (Thread, error) {
	t, err := s.threads.get(ctx, id)
	if err == nil && t.IsHidden {
		return Thread{}, removed(t.Removal)
	}
	return t, err
}

// removed returns the Gone error that tells by which rule something is no longer there.
func removed(r *Removal) error {
	if r == nil {
		return civic.NewError(civic.Gone, "forum.error.hidden")
	}
	return civic.NewError(civic.Gone, "forum.removed."+string(r.Rule))
}

// Paths returns where the person who wrote each of the posts can read it, or why it was hidden; those for
// which there is no page, or are none, are left out.
func (s *Service) Paths(ctx context.Context, posts []civic.ID) (map[civic.ID]string, error) {
	paths := map[civic.ID]string{}
	for _, id := range posts {
		p, err := s.posts.Get(ctx, id)
		if err != nil {
			if err = ignoreNotFound(err); err != nil {
				return nil, err
			}
			continue
		}
		t, err := s.threads.Get(ctx, p.Thread)
		if err != nil && civic.CodeOf(err) != civic.NotFound {
			return nil, err
		}
		switch {
		case err != nil:
		case p.Removal != nil && p.IsHidden:
			paths[id] = p.Removal.reasonPath()
		case t.Removal != nil && t.IsHidden && p.Number == 1:
			paths[id] = t.Removal.reasonPath()
		case !t.IsHidden && !p.IsHidden:
			paths[id] = p.Path(t)
		}
	}
	return paths, nil
}

// PostView is a post as everybody may see it. A hidden one has no text and no author, only the rule.
type PostView struct {
	ID       civic.ID
	Thread   civic.ID
	Number   int64
	Parent   int64
	Indent   int
	Author   string
	Official *Official
	At       time.Time
	EditedAt time.Time // zero when readers are told of no change
	HTML     template.HTML
	Hidden   bool
	Removed  RuleCode // by which rule it is hidden
	Mine     bool     // the reader may edit it
	Own      bool     // the reader wrote it
	Reasons  string   // the page of the statement of reasons, when it is hidden and the reader wrote it
}

// Anchor returns the id of the post on its discussion's page.
func (v *PostView) Anchor() string { return Post{Number: v.Number}.Anchor() }

// PageAt says which part of a discussion to show: the page of up to Size replies that holds the one with
// number With.
type PageAt struct {
	With int64
	Size int
}

// ThreadView is a page of a discussion. Prev and Next are numbers to open it at, 0 when there is nothing more
// that way.
type ThreadView struct {
	Thread  Thread
	Area    Area
	First   PostView
	Answers []PostView // the official ones, newest first
	Replies []PostView
	Prev    int64 // on the page before; 0 on the first one
	Next    int64
}

// ThreadPage returns a page of a discussion, in the order of the conversation. However long the discussion
// is, it takes at most eight queries, and none while nothing in the discussion has changed since somebody
// opened the same page. It returns NotFound, or Gone when the discussion is hidden; a number that no reply
// has opens the first page.
func (s *Service) ThreadPage(
	ctx context.Context, by civic.Actor, id civic.ID, at PageAt,
) (ThreadView, error) {
	r, err := s.read(ctx, readKey{id, at})
	if err != nil {
		return ThreadView{}, err
	}
	return s.viewOf(by, r), nil
}

// viewOf returns a page of a discussion as by may see it.
func (s *Service) viewOf(by civic.Actor, r *threadRead) ThreadView {
	return ThreadView{
		Thread: r.thread, Area: r.area, First: s.view(by, r.thread, &r.first), Prev: r.prev, Next: r.next,
		Answers: s.views(by, r.thread, r.answers), Replies: s.views(by, r.thread, r.replies),
	}
}

// read returns what is stored of a page of a discussion, whoever reads it.
func (s *Service) read(ctx context.Context, key readKey) (*threadRead, error) {
	edition := s.writtenIn(key.thread)
	if r, ok := s.reads.Get(key); ok && edition != "" && r.edition == edition {
		return r, nil
	}
	r, err := s.readStored(ctx, key)
	if err != nil {
		return nil, err
	}
	if edition != "" && r.shorten() <= maxRead {
		r.edition = edition
		s.reads.Put(key, r)
	}
	return r, nil
}

// readKey names a page of a discussion.
type readKey struct {
	thread civic.ID
	at     PageAt
}

// threadRead is a page of a discussion as it is stored.
type threadRead struct {
	edition          string // of the discussion, taken before it was read
	thread           Thread
	area             Area
	first            Post
	answers, replies []Post
	prev, next       int64
}

// shorten leaves out the earlier versions, which no page of a discussion shows, and returns how many bytes of
// text are left.
func (r *threadRead) shorten() (bytes int) {
	shorten := func(p *Post) {
		p.Earlier = nil
		bytes += len(p.Source)
	}
	shorten(&r.first)
	for _, posts := range [][]Post{r.answers, r.replies} {
		for i := range posts {
			shorten(&posts[i])
		}
	}
	return bytes
}

func (s *Service) readStored(ctx context.Context, key readKey) (*threadRead, error) {
	thread, err := s.Thread(ctx, key.thread)
	if err != nil {
		return nil, err
	}
	r := &threadRead{thread: thread}
	if r.area, err = s.areas.get(ctx, thread.Area); err != nil {
		return nil, err
	}
	if r.first, err = s.posts.numbered(ctx, key.thread, 1); err != nil {
		return nil, err
	}
	return r, s.readReplies(ctx, r, key.at)
}

// readReplies adds the official answers and a page of the replies.
func (s *Service) readReplies(ctx context.Context, r *threadRead, at PageAt) (err error) {
	if r.thread.Answer != nil {
		if r.answers, err = s.posts.answers(ctx, r.thread.ID); err != nil {
			return err
		}
	}
	size := civic.PageRequest{Size: at.Size}.Normal().Size
	start, prev, err := s.pageOf(ctx, r.thread.ID, at.With, size)
	if err != nil {
		return err
	}
	posts, err := s.posts.from(ctx, r.thread.ID, start, size+1)
	if err != nil {
		return err
	}
	if len(posts) > size {
		r.next, posts = posts[size].Number, posts[:size]
	}
	r.prev, r.replies = prev, posts
	return nil
}

// pageOf returns where the page begins that holds the reply with the given number, "" for the first one, and
// the number with which the page before it begins. Pages are cut from the beginning, so that a reply hides
// none that came before it.
func (s *Service) pageOf(
	ctx context.Context, thread civic.ID, number int64, size int,
) (start string, prev int64, err error) {
	if number <= 1 {
		return "", 0, nil
	}
	p, err := s.posts.numbered(ctx, thread, number)
	if civic.CodeOf(err) == civic.NotFound || err == nil && p.Official != nil {
		return "", 0, nil
	}
	if err != nil {
		return "", 0, err
	}
	count, err := s.posts.countBefore(ctx, thread, p.Place)
	if err != nil || count < size {
		return "", 0, err
	}
	within := count % size
	earlier, err := s.posts.before(ctx, thread, p.Place, within+size)
	if err != nil || len(earlier) < within+1 {
		return "", 0, err
	}
	if start = p.Place; within > 0 {
		start = earlier[within-1].Place
	}
	return start, earlier[len(earlier)-1].Number, nil
}

func (s *Service) views(by civic.Actor, t Thread, posts []Post) []PostView {
	views := make([]PostView, len(posts))
	for i := range posts {
		views[i] = s.view(by, t, &posts[i])
	}
	return views
}

func (s *Service) view(by civic.Actor, t Thread, p *Post) PostView {
	v := PostView{ID: p.ID, Thread: p.Thread, Number: p.Number, Parent: p.Parent, Indent: p.Indent,
		At: p.CreatedAt}
	if v.Hidden = p.IsHidden; v.Hidden {
		if p.Removal != nil {
			v.Removed = p.Removal.Rule
			if p.Author.is(by) {
				v.Reasons = p.Removal.reasonPath()
			}
		}
		return v
	}
	v.Author, v.Official, v.EditedAt, v.HTML = p.Author.Name, p.Official, p.EditedAt, s.shown.HTML(p.Source)
	v.Own = by.Account != "" && by.Account == p.Author.Account
	v.Mine = mayEdit(by, *p) == nil && t.TakesReplies() == nil
	return v
}
