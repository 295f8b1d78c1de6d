package forum

import (
	"slices"
	"strconv"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/merge"
	"ascolto/internal/textfold"
)

// Area is a part of the forum: the whole city, or exactly one district. Its id is the slug in its address and
// never changes, so that addresses stay valid.
type Area struct {
	docstore.Meta `bson:",inline"`
	Name          string   `bson:"name"`
	Description   string   `bson:"description"`
	District      civic.ID `bson:"district,omitempty"` // empty: the whole city
	// the office that answers here; empty when none is named
	Office     civic.ID  `bson:"office,omitempty"`
	AnswerDays int       `bson:"answerDays"` // days within which a question is answered
	Order      int       `bson:"order"`
	Closed     bool      `bson:"closed"` // takes no new discussions
	UpdatedAt  time.Time `bson:"updatedAt"`
	// digest of the form that made it, until it is changed
	Submission string        `bson:"submission,omitempty"`
	Edits      merge.Edits   `bson:"edits,omitempty"` // who edited which field last
	Last       *audit.Change `bson:"last,omitempty" json:"-"`
}

func lastOfArea(a *Area) (docstore.Meta, **audit.Change) { return a.Meta, &a.Last }

// areaFields are the fields of an area's form.
func areaFields() merge.Fields[Area] {
	return merge.Fields[Area]{
		merge.Value("name", func(a *Area) *string { return &a.Name }),
		merge.Value("description", func(a *Area) *string { return &a.Description }),
		merge.Value("district", func(a *Area) *civic.ID { return &a.District }),
		merge.Value("office", func(a *Area) *civic.ID { return &a.Office }),
		merge.Value("answer_days", func(a *Area) *int { return &a.AnswerDays }),
		merge.Value("order", func(a *Area) *int { return &a.Order }),
		merge.Value("closed", func(a *Area) *bool { return &a.Closed }),
	}
}

// Shown returns what a form that shows a carries, for the edit to be joined with others.
func (a Area) Shown() string { return areaFields().Shown(&a) }

// Slug returns the area's part of its address.
func (a Area) Slug() string { return string(a.ID) }

// Path returns the area's page.
func (a Area) Path() string { return "/forum/" + a.Slug() }

// DueAt returns when a question asked at the given time is to be answered: the end of the last day, counted
// in Rome.
func (a Area) DueAt(asked time.Time) time.Time {
	y, m, d := asked.In(civic.Rome()).Date()
	return time.Date(y, m, d+a.AnswerDays+1, 0, 0, 0, 0, civic.Rome()).Add(-time.Millisecond).UTC()
}

// AreaInput is what an administrator or moderator says about an area; Revision is that of the area the form
// showed, when it is changed.
type AreaInput struct {
	Revision    int64
	Shown       string // what the form of a changed area carried; see Area.Shown
	FormKey     string // of a new area: the same form sent twice makes one
	Slug        string // of a new area made of its name when empty
	Name        string
	Description string
	District    civic.ID
	Office      civic.ID
	AnswerDays  int
	Order       int
	Closed      bool
}

// DefaultAnswerDays is what a new area promises unless somebody says otherwise.
const DefaultAnswerDays = 30

// The bounds of an area's fields.
const (
	maxAreaName        = 60
	maxAreaDescription = 300
	maxAnswerDays      = 365
)

func (in AreaInput) parse() (Area, error) {
	var p civic.Problems
	slug, err := ParseSlug(in.Slug)
	p.Check("slug", err)
	name, err := cleanTitle(in.Name, maxAreaName)
	p.Check("name", err)
	if err == nil && name == "" {
		p.Add("name", "error.required")
	}
	description, err := cleanTitle(in.Description, maxAreaDescription)
	p.Check("description", err)
	if in.AnswerDays < 1 || in.AnswerDays > maxAnswerDays {
		p.Add("answer_days", "forum.error.days", civic.Args{"Max": maxAnswerDays})
	}
	return Area{
		Meta: docstore.Meta{ID: slug}, Name: name, Description: description, District: in.District,
		Office:     in.Office,
		AnswerDays: in.AnswerDays, Order: in.Order, Closed: in.Closed,
	}, p.Err()
}

// maxSlug bounds the readable part of an address.
const maxSlug = 60

// reservedSlugs are the pages of the forum that stand where an area's page would.
var reservedSlugs = []string{"discussioni", "regole", "nuova", "segnalazioni", "provvedimenti", "registro",
	"profilo", "anteprima", "in-ritardo"}

// proposedSlug returns the nth address that is proposed for an area by its name: "piazza-grande",
// "piazza-grande-2". The pages of the forum keep theirs.
func proposedSlug(name string, n int) string {
	slug := textfold.Slug(name, maxSlug-len("-50"))
	if slug == "" {
		slug = "sezione"
	}
	if slices.Contains(reservedSlugs, slug) {
		n++
	}
	if n > 1 {
		slug += "-" + strconv.Itoa(n)
	}
	return slug
}

// ParseSlug returns s as an area's id, or an Invalid error when it is not made of lower-case words joined by
// hyphens, or is the address of another page of the forum.
func ParseSlug(s string) (civic.ID, error) {
	if s == "" || s != textfold.Slug(s, maxSlug) || slices.Contains(reservedSlugs, s) {
		return "", civic.NewError(civic.Invalid, "forum.error.slug")
	}
	return civic.ID(s), nil
}
