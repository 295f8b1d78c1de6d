package crm

import (
	"slices"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// Direction says who got in touch with whom.
type Direction string

// The directions.
const (
	Inbound  Direction = "inbound"  // the person with the municipality
	Outbound Direction = "outbound" // the municipality with the person
)

// Outcome says how an interaction ended.
type Outcome string

// The outcomes.
const (
	Answered  Outcome = "answered"
	Forwarded Outcome = "forwarded" // to another office
	FollowUp  Outcome = "follow_up" // something is still to be done, until somebody says it is
)

// Interaction is one conversation between a contact and the municipality, as staff noted it. Contact is empty when the person
// did not say who they are. The subject is shown to the person in their personal area; the note is for staff only.
type Interaction struct {
	docstore.Meta `bson:",inline"`
	Contact       civic.ID  `bson:"contact,omitempty"`
	Channel       Channel   `bson:"channel"`
	Direction     Direction `bson:"direction"`
	Office        civic.ID  `bson:"office"`
	Subject       string    `bson:"subject"`
	Note          string    `bson:"note,omitempty"`
	Confidential  bool      `bson:"confidential,omitempty"` // the note is for the office's members and its author only
	Outcome       Outcome   `bson:"outcome"`
	DueOn         string    `bson:"dueOn,omitempty"` // the day by which to follow up, "2026-12-01"
	Open          bool      `bson:"open"`            // the follow-up is still to be done
	By            civic.ID  `bson:"by,omitempty"`
	ByName        string    `bson:"byName,omitempty"`
	At            time.Time `bson:"at"`
	Submission    string    `bson:"submission,omitempty"`
	UpdatedAt     time.Time `bson:"updatedAt"`

	NoteHidden bool `bson:"-"` // there is a note, but not for whom this was read for
}

// InteractionInput is the form by which an interaction is recorded: with the contact named, or with a new one to create first,
// or with neither when the person stays unknown.
type InteractionInput struct {
	FormKey      string
	Contact      civic.ID
	New          *ContactInput
	Channel      Channel
	Direction    Direction
	Office       civic.ID
	Subject      string
	Note         string
	Confidential bool
	Outcome      Outcome
	DueOn        string
}

// InteractionChannels lists the channels an interaction can be recorded by.
func InteractionChannels() []Channel { return []Channel{ByPhone, AtDesk, ByMail, ByLetter, ByWeb} }

// Outcomes lists the outcomes an interaction can have.
func Outcomes() []Outcome { return []Outcome{Answered, Forwarded, FollowUp} }

const (
	maxSubject = 200
	maxNote    = 10_000
)

// apply writes the checked input into i, or returns an Invalid error that names every wrong field.
func (in InteractionInput) apply(i *Interaction, offices map[civic.ID]bool) error {
	var p civic.Problems
	var err error
	i.Subject, err = civic.CleanLine(in.Subject, maxSubject)
	p.Check("subject", err)
	if err == nil && i.Subject == "" {
		p.Add("subject", "error.required")
	}
	i.Note, err = civic.CleanText(in.Note, maxNote)
	p.Check("note", err)
	i.Channel, i.Direction, i.Office, i.Confidential, i.Outcome = in.Channel, in.Direction, in.Office, in.Confidential, in.Outcome
	if !slices.Contains(InteractionChannels(), i.Channel) {
		p.Add("channel", "error.choice")
	}
	if i.Direction != Inbound && i.Direction != Outbound {
		p.Add("direction", "error.choice")
	}
	if !offices[i.Office] {
		p.Add("office", "error.choice")
	}
	if !slices.Contains(Outcomes(), i.Outcome) {
		p.Add("outcome", "error.choice")
	}
	i.Open = i.Outcome == FollowUp
	i.DueOn = ""
	if i.Open && in.DueOn != "" {
		i.DueOn = in.DueOn
		if _, err := time.ParseInLocation(time.DateOnly, in.DueOn, civic.Rome()); err != nil {
			p.Add("due_on", "error.date")
		}
	}
	return p.Err()
}

// readable reports whether by may know of i.
func (i Interaction) readable(by civic.Actor) bool {
	return by.Allowed(PermReadInteractions) && (by.Allowed(PermReadContacts) || by.In(i.Office) || i.By != "" && i.By == by.Account)
}

// noteReadable reports whether by may read the note of i.
func (i Interaction) noteReadable(by civic.Actor) bool {
	return i.readable(by) && (!i.Confidential || by.In(i.Office) || i.By != "" && i.By == by.Account)
}

// shownTo returns i without what by may not read.
func (i Interaction) shownTo(by civic.Actor) Interaction {
	if i.Note != "" && !i.noteReadable(by) {
		i.Note, i.NoteHidden = "", true
	}
	i.Submission = ""
	return i
}

// activity returns what i puts on the contact's timeline.
func (i Interaction) activity() civic.Activity {
	return civic.Activity{
		ID: civic.Key("interaction", i.ID), Contact: i.Contact, Kind: "interaction", Ref: i.ID, At: i.At,
		Title: i.Subject, Channel: string(i.Channel), Office: i.Office, By: i.By,
	}
}
