package surveys

import (
	"strings"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/merge"
	"ascolto/internal/textfold"
)

// State is what staff have done with a questionnaire.
type State string

// The states. A questionnaire goes through them in this order.
const (
	Draft     State = "draft"
	Published State = "published"
	Closed    State = "closed"
)

// Participation says who answers and what is known of them.
type Participation string

// The kinds of participation.
const (
	Anonymous Participation = "anonymous" // anybody with the link; nothing about the person is kept
	// signed-in citizens; one response each, which belongs to their contact
	Known Participation = "known"
)

// Collection says how the respondents come to the questionnaire, which decides what may be concluded from the
// results.
type Collection string

// The kinds of collection.
const (
	OptIn       Collection = "opt_in"      // whoever wants: no conclusion about others, no margin of error
	Census      Collection = "census"      // everybody concerned was invited
	Probability Collection = "probability" // a random sample was invited
)

// Participations and Collections list the values in the order the interface shows them.
func Participations() []Participation { return []Participation{Anonymous, Known} }

// Collections lists the kinds of collection in the order the interface shows them.
func Collections() []Collection { return []Collection{OptIn, Census, Probability} }

// Strength names how surely one person answers once; the interface prints it in the note on the method.
func (p Participation) Strength() string {
	if p == Known {
		return "account"
	}
	return "cookie"
}

// The grace period: how long after closing a response that was begun before may still be sent, in minutes.
const (
	DefaultGrace = 30
	MaxGrace     = 24 * 60
)

// PublicThreshold is the least number of answers to a question (unweighted) whose results the public may see.
const PublicThreshold = 5

// VersionRef names one frozen version.
type VersionRef struct {
	Number   int       `bson:"number"`
	Document civic.ID  `bson:"document"` // the stored Version
	At       time.Time `bson:"at"`
}

// Questionnaire is one survey: what staff edit, which versions were published, and when it is open.
type Questionnaire struct {
	docstore.Meta `bson:",inline"`
	Slug          string       `bson:"slug"` // in the address; never changes after publication
	State         State        `bson:"state"`
	Content       Content      `bson:"content"` // as edited; citizens see the last version instead
	Versions      []VersionRef `bson:"versions,omitempty"`
	Edited        bool         `bson:"edited"` // whether Content differs from the last version
	// which changed words mean the same; without, they stand apart
	Meanings []Meaning `bson:"meanings,omitempty"`
	// up to which version answers in the CRM tell wordings apart
	Worded        int           `bson:"worded,omitempty"`
	Participation Participation `bson:"participation"`
	Collection    Collection    `bson:"collection"`
	// whose questionnaire it is; empty: the whole municipality's
	Office   civic.ID  `bson:"office,omitempty"`
	OpensAt  time.Time `bson:"opensAt"`
	ClosesAt time.Time `bson:"closesAt"`
	Grace    int       `bson:"grace"`              // minutes
	ClosedBy civic.ID  `bson:"closedBy,omitempty"` // who closed it before its time; empty: nobody
	// no response is older than this day (Europe/Rome)
	FirstDay string `bson:"firstDay,omitempty"`
	// when the public results were made; zero: there are none
	ResultsAt time.Time `bson:"resultsAt,omitempty"`
	// who made them public or took them back last, and when
	ResultsBy  civic.ID  `bson:"resultsBy,omitempty"`
	ResultsSet time.Time `bson:"resultsSet,omitempty"`
	CreatedBy  civic.ID  `bson:"createdBy,omitempty"`
	// who edited which of the settings last; of a question with its code before
	Edits      merge.Edits `bson:"edits,omitempty"`
	Submission string      `bson:"submission,omitempty"` // digest of the form that made it
	Changes    []Change    `bson:"changes,omitempty"`    // the last of each who changed it, the latest last
	CreatedAt  time.Time   `bson:"createdAt"`
	UpdatedAt  time.Time   `bson:"updatedAt"`

	overtaken bool // see Overtaken
}

// Phase is where a questionnaire stands at a moment.
type Phase string

// The phases. InGrace: closed, but a response begun before closing may still be sent.
const (
	NotPublished Phase = "draft"
	Coming       Phase = "coming"
	Open         Phase = "open"
	InGrace      Phase = "grace"
	Over         Phase = "over"
)

// Phase returns where q stands at now. It needs no job to have run: closing is a matter of time.
func (q Questionnaire) Phase(now time.Time) Phase {
	switch {
	case q.State == Draft:
		return NotPublished
	case q.State == Published && now.Before(q.OpensAt):
		return Coming
	case q.State == Published && now.Before(q.ClosesAt):
		return Open
	case now.Before(q.GraceEnds()):
		return InGrace
	default:
		return Over
	}
}

// GraceEnds returns the moment after which nothing is taken any more.
func (q Questionnaire) GraceEnds() time.Time {
	return q.ClosesAt.Add(time.Duration(q.Grace) * time.Minute)
}

// Version returns the number of the version that citizens see, 0 before the first publication.
func (q Questionnaire) Version() int { return len(q.Versions) }

