package demo

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"strings"
	"time"

	"ascolto/crm"
	"ascolto/forum"
	"ascolto/internal/civic"
	"ascolto/internal/reference"
)

// threadBatch is how many discussions are loaded at once.
const threadBatch = 200

func (b *builder) forum(ctx context.Context) error {
	inputs := make([]forum.AreaInput, len(b.words.Areas))
	for i, a := range b.words.Areas {
		inputs[i] = forum.AreaInput{
			Slug: a.Slug, Name: a.Name, Description: a.Description, District: a.District, Office: a.Office,
			AnswerDays: a.Days, Order: i + 1,
		}
	}
	if _, err := b.Forum.SeedAreas(ctx, b.by, inputs); err != nil {
		return err
	}
	var batch []forum.Past
	done := 0
	for past := range b.discussions() {
		if batch = append(batch, past); len(batch) < threadBatch && done+len(batch) < b.size.Threads {
			continue
		}
		if _, err := b.Forum.Load(ctx, b.by, batch); err != nil {
			return err
		}
		done += len(batch)
		b.tell("threads", done, b.size.Threads)
		batch = nil
	}
	return nil
}

// authors returns people who write in the forum, under the name they chose.
func (b *builder) authors() []forum.Author {
	var all []forum.Author
	r := b.stream(streamForum << 8)
	for c := range b.everybody() {
		if len(all) == 400 {
			break
		}
		if c.Kind != crm.Person || len(c.Emails) == 0 {
			continue
		}
		name := strings.Fields(c.GivenName)[0] + " " + string([]rune(c.FamilyName)[:1]) + "."
		if chance(r, 15) {
			name = fmt.Sprintf("%s%d", plain(c.GivenName), 10+r.IntN(90))
		}
		all = append(all, forum.Author{Account: civic.Key("demo", c.ID), Contact: c.ID, Name: name})
	}
	return all
}

// discussions yields the forum's threads. Posts beyond one for each thread are replies, more of them in the
// first threads.
func (b *builder) discussions() iter.Seq[forum.Past] {
	people := b.authors()
	return func(yield func(forum.Past) bool) {
		r := b.stream(streamForum)
		left := b.size.Posts - b.size.Threads
		for n := range b.size.Threads {
			if len(people) == 0 {
				return
			}
			share := left / max(1, b.size.Threads-n)
			replies := min(left, max(0, share+r.IntN(max(1, share))-share/2))
			if n == b.size.Threads-1 {
				replies = left
			}
			left -= replies
			if !yield(b.discussion(r, n, replies, people)) {
				return
			}
		}
	}
}

func (b *builder) discussion(r *rand.Rand, n, replies int, people []forum.Author) forum.Past {
	w := b.words.Threads[n%len(b.words.Threads)]
	title := w.Title
	if n >= len(b.words.Threads) {
		title = fmt.Sprintf("%s (%d)", title, n/len(b.words.Threads)+1)
	}
	at := b.past(r, 90).AddDate(0, 0, -3)
	p := forum.Past{
		Key: fmt.Sprintf("demodiscussione%09d", n), Area: b.area(w.Area), Title: title,
		AsksAnswer: w.Office != "",
		Posts:      []forum.PastPost{{Author: pick(r, people), At: at, Source: w.Body}},
	}
	answerAt, answered := -1, 40 // times in a hundred; hardly ever is an answer overdue
	if b.today.Sub(at) > 30*24*time.Hour {
		answered = 93
	}
	if w.Office != "" && chance(r, answered) && replies > 1 && !b.toAnswer(n) {
		answerAt = 1 + r.IntN(replies)
	}
	step := b.today.Sub(at) / time.Duration(replies+2)
	for i := 1; i <= replies; i++ {
		at = at.Add(time.Duration(float64(step) * (0.4 + 0.6*r.Float64())))
		post := forum.PastPost{Author: pick(r, people), At: at.Truncate(time.Millisecond),
			Source: pick(r, b.words.Replies)}
		if chance(r, 45) {
			post.Parent = r.IntN(i)
		}
		if i == answerAt {
			post.Office, post.OfficeName = civic.ID(w.Office), b.officeName(w.Office)
			post.Author, post.Source, post.Parent = forum.Author{Account: b.operator.ID,
				Name: b.operator.Name}, pick(r, b.words.Answers), 0
		}
		p.Posts = append(p.Posts, post)
	}
	b.contest(r, n, &p, people)
	return p
}

// area returns the slug of an area named by its key.
func (b *builder) area(key string) civic.ID {
	for _, a := range b.words.Areas {
		if a.Key == key {
			return civic.ID(a.Slug)
		}
	}
	return ""
}

func (b *builder) officeName(id string) string {
	ref, err := reference.Parse(referenceJSON)
	if err != nil {
		return id
	}
	for _, o := range ref.Offices {
		if string(o.ID) == id {
			return o.Name
		}
	}
	return id
}
