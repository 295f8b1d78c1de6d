package forum

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// Post is one text in a discussion: its beginning (number 1), a reply, or an official answer. Numbers count
// up within the discussion and never change; a hidden post keeps its number.
type Post struct {
	docstore.Meta `bson:",inline"`
	Thread        civic.ID  `bson:"thread"`
	Number        int64     `bson:"number"`
	Parent        int64     `bson:"parent"` // the number it replies to; 0 for the first post
	Place         string    `bson:"place"`  // sorts replies below what they reply to
	Indent        int       `bson:"indent"` // how far it is set in, 0 to maxIndent
	Author        Author    `bson:"author"`
	Official      *Official `bson:"official,omitempty"`
	Source        string    `bson:"source"` // Markdown
	Earlier       []Version `bson:"earlier,omitempty"`
	EditedAt      time.Time `bson:"editedAt,omitempty"` // of the last change that readers are told of
	EditedBy      Author    `bson:"editedBy,omitempty"` // who made the last change; never public
	IsHidden      bool      `bson:"hidden"`
	Removal       *Removal  `bson:"removal,omitempty"`
	Rulings       int       `bson:"rulings"` // decisions taken on it so far
	CreatedAt     time.Time `bson:"createdAt"`
	UpdatedAt     time.Time `bson:"updatedAt"`
}

// Official marks an office's answer, with the name the office had when it answered.
type Official struct {
	Office civic.ID `bson:"office"`
	Name   string   `bson:"name"`
}

// Version is a text that a post had before. A redacted one has lost its Source, because it held what nobody
// may read.
type Version struct {
	Source   string    `bson:"source"`
	From     time.Time `bson:"from"`  // since when it stood
	Until    time.Time `bson:"until"` // when it was replaced
	Redacted bool      `bson:"redacted,omitempty"`
}

const (
	// editGrace is how long after posting a citizen mends a slip without readers being told.
	editGrace = 5 * time.Minute
	// maxIndent is how far replies are set in; deeper ones stand there too, with a link to what they reply
	// to.
	maxIndent = 3
	// maxVersions bounds the document.
	maxVersions = 50
	// placeWidth holds 60 million numbers in base 36.
	placeWidth = 5
	// The place of what stands apart from the replies sorts before every reply's place, which begins with a
	// digit or letter.
	firstPlace    = ""
	answersPrefix = "-"
	repliesFrom   = "0"
)

func firstPostID(thread civic.ID) civic.ID { return civic.Key(thread, "1") }

// put gives p its number and its place below parent.
func (p *Post) put(number int64, parent Post) {
	own := placeOf(number)
	p.Number, p.Parent, p.Indent = number, parent.Number, 0
	switch {
	case p.Official != nil:
		p.Place = answersPrefix + own
	case parent.Number <= 1 || parent.Official != nil:
		p.Place = own
	case parent.Indent < maxIndent:
		p.Indent, p.Place = parent.Indent+1, parent.Place+"."+own
	default:
		p.Indent, p.Place = maxIndent, parent.Place[:strings.LastIndexByte(parent.Place, '.')+1]+own
	}
}

func placeOf(number int64) string {
	return fmt.Sprintf("%0*s", placeWidth, strconv.FormatInt(number, 36))
}

// original returns the text as it was first sent.
func (p Post) original() string {
	if len(p.Earlier) > 0 {
		return p.Earlier[0].Source
	}
	return p.Source
}

// sameAs reports whether p and o are the same submission of the same person.
func (p Post) sameAs(o Post) bool {
	office := func(p Post) civic.ID {
		if p.Official == nil {
			return ""
		}
		return p.Official.Office
	}
	return p.Author.Account == o.Author.Account && p.Thread == o.Thread && p.Parent == o.Parent &&
		p.original() == o.original() && office(p) == office(o)
}

// edit replaces the text and keeps the one before. Readers are told of the change unless a citizen makes it
// within editGrace.
func (p *Post) edit(source string, now time.Time) error {
	if source == p.Source {
		return nil
	}
	if len(p.Earlier) >= maxVersions {
		return civic.NewErrorArgs(civic.Limited, "forum.error.versions", civic.Args{"Max": maxVersions})
	}
	from := p.CreatedAt
	if n := len(p.Earlier); n > 0 {
		from = p.Earlier[n-1].Until
	}
	v := Version{Source: p.Source, From: from, Until: now}
	p.Earlier = append(p.Earlier, v)
	p.Source = source
	if p.told(v) {
		p.EditedAt = now
	}
	return nil
}

// told reports whether readers are told of a version: it still stood when the grace had passed, or an office
// had published it.
func (p Post) told(v Version) bool {
	return p.Official != nil || v.Until.Sub(p.CreatedAt) > editGrace
}

// redact empties the n-th earlier version, counted from 0; the others stay as they are.
func (p *Post) redact(n int) error {
	if n < 0 || n >= len(p.Earlier) {
		return civic.NewError(civic.NotFound, "forum.error.version")
	}
	p.Earlier[n].Source, p.Earlier[n].Redacted = "", true
	return nil
}

// change hides or restores p by a moderator's hand. It returns Conflict when that is so already, and
// when the text is gone at its author's wish.
func (p *Post) change(a Action) error {
	switch {
	case p.Removal != nil && p.Removal.Rule == RuleAuthor:
		return civic.NewError(civic.Conflict, "forum.error.transition")
	case a == ActionHide && !p.IsHidden, a == ActionRestore && p.IsHidden, a == ActionKeep, a == ActionRedact:
		p.IsHidden = a == ActionHide || p.IsHidden && a != ActionRestore
		return nil
	default:
		return civic.NewError(civic.Conflict, "forum.error.transition")
	}
}

// Anchor returns the id of the post on its discussion's page.
func (p Post) Anchor() string { return "post-" + strconv.FormatInt(p.Number, 10) }

// Path returns the address at which the page of its discussion opens at the post.
func (p Post) Path(t Thread) string {
	if p.Number == 1 || p.Official != nil {
		return t.Path() + "#" + p.Anchor()
	}
	return t.Path() + "?da=" + strconv.FormatInt(p.Number, 10) + "#" + p.Anchor()
}

// ReplyInput is what a citizen says in a discussion.
type ReplyInput struct {
	FormKey string
	Thread  civic.ID
	Parent  int64  // the number replied to; 0 means the first post
	Source  string // Markdown
}

func (in ReplyInput) parse() (Post, error) {
	var p civic.Problems
	key, err := parseFormKey(in.FormKey)
	p.Check("form_key", err)
	source, err := parseBody(in.Source)
	p.Check("body", err)
	return Post{Meta: docstore.Meta{ID: key}, Thread: in.Thread, Parent: max(in.Parent, 1),
		Source: source}, p.Err()
}
