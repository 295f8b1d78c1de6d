package notify

import (
	"slices"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/merge"
)

// CampaignState is where a campaign stands.
type CampaignState string

// The states of a campaign.
const (
	Draft                CampaignState = "draft"
	Scheduled            CampaignState = "scheduled"
	Running              CampaignState = "running"
	Paused               CampaignState = "paused"
	Finished             CampaignState = "finished"
	FinishedWithFailures CampaignState = "finished_with_failures" // somebody did not get it, or perhaps
	Cancelled            CampaignState = "cancelled"
	Missed               CampaignState = "missed" // it could not begin before its latest time
)

// CampaignStates lists the states in the order a list offers them.
func CampaignStates() []CampaignState {
	return []CampaignState{Draft, Scheduled, Running, Paused, Finished, FinishedWithFailures, Cancelled,
		Missed}
}

// nextStates says which state may follow which. Only a person takes the steps that transition checks for; the
// others are taken by SendDue.
var nextStates = map[CampaignState][]CampaignState{
	Draft:                {Scheduled, Cancelled},
	Scheduled:            {Draft, Running, Cancelled, Missed},
	Running:              {Paused, Finished, FinishedWithFailures, Cancelled},
	Paused:               {Running, Cancelled},
	FinishedWithFailures: {Running}, // those who did not get it are tried again
}

// CampaignClass is the legal class of a campaign.
type CampaignClass string

// The classes: a voluntary mail goes to those who consented to its topic and can be unsubscribed from; an
// institutional one goes to everybody concerned on a legal basis that is written down.
const (
	Voluntary     CampaignClass = "voluntary"
	Institutional CampaignClass = "institutional"
)

// The languages a campaign can be written in; the first must be there and stands in for the others.
func contentLanguages() []string { return []string{"it", "en"} }

// Content is a campaign in one language.
type Content struct {
	Language string `bson:"language"`
	Subject  string `bson:"subject"`
	Body     string `bson:"body"` // Markdown
	Text     string `bson:"text"` // the plain text part; made from Body when empty
}

// Campaign is one mail to the people of a segment.
type Campaign struct {
	docstore.Meta `bson:",inline"`
	Name          string        `bson:"name"`
	Segment       civic.ID      `bson:"segment"`
	Topic         civic.ID      `bson:"topic"` // empty only for an institutional campaign
	Class         CampaignClass `bson:"class"`
	LegalBasis    string        `bson:"legalBasis"`
	Contents      []Content     `bson:"contents"`
	Edits         merge.Edits   `bson:"edits,omitempty"`  // who edited which field of the draft last
	Chosen        *Chosen       `bson:"chosen,omitempty"` // the segment as it was then; nil before FrozenAt

	State      CampaignState `bson:"state"`
	Moved      *move         `bson:"moved,omitempty"` // the last change of State; nil before the first
	StartAt    time.Time     `bson:"startAt"`
	NotAfter   time.Time     `bson:"notAfter"`   // zero: no latest time
	StartedAt  time.Time     `bson:"startedAt"`  // when it began to run
	FrozenAt   time.Time     `bson:"frozenAt"`   // when its recipients were all in the ledger; zero before
	EndedAt    time.Time     `bson:"endedAt"`    // when it came to an end
	Cleared    bool          `bson:"cleared"`    // nothing of it is left in the queue
	Recipients int           `bson:"recipients"` // rows in the ledger once frozen
	Again      requeueing    `bson:"again"`      // how far those who did not get it are queued once more
	// of its rows, kept when it has ended; nil while it may change
	Tally *Counts `bson:"tally"`
	// catalogue key: why the program itself cancelled it, or paused it when its long work failed too often
	Trouble string `bson:"trouble"`

	// why the program itself paused it; nil when a person did, and when it goes on
	Stop *Stop `bson:"stop,omitempty"`
	// somebody saw a row of dead mailboxes and let it go on: no further row of them stops it
	Dead bool `bson:"dead,omitempty"`

	TroubleArgs map[string]string `bson:"troubleArgs,omitempty"` // what fills its gaps

	Owed   []owed    `bson:"owed,omitempty"`   // what is still to follow from the steps that were taken
	OwedAt time.Time `bson:"owedAt,omitempty"` // since when; zero: nothing is

	Author     civic.ID  `bson:"author"`
	AuthorName string    `bson:"authorName"`
	CreatedAt  time.Time `bson:"createdAt"`
	UpdatedAt  time.Time `bson:"updatedAt"`
}

// move is a change of a campaign's state.
type move struct {
	From   CampaignState `bson:"from"`
	By     civic.ID      `bson:"by"`               // the account; empty for the program itself
	ByName string        `bson:"byName,omitempty"` // of who it was; empty before names were kept
	Why    string        `bson:"why,omitempty"`    // in their own words, when they said
	At     time.Time     `bson:"at"`
}

// repeats reports whether by brought c into a state already, asking for the same times as check does, and
// with the same words.
func (c *Campaign) repeats(to CampaignState, by civic.Actor, check func(*Campaign) error) bool {
	if c.State != to || c.Moved == nil || c.Moved.By != by.Account || by.Account == "" {
		return false
	}
	asked := *c
	err := check(&asked)
	return err == nil && asked.StartAt.Equal(c.StartAt) && asked.NotAfter.Equal(c.NotAfter) &&
		asked.Moved.Why == c.Moved.Why
}

// Why returns why the program itself cancelled or paused the campaign; its key is empty when it did not.
func (c *Campaign) Why() civic.Message {
	args := civic.Args{}
	for k, v := range c.TroubleArgs {
		args[k] = v
	}
	return civic.Message{Key: c.Trouble, Args: args}
}

// Ended reports whether nothing more happens to the campaign by itself.
func (c *Campaign) Ended() bool {
	return slices.Contains([]CampaignState{Finished, FinishedWithFailures, Cancelled, Missed}, c.State)
}

// May reports whether the campaign may go to state.
func (c *Campaign) May(state CampaignState) bool { return slices.Contains(nextStates[c.State], state) }

// to brings the campaign to state, or returns a Conflict error when that may not follow.
func (c *Campaign) to(state CampaignState, by civic.Actor, now time.Time) error {
	if !c.May(state) {
		return civic.NewError(civic.Conflict, "notify.error.state")
	}
	c.Moved = &move{From: c.State, By: by.Account, At: now}
	if by.Account != "" {
		c.Moved.ByName = by.Name
	}
	c.State, c.UpdatedAt = state, now
	if c.Ended() {
		c.EndedAt = now
	}
	return nil
}

// content returns the campaign in a language, or in the first when it has none in that.
func (c *Campaign) content(language string) Content {
	for _, content := range c.Contents {
		if content.Language == language {
			return content
		}
	}
	return c.Contents[0]
}

// late reports whether the campaign's latest time is over.
func (c *Campaign) late(now time.Time) bool { return !c.NotAfter.IsZero() && !now.Before(c.NotAfter) }

// same reports whether c holds what in asks for: a form sent twice.
func (c *Campaign) same(other *Campaign) bool {
	return c.Name == other.Name && c.Segment == other.Segment && c.Topic == other.Topic &&
		c.Class == other.Class &&
		c.LegalBasis == other.LegalBasis && c.Author == other.Author &&
		slices.Equal(c.Contents, other.Contents)
}