// Live returns the version that citizens see; the second result is false before the first publication.
func (q Questionnaire) Live() (VersionRef, bool) {
	if len(q.Versions) == 0 {
		return VersionRef{}, false
	}
	return q.Versions[len(q.Versions)-1], true
}

// version returns the reference of a version by its number.
func (q Questionnaire) version(number int) (VersionRef, bool) {
	if number < 1 || number > len(q.Versions) {
		return VersionRef{}, false
	}
	return q.Versions[number-1], true
}

// Version is the content of a questionnaire as it was published. It never changes.
type Version struct {
	docstore.Meta `bson:",inline"`
	Questionnaire civic.ID  `bson:"questionnaire"`
	Number        int       `bson:"number"`
	Content       Content   `bson:"content"`
	At            time.Time `bson:"at"`
	By            civic.ID  `bson:"by,omitempty"`
}

// Settings are what staff set beside the questions.
type Settings struct {
	Title         civic.Text
	Introduction  civic.Text
	Slug          string // empty: made of the title
	English       bool   // whether there are English texts
	Participation Participation
	Collection    Collection
	Office        civic.ID
	Shown         string // what the form of changed settings carried; see Questionnaire.Shown
}

// settingsFields are the fields of the form of a questionnaire's settings.
func settingsFields() merge.Fields[Questionnaire] {
	fields := merge.Text("title", func(q *Questionnaire) *civic.Text { return &q.Content.Title })
	fields = append(fields,
		merge.Text("introduction", func(q *Questionnaire) *civic.Text { return &q.Content.Introduction })...)
	return append(fields,
		merge.Value("english", func(q *Questionnaire) *[]string { return &q.Content.Languages }),
		merge.Value("slug", func(q *Questionnaire) *string { return &q.Slug }),
		merge.Value("participation", func(q *Questionnaire) *Participation { return &q.Participation }),
		merge.Value("collection", func(q *Questionnaire) *Collection { return &q.Collection }),
		merge.Value("office", func(q *Questionnaire) *civic.ID { return &q.Office }))
}

// Shown returns what a form that shows the settings of q carries, for the edit to be joined with others.
func (q Questionnaire) Shown() string { return settingsFields().Shown(&q) }

// applyOver puts cleaned settings into q, joined with what others changed since the form was shown.
func (q *Questionnaire) applyOver(in Settings, shown string, by civic.Actor, now time.Time) error {
	stored := *q
	if err := q.apply(in); err != nil {
		return err
	}
	edits := func(q *Questionnaire) *merge.Edits { return &q.Edits }
	return merge.Update[Questionnaire]{Fields: settingsFields(), Edits: edits, Shown: shown, By: by,
		At: now}.Apply(q, &stored)
}

// apply puts cleaned settings into q, or returns an Invalid error. After publication the address and the
// participation stay: links must not break, and what respondents were promised about their anonymity must not
// change.
func (q *Questionnaire) apply(in Settings) error {
	var p civic.Problems
	title := in.Title.CleanLine(&p, "title", MaxLabel)
	intro := in.Introduction.CleanText(&p, "introduction", MaxIntroduction)
	if title[civic.Italian] == "" {
		p.Add("title.it", "surveys.error.title")
	}
	slug := in.Slug
	if slug == "" {
		slug = textfold.Slug(title[civic.Italian], maxSlug-3)
	}
	slug, err := ParseSlug(slug)
	if in.Slug != "" || title[civic.Italian] != "" { // else it is the title that is missing
		p.Check("slug", err)
	}
	if in.Participation != Anonymous && in.Participation != Known {
		p.Add("participation", "surveys.error.participation")
	}
	if in.Collection != OptIn && in.Collection != Census && in.Collection != Probability {
		p.Add("collection", "surveys.error.collection")
	}
	if q.Version() > 0 && slug != q.Slug {
		p.Add("slug", "surveys.error.slug_fixed")
	}
	if q.Version() > 0 && in.Participation != q.Participation {
		p.Add("participation", "surveys.error.participation_fixed")
	}
	if err := p.Err(); err != nil {
		return err
	}
	q.Content.Title, q.Content.Introduction, q.Content.Languages = title, intro, []string{civic.Italian}
	if in.English {
		q.Content.Languages = append(q.Content.Languages, civic.English)
	}
	q.Slug, q.Participation, q.Collection, q.Office = slug, in.Participation, in.Collection, in.Office
	return nil
}

// maxSlug bounds an address, in characters.
const maxSlug = 80

// ParseSlug returns s as the last part of an address: lower-case letters, digits and single hyphens, 3 to 80
// characters; or an Invalid error.
func ParseSlug(s string) (string, error) {
	ok := len(s) >= 3 && len(s) <= maxSlug && s[0] != '-' && s[len(s)-1] != '-' && !strings.Contains(s, "--")
	for _, r := range s {
		ok = ok && (r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-')
	}
	if !ok {
		return "", civic.NewErrorArgs(civic.Invalid, "surveys.error.slug", civic.Args{"Max": maxSlug})
	}
	return s, nil
}
