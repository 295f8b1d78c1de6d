package term

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
)

//go:embed data/terms-it.json
var legalTerms []byte

// Duty is something the law gives an administration, or who deals with it, a term for.
type Duty string

// The duties; data/terms-it.json holds their terms, with law and period. The two limits are written for State
// bodies; municipalities keep them in their own regulations (L. 241/1990 art. 29).
const (
	Ordinary            Duty = "ordinary"             // a procedure for which no other term is set
	RegulationLimit     Duty = "regulation_limit"     // the longest term an own regulation may set
	ComplexLimit        Duty = "complex_limit"        // the same, for procedures that are complex
	RefusalObservations Duty = "refusal_observations" // observations on a notice of refusal
	// access to documents; silence after it is a refusal
	DocumentaryAccess       Duty = "documentary_access"
	DocumentaryIrregularity Duty = "documentary_irregularity" // telling that a request of access is irregular
	// objection of a counter-interested person to it
	DocumentaryObjection Duty = "documentary_objection"
	DocumentaryRemedy    Duty = "documentary_remedy" // appeal against refusal or silence
	CivicAccess          Duty = "civic_access"       // civic access, simple and generalised
	// objection of a counter-interested person to it
	CivicObjection Duty = "civic_objection"
	CivicReview    Duty = "civic_review"    // review by the officer for transparency
	CivicOmbudsman Duty = "civic_ombudsman" // decision of the ombudsman
)

// ErrLaw says that no law known here sets a term for a duty on a day.
var ErrLaw = errors.New("term: no legal term for this duty on this day")

// ByLaw returns the term that the law in force on a day sets for a duty, and that law; ErrLaw when there is
// none. What an administration's own regulation sets instead is the administration's to know, within
// RegulationLimit and ComplexLimit.
func ByLaw(d Duty, on Date) (Term, string, error) {
	for _, r := range law().Terms {
		if r.Duty == d && r.contains(on) {
			return r.Term, r.Source, nil
		}
	}
	return Term{}, "", ErrLaw
}

// period is the time a rule is in force, both ends included.
type period struct{ from, until Date }

func (p period) contains(d Date) bool { return d >= p.from && d <= p.until }

// parsePeriod reads two dates; an empty one is the first, or last, there is.
func parsePeriod(from, until string) (period, error) {
	p := period{MinDate, MaxDate}
	var err error
	if from != "" {
		if p.from, err = ParseDate(from); err != nil {
			return p, fmt.Errorf("%w: from %q", err, from)
		}
	}
	if until != "" {
		if p.until, err = ParseDate(until); err != nil {
			return p, fmt.Errorf("%w: until %q", err, until)
		}
	}
	if p.until < p.from {
		return p, fmt.Errorf("%w: from %q until %q", ErrDate, from, until)
	}
	return p, nil
}

// legalTerm is one term set by law.
type legalTerm struct {
	Duty Duty `json:"duty"`
	Term
	From   string `json:"from"`
	Until  string `json:"until"`
	Source string `json:"source"`
	period
}

// lawFile is data/terms-it.json.
type lawFile struct {
	Counting counting    `json:"counting"`
	Terms    []legalTerm `json:"terms"`
}

// counting names the articles that say how to count.
type counting struct {
	Start       string `json:"start"` // the first day
	Days        string `json:"days"`
	Months      string `json:"months"`
	WorkingDays string `json:"working_days"`
	Roll        string `json:"roll"` // a last day that is a holiday
	Saturday    string `json:"saturday"`
}

// of returns the article that says how to count a unit.
func (c *counting) of(u Unit) string {
	switch u {
	case Months:
		return c.Months
	case WorkingDays:
		return c.WorkingDays
	default:
		return c.Days
	}
}

// law is the parsed data file; it is part of the program, and a test reads it.
var law = sync.OnceValue(func() *lawFile {
	f, err := parseLaw(legalTerms)
	if err != nil {
		panic(err)
	}
	return &f
})

func parseLaw(data []byte) (lawFile, error) {
	var f lawFile
	if err := json.Unmarshal(data, &f); err != nil {
		return f, fmt.Errorf("%w: terms: %v", ErrData, err)
	}
	for i := range f.Terms {
		r := &f.Terms[i]
		var err error
		if r.period, err = parsePeriod(r.From, r.Until); err != nil {
			return f, fmt.Errorf("%w: %s: %v", ErrData, r.Duty, err)
		}
		if r.Source == "" || r.check() != nil {
			return f, fmt.Errorf("%w: %s", ErrData, r.Duty)
		}
	}
	return f, nil
}
