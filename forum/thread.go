package forum

import (
	"slices"
	"strings"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/textfold"
)

// State is where a discussion stands.
type State string

// The states. Answered means that an office has answered officially; people may go on discussing.
const (
	Open     State = "open"
	Answered State = "answered"
	Closed   State = "closed"
	Hidden   State = "hidden"
)

// PublicStates lists the states in which everybody sees a discussion, in the order the interface shows them.
func PublicStates() []State { return []State{Open, Answered, Closed} }

// ParseState returns the public state named s, or an Invalid error.
func ParseState(s string) (State, error) {
	if slices.Contains(PublicStates(), State(s)) {
		return State(s), nil
	}
	return "", civic.NewError(civic.Invalid, "forum.error.state")
}

// Thread is a discussion. Its first post is the Post with number 1; what is derived from its posts can be
// counted again.
type Thread struct {
	docstore.Meta `bson:",inline"`
	Area          civic.ID  `bson:"area"`
	District      civic.ID  `bson:"district,omitempty"` // of the area
	Title         string    `bson:"title"`
	Slug          string    `bson:"slug"`
	Author        Author    `bson:"author"`
	Tags          []string  `bson:"tags,omitempty"`
	State         State     `bson:"state"`
	IsHidden      bool      `bson:"hidden"`
	AsksAnswer    bool      `bson:"asksAnswer"`
	Office        civic.ID  `bson:"office,omitempty"` // the office that is to answer
	DueAt         time.Time `bson:"dueAt,omitempty"`  // when the answer is due; zero without a promise
	// asks or was assigned, is open and has no official answer yet
	Waiting   bool       `bson:"waiting"`
	Answer    *AnswerRef `bson:"answer,omitempty"`
	Removal   *Removal   `bson:"removal,omitempty"` // why it is hidden
	Rulings   int        `bson:"rulings"`           // decisions taken on it so far
	CreatedAt time.Time  `bson:"createdAt"`
	UpdatedAt time.Time  `bson:"updatedAt"`
	// when what all its posts show last changed: title, area, hidden or not
	ShownAt time.Time `bson:"shownAt"`

	// which offices were to answer, by whose decision; the last one holds
	Assignments []Assignment `bson:"assignments,omitempty"`
	Reminded    civic.ID     `bson:"reminded,omitempty"` // the last reminder that was queued

	// Derived from the posts.
	LastNumber int64     `bson:"lastNumber"` // of the newest post, hidden ones included
	Posts      int64     `bson:"posts"`      // that everybody sees
	Replies    int64     `bson:"replies"`    // of them, neither the first post nor official answers
	LastAt     time.Time `bson:"lastAt"`     // of the newest post that everybody sees
}

// AnswerRef says where the newest official answer of a discussion is, and whose.
type AnswerRef struct {
	Number     int64     `bson:"number"`
	Office     civic.ID  `bson:"office"`
	OfficeName string    `bson:"officeName"`
	At         time.Time `bson:"at"`
}

// Author is who wrote a discussion or post. Pages show Name and nothing else; an empty Name is shown as "a
// citizen".
type Author struct {
	Account civic.ID `bson:"account"`
	Contact civic.ID `bson:"contact,omitempty"`
	Name    string   `bson:"name"`
}

// is reports whether by is the person who wrote something, with whichever account.
func (a Author) is(by civic.Actor) bool {
	return by.Account != "" && by.Account == a.Account || by.Contact != "" && by.Contact == a.Contact
}

// Removal is why something is hidden. Reason is for the author and the desk only.
type Removal struct {
	Rule     RuleCode  `bson:"rule"`
	Reason   string    `bson:"reason"`
	Decision civic.ID  `bson:"decision"`
	At       time.Time `bson:"at"`
	Was      State     `bson:"was,omitempty"` // the state to go back to; threads only
}

// reasonPath returns the page with the statement of reasons, empty when no decision took the text away.
func (r Removal) reasonPath() string {
	if r.Decision == "" {
		return ""
	}
	return reasonPath(r.Decision)
}

// Path returns the discussion's page.
func (t Thread) Path() string { return "/forum/discussioni/" + string(t.ID) + "/" + t.Slug }

// Overdue reports whether the promised answer is late at the given time.
func (t Thread) Overdue(now time.Time) bool {
	return t.Waiting && !t.DueAt.IsZero() && now.After(t.DueAt)
}

// TakesReplies returns nil when people may write in t, else Gone or NotFound.
func (t Thread) TakesReplies() error {
	switch t.State {
	case Open, Answered:
		return nil
	case Closed:
		return civic.NewError(civic.Gone, "forum.error.closed")
	default:
		return civic.NewError(civic.NotFound, "forum.error.thread")
	}
}

