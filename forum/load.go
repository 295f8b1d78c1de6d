package forum

import (
	"context"
	"iter"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/search"
)

// Past is a discussion that took place before: demonstration data, or the archive of another forum. Key names
// it, so that loading it again changes nothing.
type Past struct {
	Key        string // letters and digits, 16 to 64
	Area       civic.ID
	Title      string
	Tags       []string
	AsksAnswer bool
	Closed     bool
	Posts      []PastPost // the first begins it; in the order of their times
}

// PastPost is one text of it. Parent is the place in Posts of the post replied to, counted from 0.
type PastPost struct {
	Author     Author
	At         time.Time
	Parent     int
	Source     string
	Office     civic.ID // for an official answer
	OfficeName string
}

// Load stores discussions in bulk with everything that follows from them but letters, and returns how many
// were new. It checks what people type, not who or how much. It returns Invalid for what does not hold,
// NotFound for an area.
func (s *Service) Load(ctx context.Context, by civic.Actor, past []Past) (int, error) {
	if err := by.Can(PermLoad); err != nil {
		return 0, err
	}
	areas, err := s.areas.list(ctx)
	if err != nil {
		return 0, err
	}
	byID := map[civic.ID]Area{}
	for _, a := range areas {
		byID[a.ID] = a
	}
	threads, posts := make([]*Thread, 0, len(past)), make([]*Post, 0, len(past)*8)
	for _, one := range past {
		area, ok := byID[one.Area]
		if !ok {
			return 0, civic.NewError(civic.NotFound, "forum.error.area")
		}
		thread, its, err := one.build(area)
		if err != nil {
			return 0, err
		}
		threads, posts = append(threads, thread), append(posts, its...)
	}
	if _, err := s.posts.InsertMany(ctx, posts); err != nil {
		return 0, err
	}
	names := signedNames{}
	for _, p := range posts {
		names.add(*p)
	}
	if err := names.keep(ctx, s.names); err != nil {
		return 0, err
	}
	taken, err := s.threads.InsertMany(ctx, threads)
	s.counts.forget()
	if err != nil {
		return 0, err
	}
	return len(threads) - len(taken), s.spreadMany(ctx, threads, posts)
}

// build makes the documents of a past discussion.
func (p Past) build(area Area) (*Thread, []*Post, error) {
	if len(p.Posts) == 0 {
		return nil, nil, civic.NewError(civic.Invalid, "forum.error.body.empty")
	}
	begin := p.Posts[0]
	in := ThreadInput{FormKey: p.Key, Area: area.ID, Title: p.Title, Source: begin.Source, Tags: p.Tags,
		AsksAnswer: p.AsksAnswer}
	thread, first, err := in.parse()
	if err != nil {
		return nil, nil, err
	}
	thread.begin(area, begin.Author, begin.At)
	first.Author, first.CreatedAt, first.UpdatedAt = begin.Author, begin.At, begin.At
	posts := []*Post{&first}
	for i, one := range p.Posts[1:] {
		post, err := one.build(thread.ID, int64(i+2), posts)
		if err != nil {
			return nil, nil, err
		}
		posts = append(posts, post)
		if post.Official != nil {
			thread.answer(answerRef(*post))
		} else {
			thread.Replies++
		}
	}
	last := posts[len(posts)-1]
	thread.LastNumber, thread.Posts, thread.LastAt, thread.UpdatedAt = last.Number, last.Number,
		last.CreatedAt, last.CreatedAt
	if p.Closed {
		thread.State = Closed
		thread.settle()
	}
	return &thread, posts, nil
}

func (p PastPost) build(thread civic.ID, number int64, before []*Post) (*Post, error) {
	source, err := parseBody(p.Source)
	if err != nil {
		return nil, err
	}
	if p.Parent < 0 || p.Parent >= len(before) {
		return nil, civic.NewError(civic.Invalid, "forum.error.post")
	}
	post := &Post{
		Meta: docstore.Meta{ID: civic.Key(thread, numeral(number))}, Thread: thread, Author: p.Author,
		Source:    source,
		CreatedAt: p.At, UpdatedAt: p.At,
	}
	if p.Office != "" {
		post.Official = &Official{Office: p.Office, Name: p.OfficeName}
	}
	post.put(number, *before[p.Parent])
	return post, nil
}

func (s *Service) spreadMany(ctx context.Context, threads []*Thread, posts []*Post) error {
	byID := make(map[civic.ID]*Thread, len(threads))
	for _, t := range threads {
		byID[t.ID] = t
	}
	err := s.recorder.RecordMany(ctx, func(yield func(civic.Activity) bool) {
		for _, p := range posts {
			if p.Author.Contact != "" && !yield(activityOf(*byID[p.Thread], *p)) {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	return s.index.Load(ctx, s.docsOfMany(byID, posts))
}

func (s *Service) docsOfMany(threads map[civic.ID]*Thread, posts []*Post) iter.Seq2[search.Doc, error] {
	return func(yield func(search.Doc, error) bool) {
		for _, p := range posts {
			for _, d := range s.docsOf(*threads[p.Thread], *p) {
				if !yield(d, nil) {
					return
				}
			}
		}
	}
}
