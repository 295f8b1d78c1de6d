package forum

import (
	"slices"
	"strconv"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// RuleCode names one of the forum's rules; the catalogues hold its title and text.
type RuleCode string

// Rules lists the forum's rules in the order of the page that explains them.
func Rules() []RuleCode {
	return []RuleCode{"respect", "hate", "personal_data", "illegal", "false_identity", "spam", "off_topic"}
}

// ParseRule returns the rule named s, or an Invalid error.
func ParseRule(s string) (RuleCode, error) {
	if slices.Contains(Rules(), RuleCode(s)) {
		return RuleCode(s), nil
	}
	return "", civic.NewError(civic.Invalid, "forum.error.rule")
}

// Action is what a moderator does.
type Action string

// The actions. Keep says that a reported post breaks no rule.
const (
	ActionHide    Action = "hide"
	ActionRestore Action = "restore"
	ActionKeep    Action = "keep"
	ActionRedact  Action = "redact" // empties one earlier version of a post
	ActionClose   Action = "close"
	ActionReopen  Action = "reopen"
	ActionMove    Action = "move" // to another area
)

// actionsOnPost and actionsOnThread list what can be done; what citizens write must have hide, restore and
// keep.
func actionsOnPost() []Action { return []Action{ActionHide, ActionRestore, ActionKeep, ActionRedact} }

func actionsOnThread() []Action {
	return []Action{ActionHide, ActionRestore, ActionClose, ActionReopen, ActionMove}
}

// Decision is one act of moderation, and its entry in the register. Its id is made of the target and of how
// many decisions the target had before, so that of two moderators deciding at once one is told that it is
// done. It is the truth; what follows from it (the target's state, the queue, letters, the index) is applied
// after it and again when that was cut short.
type Decision struct {
	docstore.Meta `bson:",inline"`
	Thread        civic.ID  `bson:"thread"`
	Number        int64     `bson:"number"` // of the post; 0 when it is about the discussion
	Round         int       `bson:"round"`
	Area          civic.ID  `bson:"area"`
	Action        Action    `bson:"action"`
	Rule          RuleCode  `bson:"rule,omitempty"`
	Reason        string    `bson:"reason"` // the facts, for the author and the desk; never public
	Version       int       `bson:"version,omitempty"`
	To            civic.ID  `bson:"to,omitempty"` // the area moved to
	Author        Author    `bson:"author"`       // who wrote the target
	By            civic.ID  `bson:"by"`           // the moderator's account
	ByName        string    `bson:"byName"`
	At            time.Time `bson:"at"`
	Applied       bool      `bson:"applied"`
}

// ReasonPath returns the page with the statement of reasons, which the author of what was hidden may read.
func (d Decision) ReasonPath() string { return reasonPath(d.ID) }

func reasonPath(decision civic.ID) string { return "/forum/provvedimenti/" + string(decision) }

// DecisionInput is what a moderator decides about a post, or about the whole discussion when Number is 0.
// Round is how many decisions the target had when the moderator saw it.
type DecisionInput struct {
	Thread  civic.ID
	Number  int64
	Round   int
	Action  Action
	Rule    string
	Reason  string
	Version int      // ActionRedact: which earlier version, from 0
	To      civic.ID // ActionMove: the area
}

// The bounds of the facts a decision rests on, in characters.
const (
	minReason = 10
	MaxReason = 1000
)

func (in DecisionInput) parse() (Decision, error) {
	var p civic.Problems
	allowed := actionsOnPost()
	if in.Number == 0 {
		allowed = actionsOnThread()
	}
	if !slices.Contains(allowed, in.Action) {
		p.Add("action", "forum.error.action")
	}
	reason, err := cleanSource(in.Reason, MaxReason)
	p.Check("reason", err)
	d := Decision{
		Meta:   docstore.Meta{ID: DecisionID(in.Thread, in.Number, in.Round)},
		Thread: in.Thread, Number: in.Number, Round: in.Round, Action: in.Action, Reason: reason,
		Version: in.Version, To: in.To,
	}
	if in.Action == ActionHide || in.Action == ActionRedact {
		d.Rule, err = ParseRule(in.Rule)
		p.Check("rule", err)
		if len([]rune(reason)) < minReason {
			p.Add("reason", "forum.error.reason.short", civic.Args{"Min": minReason})
		}
	}
	if in.Action == ActionMove && in.To == "" {
		p.Add("to", "error.required")
	}
	return d, p.Err()
}

// DecisionID returns the id of the decision that a target's round has or would have.
func DecisionID(thread civic.ID, number int64, round int) civic.ID {
	return civic.Key(thread, numeral(number), numeral(int64(round)))
}

// numeral returns n as part of a composed id.
func numeral(n int64) civic.ID { return civic.ID(strconv.FormatInt(n, 10)) }
