package requests

import (
	"slices"
	"time"

	"ascolto/crm/term"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/merge"
)

// Procedure is something that can be asked for. Its versions are only added to: a request goes on by the
// version it was filed under.
type Procedure struct {
	docstore.Meta `bson:",inline"`
	Versions      []Version     `bson:"versions" json:"versions"` // as they were made; by Number
	Order         int           `bson:"order" json:"order"`
	Last          *audit.Change `bson:"last,omitempty" json:"-"`

	Edits merge.Edits `bson:"edits,omitempty" json:"-"` // who edited which field of the latest version last
}

// Version is a procedure as it is from one day on.
type Version struct {
	Number int       `bson:"number" json:"-"`  // from 1
	From   string    `bson:"from" json:"from"` // first day of validity, "2026-12-01"
	At     time.Time `bson:"at" json:"-"`      // when it was made
	// when it was taken back, before it began: it never holds, and keeps its number
	WithdrawnAt time.Time `bson:"withdrawnAt,omitempty" json:"-"`
	// last day; empty: until the next version
	Until string `bson:"until,omitempty" json:"until,omitempty"`

	Name        civic.Text `bson:"name" json:"name"`
	Description civic.Text `bson:"description" json:"description"` // what it is for, and for whom
	// what has to be sent along
	Documents  civic.Text `bson:"documents,omitempty" json:"documents,omitempty"`
	Fee        civic.Text `bson:"fee,omitempty" json:"fee,omitempty"` // what it costs, stamp duty too
	Office     civic.ID   `bson:"office" json:"office"`               // that deals with it
	Substitute string     `bson:"substitute" json:"substitute"`       // who decides when the office does not
	Rules      `bson:",inline"`

	Base string `bson:"-" json:"-"` // what the form that makes it showed; see Shown
}

// Rules are what the law or a regulation lays down for a procedure. A request carries those it was filed
// under.
type Rules struct {
	Term  term.Term   `bson:"term" json:"term"`
	Basis string      `bson:"basis" json:"basis"`                     // the law or regulation that says so
	Stops []term.Kind `bson:"stops,omitempty" json:"stops,omitempty"` // which suspensions and restarts it knows
	// why a refusal needs no notice of its reasons before (L. 241/1990 art. 10-bis); empty: it does
	NoNotice string  `bson:"noNotice,omitempty" json:"no_notice,omitempty"`
	Silence  Silence `bson:"silence" json:"silence"`
	// the applicant has to say why they ask; where false, they are never asked
	Motivated bool `bson:"motivated,omitempty" json:"motivated,omitempty"`
	// it is answered with the address of what was published
	Publishes bool `bson:"publishes,omitempty" json:"publishes,omitempty"`
	// what the municipality promises besides, in hours in which the office works; zero: nothing
	FirstHours    int `bson:"firstHours,omitempty" json:"first_hours,omitempty"`       // see TargetFirst
	SolutionHours int `bson:"solutionHours,omitempty" json:"solution_hours,omitempty"` // see TargetSolution
}

// maxHours bounds what is promised: a year of an office's hours.
const maxHours = 2000

// ReviewProcedure is by which a review is asked for when nobody answered: see SilenceReview.
const ReviewProcedure civic.ID = "riesame-accesso-civico"

// Silence is what it means that nobody answered within the term.
type Silence string

// The meanings.
const (
	SilenceDelay    Silence = "delay"    // the office is late: the substitute can be called (L. 241/1990 art. 2)
	SilenceGranted  Silence = "granted"  // it counts as a grant (L. 241/1990 art. 20)
	SilenceRejected Silence = "rejected" // it counts as a refusal (L. 241/1990 art. 25 c. 4)
	SilenceReview   Silence = "review"   // a review can be asked for (D.Lgs. 33/2013 art. 5 c. 7)
	SilenceNone     Silence = "none"     // nothing follows by law: the term is a promise of the municipality
)

// Word returns the key of the text that says s.
func (s Silence) Word() string { return "requests.silence." + string(s) }

// Remedy returns the key of the text that says what can be done when nobody answered; empty where the law has
// nothing.
func (s Silence) Remedy() string {
	if s == SilenceNone {
		return ""
	}
	return "requests.remedy." + string(s)
}

// Silences lists the meanings in the order a form offers them.
func Silences() []Silence {
	return []Silence{SilenceDelay, SilenceGranted, SilenceRejected, SilenceReview, SilenceNone}
}

// Stops lists the suspensions and restarts that a procedure may know. Notices of refusal are no choice: they
// follow from Rules.NoNotice.
func Stops() []term.Kind {
	return []term.Kind{term.Information, term.IrregularRequest, term.CounterInterested, term.PrivacyOpinion}
}

