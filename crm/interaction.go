package crm

import (
	"slices"
	"time"

	"ascolto/internal/blob"
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

// Interaction is one conversation between a contact and the municipality, as staff noted it, and the small
// case that it may become: who follows it, what was noted afterwards, how it ended. Contact is empty when the
// person did not say who they are. The subject is shown to the person in their personal area; notes and
// closing words are for staff only.
type Interaction struct {
	docstore.Meta `bson:",inline"`
	Contact       civic.ID  `bson:"contact,omitempty"`
	Channel       Channel   `bson:"channel"`
	Direction     Direction `bson:"direction"`
	Office        civic.ID  `bson:"office"`          // that follows it
	Topic         civic.ID  `bson:"topic,omitempty"` // what it was about, for the figures
	Subject       string    `bson:"subject"`
	Note          string    `bson:"note,omitempty"`
	// the notes are for the office's members, the author and the owner only
	Confidential bool      `bson:"confidential,omitempty"`
	Outcome      Outcome   `bson:"outcome"`
	DueOn        string    `bson:"dueOn,omitempty"` // the day by which to follow up, "2026-12-01"
	Open         bool      `bson:"open"`            // the follow-up is still to be done
	By           civic.ID  `bson:"by,omitempty"`
	ByName       string    `bson:"byName,omitempty"`
	At           time.Time `bson:"at"` // when the conversation was
	Submission   string    `bson:"submission,omitempty"`
	UpdatedAt    time.Time `bson:"updatedAt"`

	RecordedAt time.Time `bson:"recordedAt,omitempty"` // when it was noted down; zero: at At
	// the colleague who follows it; empty: anybody of the office
	Owner     civic.ID   `bson:"owner,omitempty"`
	OwnerName string     `bson:"ownerName,omitempty"`
	Notes     []CaseNote `bson:"notes,omitempty"` // written afterwards, oldest first
	// how the follow-up ended; nil when open, or closed before this was kept
	Closing *Closing     `bson:"closing,omitempty"`
	Changes []CaseChange `bson:"changes,omitempty"` // what was put right, and from what; oldest first

	Attachments []blob.Attachment `bson:"attachments,omitempty"` // oldest first
	Requests    []CaseRequest     `bson:"requests,omitempty"`    // that it became; oldest first

	NoteHidden bool `bson:"-"` // there are notes or files, but not for whom this was read for
}

// InteractionInput is the form by which an interaction is recorded: with the contact named, or with a new one
// to create first, or with neither when the person stays unknown.
type InteractionInput struct {
	FormKey      string
	Contact      civic.ID
	New          *ContactInput
	Channel      Channel
	Direction    Direction
	Office       civic.ID
	Topic        civic.ID
	Subject      string
	Note         string
	Confidential bool
	Outcome      Outcome
	DueOn        string
	On           string     // the day of the conversation, "2026-11-28"; empty: now
	Files        []civic.ID `json:"-"` // that by sent for it
	Shown        string     `json:"-"` // what the form of a correction carried; see Interaction.Shown
}

// InteractionChannels lists the channels an interaction can be recorded by.
func InteractionChannels() []Channel { return []Channel{ByPhone, AtDesk, ByMail, ByLetter, ByWeb} }

// Outcomes lists the outcomes an interaction can have.
func Outcomes() []Outcome { return []Outcome{Answered, Forwarded, FollowUp} }

const (
	maxSubject = 200
	maxNote    = 10_000
	oldestCall = 5 // how many years ago a conversation that is noted down may have been
)

// interactionChoices are what the town lets choose among.
type interactionChoices struct{ offices, topics map[civic.ID]bool }

// apply writes the checked input into i, or returns an Invalid error that names every wrong field. Dates that
// i has already are not judged anew: what was due last week can still be put right.
func (in InteractionInput) apply(i *Interaction, may interactionChoices, now time.Time) error {
	var p civic.Problems
	in.applyTexts(i, &p)
	i.Channel, i.Direction, i.Office, i.Topic, i.Confidential = in.Channel, in.Direction, in.Office, in.Topic,
		in.Confidential
	p.Check("channel", choice(slices.Contains(InteractionChannels(), i.Channel)))
	p.Check("direction", choice(i.Direction == Inbound || i.Direction == Outbound))
	p.Check("office", choice(may.offices[i.Office]))
	p.Check("topic", choice(i.Topic == "" || may.topics[i.Topic]))
	p.Check("outcome", choice(slices.Contains(Outcomes(), in.Outcome)))
	p.Check("due_on", in.applyOutcome(i, now))
	p.Check("on", in.applyDay(i, now))
	return p.Err()
}

func choice(ok bool) error {
	if ok {
		return nil
	}
	return civic.NewError(civic.Invalid, "error.choice")
}

func (in InteractionInput) applyTexts(i *Interaction, p *civic.Problems) {
	var err error
	i.Subject, err = civic.CleanLine(in.Subject, maxSubject)
	p.Check("subject", err)
	if err == nil && i.Subject == "" {
		p.Add("subject", "error.required")
	}
	i.Note, err = civic.CleanText(in.Note, maxNote)
	p.Check("note", err)
}

// applyOutcome writes the outcome and the day by which to follow up. A day without anything to do is asked
// about, never dropped.
func (in InteractionInput) applyOutcome(i *Interaction, now time.Time) error {
	was, due := i.Outcome, i.DueOn
	i.Outcome, i.DueOn = in.Outcome, in.DueOn
	switch {
	case in.Outcome != FollowUp && in.DueOn != "":
		return civic.NewError(civic.Invalid, "crm.error.due_without_follow_up")
	case in.Outcome != FollowUp:
		i.Open = false
	case was != FollowUp:
		i.Open, i.Closing = true, nil
	}
	if in.DueOn == "" {
		return nil
	}
	if _, err := time.Parse(time.DateOnly, in.DueOn); err == nil && in.DueOn == due {
		return nil
	}
	return civic.CheckDay(in.DueOn, now)
}

// applyDay writes when the conversation was: now for one of today, noon for one of a day before.
func (in InteractionInput) applyDay(i *Interaction, now time.Time) error {
	if i.At.IsZero() {
		i.At = now
	}
	if in.On == "" || in.On == i.Day() {
		return nil
	}
	day, err := time.ParseInLocation(time.DateOnly, in.On, civic.Rome())
	switch {
	case err != nil:
		return civic.NewError(civic.Invalid, "error.date")
	case day.After(now):
		return civic.NewError(civic.Invalid, "error.date.future")
	case day.Before(now.AddDate(-oldestCall, 0, 0)):
		return civic.NewErrorArgs(civic.Invalid, "error.date.old", civic.Args{"Years": oldestCall})
	}
	noon := time.Date(day.Year(), day.Month(), day.Day(), 12, 0, 0, 0, civic.Rome()).UTC()
	if i.At = noon; noon.After(now) {
		i.At = now
	}
	return nil
}

// Day returns the day of the conversation in Rome, "2026-11-28".
func (i Interaction) Day() string { return i.At.In(civic.Rome()).Format(time.DateOnly) }

// Recorded returns when the conversation was noted down.
func (i Interaction) Recorded() time.Time {
	if i.RecordedAt.IsZero() {
		return i.At
	}
	return i.RecordedAt
}

// Late reports whether what i left to do should have been done before today.
func (i Interaction) Late(now time.Time) bool {
	return i.Open && i.DueOn != "" && i.DueOn < now.In(civic.Rome()).Format(time.DateOnly)
}

// own reports whether i is by's: written or followed by them.
func (i Interaction) own(by civic.Actor) bool {
	return by.Account != "" && (i.By == by.Account || i.Owner == by.Account)
}

// readable reports whether by may know of i.
func (i Interaction) readable(by civic.Actor) bool {
	return by.Allowed(PermReadInteractions) && (by.Allowed(PermReadContacts) || by.In(i.Office) || i.own(by))
}

// noteReadable reports whether by may read the notes of i.
func (i Interaction) noteReadable(by civic.Actor) bool {
	return i.readable(by) && (!i.Confidential || by.In(i.Office) || i.own(by))
}

// Editable reports whether by may note, close, assign and put right: who may write and reads all of i.
func (i Interaction) Editable(by civic.Actor) bool {
	return by.Allowed(PermWriteInteractions) && i.noteReadable(by)
}

// shownTo returns i without what by may not read.
func (i Interaction) shownTo(by civic.Actor) Interaction {
	i.Submission = ""
	if i.noteReadable(by) {
		return i
	}
	i.NoteHidden = i.Note != "" || len(i.Notes) > 0 || i.Closing != nil && i.Closing.Words != "" ||
		len(i.Attachments) > 0
	i.Note, i.Notes, i.Attachments = "", nil, nil
	if i.Closing != nil {
		closing := *i.Closing
		closing.Words = ""
		i.Closing = &closing
	}
	i.Changes = slices.DeleteFunc(slices.Clone(i.Changes), func(c CaseChange) bool { return c.secret() })
	return i
}

// activity returns what i puts on the contact's timeline.
func (i Interaction) activity() civic.Activity {
	return civic.Activity{
		ID: civic.Key("interaction", i.ID), Contact: i.Contact, Kind: ActivityInteraction, Ref: i.ID,
		At:    i.At,
		Title: i.Subject, Channel: string(i.Channel), Office: i.Office, By: i.By, Files: len(i.Attachments),
	}
}