// settle brings the fields that follow from others up to date.
func (t *Thread) settle() {
	t.IsHidden = t.State == Hidden
	t.Waiting = (t.AsksAnswer || len(t.Assignments) > 0) && t.State == Open
}

// answer notes an official answer. A closed discussion stays closed.
func (t *Thread) answer(ref AnswerRef) {
	if t.Answer != nil && t.Answer.Number >= ref.Number {
		return
	}
	t.Answer = &ref
	if t.State == Open {
		t.State = Answered
	}
	t.settle()
}

// change moves t to another state by a moderator's hand. It returns Conflict for a step that the state does
// not allow: open and answered can be closed, closed can be reopened, everything can be hidden, and what is
// hidden goes back to where it was.
func (t *Thread) change(a Action) error {
	refuse := civic.NewError(civic.Conflict, "forum.error.transition")
	switch {
	case a == ActionClose && (t.State == Open || t.State == Answered):
		t.State = Closed
	case a == ActionReopen && t.State == Closed:
		t.State = t.livingState()
	case a == ActionHide && t.State != Hidden:
		t.State = Hidden
	case a == ActionRestore && t.State == Hidden:
		t.State = t.livingState()
		if t.Removal != nil && t.Removal.Was == Closed {
			t.State = Closed
		}
	case a == ActionMove && t.State != Hidden, a == ActionKeep:
	default:
		return refuse
	}
	t.settle()
	return nil
}

func (t *Thread) livingState() State {
	if t.Answer != nil {
		return Answered
	}
	return Open
}

// ThreadInput is what a citizen says to begin a discussion.
type ThreadInput struct {
	FormKey    string
	Area       civic.ID
	Title      string
	Source     string // Markdown
	Tags       []string
	AsksAnswer bool
}

// The bounds of what people write, in characters.
const (
	minTitle = 8
	MaxTitle = 120
	minBody  = 2
	MaxBody  = 10_000
	maxTags  = 5
	maxTag   = 30
)

func (in ThreadInput) parse() (Thread, Post, error) {
	var p civic.Problems
	key, err := parseFormKey(in.FormKey)
	p.Check("form_key", err)
	if in.Area == "" {
		p.Add("area", "forum.error.area.none")
	}
	title, err := cleanTitle(in.Title, MaxTitle)
	p.Check("title", err)
	if err == nil && civic.VisibleLength(title)+strings.Count(title, " ") < minTitle {
		p.Add("title", "forum.error.title.short", civic.Args{"Min": minTitle})
	}
	source, err := parseBody(in.Source)
	p.Check("body", err)
	tags, err := parseTags(in.Tags)
	p.Check("tags", err)
	t := Thread{
		Meta: docstore.Meta{ID: key}, Area: in.Area, Title: title, Slug: threadSlug(title), Tags: tags,
		State:      Open,
		AsksAnswer: in.AsksAnswer,
	}
	return t, Post{Meta: docstore.Meta{ID: firstPostID(key)}, Thread: key, Number: 1, Source: source}, p.Err()
}

// sameAs reports whether t and o are the same submission of the same person.
func (t Thread) sameAs(o Thread) bool {
	return t.Author.Account == o.Author.Account && t.Title == o.Title && t.AsksAnswer == o.AsksAnswer &&
		slices.Equal(t.Tags, o.Tags)
}

// threadSlug returns the readable part of a discussion's address. It is never the address of a page below the
// discussion's.
func threadSlug(title string) string {
	if s := textfold.Slug(title, maxSlug); s != "" && s != "rispondi" {
		return s
	}
	return "discussione"
}

// parseTags returns tags folded to lower case, each once, without the empty ones.
func parseTags(typed []string) ([]string, error) {
	var tags []string
	for _, s := range typed {
		tag, err := cleanTitle(strings.ToLower(strings.TrimLeft(strings.TrimSpace(s), "#")), maxTag)
		if err != nil {
			return nil, err
		}
		if tag != "" && !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	if len(tags) > maxTags {
		return nil, civic.NewErrorArgs(civic.Invalid, "forum.error.tags", civic.Args{"Max": maxTags})
	}
	return tags, nil
}

// parseFormKey returns the key of a form as the id of what the form makes. Keys are letters and digits only,
// so that none can be the composed id of another document.
func parseFormKey(s string) (civic.ID, error) {
	bad := civic.NewError(civic.Invalid, "forum.error.form_key")
	if len(s) < 16 || len(s) > 64 {
		return "", bad
	}
	for _, c := range []byte(s) {
		if !(c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9') {
			return "", bad
		}
	}
	return civic.ID(s), nil
}