// stoppedBy reports whether the rules let an act of a kind stop the term.
func (r Rules) stoppedBy(k term.Kind) bool {
	return slices.Contains(r.Stops, k) || k == term.RefusalNotice && r.NoNotice == ""
}

func procedureSpec() docstore.Spec {
	return docstore.Spec{Name: "procedures", Followed: true,
		Indexes: []docstore.Index{{Name: "order", Fields: []string{"order"}}}}
}

// On returns the version in force on a day, "2026-12-01", and false when the procedure is not offered then.
// Where several versions begin on one day, the last that was made stands.
func (p Procedure) On(day string) (Version, bool) {
	for _, v := range slices.Backward(p.Versions) {
		if v.Begun(day) {
			return v, v.Until == "" || day <= v.Until
		}
	}
	return Version{}, false
}

// Begun reports whether v held on a day, "2026-12-01", or before: only then may a request go by it.
func (v Version) Begun(day string) bool { return v.From <= day && !v.Withdrawn() }

// Withdrawn reports whether v was taken back.
func (v Version) Withdrawn() bool { return !v.WithdrawnAt.IsZero() }

// Version returns the version of a number, and false when there is none.
func (p Procedure) Version(number int) (Version, bool) {
	if number < 1 || number > len(p.Versions) {
		return Version{}, false
	}
	return p.Versions[number-1], true
}

// Latest returns the version that was made last and not taken back, or the last one when all were; the zero
// value when there is none.
func (p Procedure) Latest() Version {
	for _, v := range slices.Backward(p.Versions) {
		if !v.Withdrawn() {
			return v
		}
	}
	v, _ := p.Version(len(p.Versions))
	return v
}

// The bounds of a procedure's texts.
const (
	maxName  = 120
	maxAbout = 2000
	maxBasis = 300
)

// check cleans v, or returns an Invalid error that names every wrong field, at a time.
func (v *Version) check(offices map[civic.ID]bool, now time.Time) error {
	var p civic.Problems
	v.Name = v.Name.CleanLine(&p, "name", maxName)
	v.Description = v.Description.CleanText(&p, "description", maxAbout)
	v.Documents = v.Documents.CleanText(&p, "documents", maxAbout)
	v.Fee = v.Fee.CleanText(&p, "fee", maxAbout)
	for _, l := range civic.Languages() {
		requireText(&p, civic.Field("name", l), v.Name[l])
		requireText(&p, civic.Field("description", l), v.Description[l])
	}
	for field, text := range map[string]*string{"basis": &v.Basis, "substitute": &v.Substitute,
		"no_notice": &v.NoNotice} {
		clean, err := civic.CleanLine(*text, maxBasis)
		*text = clean
		p.Check(field, err)
	}
	requireText(&p, "basis", v.Basis)
	requireText(&p, "substitute", v.Substitute)
	p.Check("office", choice(offices[v.Office]))
	v.checkRules(&p)
	v.checkDays(&p, now)
	return p.Err()
}

func (v *Version) checkRules(p *civic.Problems) {
	if _, err := term.National().Due(term.Case{Start: term.MinDate, Term: v.Term}, term.MinDate); err != nil {
		p.Add("term", "requests.error.term")
	}
	for field, h := range map[string]int{"first_hours": v.FirstHours, "solution_hours": v.SolutionHours} {
		if h < 0 || h > maxHours {
			p.Add(field, "requests.error.hours", civic.Args{"Max": maxHours})
		}
	}
	if v.SolutionHours > 0 && v.SolutionHours < v.FirstHours {
		p.Add("solution_hours", "requests.error.solution_hours")
	}
	p.Check("silence", choice(slices.Contains(Silences(), v.Silence)))
	for _, k := range v.Stops {
		p.Check("stops", choice(slices.Contains(Stops(), k)))
	}
}

func (v *Version) checkDays(p *civic.Problems, now time.Time) {
	from, err := term.ParseDate(v.From)
	if err != nil {
		p.Add("from", "error.date")
	} else {
		p.Check("from", civic.CheckPlanned(from.Time(), now))
	}
	if v.Until == "" {
		return
	}
	if _, untilErr := term.ParseDate(v.Until); untilErr != nil {
		p.Add("until", "error.date")
	} else if err == nil && v.Until < v.From {
		p.Add("until", "requests.error.until")
	}
}

func requireText(p *civic.Problems, field, text string) {
	if text == "" {
		p.Add(field, "error.required")
	}
}

func choice(ok bool) error {
	if ok {
		return nil
	}
	return civic.NewError(civic.Invalid, "error.choice")
}
