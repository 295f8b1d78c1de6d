package forum

import (
	"ascolto/forum"
	"ascolto/internal/memo"
	"ascolto/web/locale"
)

// maxShown bounds the posts that are kept as they are shown, in bytes.
const maxShown = 32 << 20

// Memory keeps the parts of pages that are the same for many readers. It is shared by all requests.
type Memory struct {
	posts *memo.Texts[shownPost]
}

// NewMemory returns an empty memory.
func NewMemory() *Memory { return &Memory{posts: memo.NewTexts(maxShown, shownPost.size)} }

// shownPost is all that the look of a post on its discussion's page depends on.
type shownPost struct {
	lang       locale.Lang
	thread     string // the path of its discussion
	post       forum.PostView
	isOfficial bool
	official   forum.Official
	parentHere bool // the post replied to is on the same page
	mayPost    bool
}

// shown returns what the look of p depends on.
func (page *forumThreadPage) shown(lang locale.Lang, p *forum.PostView) shownPost {
	key := shownPost{
		lang: lang, thread: page.Thread.Path(), post: *p,
		parentHere: p.Parent > 1 && page.has(p.Parent), mayPost: page.MayPost,
	}
	if p.Official != nil {
		key.isOfficial, key.official, key.post.Official = true, *p.Official, nil
	}
	return key
}

// has reports whether the reply with this number is on the page.
func (page *forumThreadPage) has(number int64) bool {
	for _, shown := range [][]forum.PostView{page.Answers, page.Replies} {
		for i := range shown {
			if shown[i].Number == number {
				return true
			}
		}
	}
	return false
}

// size returns how many bytes a key takes beside the text of the post, which the engine of Markdown keeps.
func (s shownPost) size() int { return len(s.thread) + 400 }
