package crm

import (
	"strconv"
	"strings"
	"time"

	"ascolto/internal/civic"
)

// CaseNote is what somebody noted about a conversation afterwards.
type CaseNote struct {
	ID     civic.ID  `bson:"id"` // the key of the form, so that sending it twice notes it once
	Text   string    `bson:"text"`
	By     civic.ID  `bson:"by"`
	ByName string    `bson:"byName"`
	At     time.Time `bson:"at"`
}

// Closing says how what was left to do ended.
type Closing struct {
	Words  string    `bson:"words,omitempty"`
	By     civic.ID  `bson:"by"`
	ByName string    `bson:"byName"`
	At     time.Time `bson:"at"`
}

// CaseChange is one thing that was put right: which field, and what stood there before. Offices, topics,
// channels and contacts are kept by their codes.
type CaseChange struct {
	Field  CaseField `bson:"field"`
	Was    string    `bson:"was,omitempty"`
	Reason string    `bson:"reason,omitempty"`
	By     civic.ID  `bson:"by"`
	ByName string    `bson:"byName"`
	At     time.Time `bson:"at"`
	File   civic.ID  `bson:"file,omitempty"` // that was removed
}

// CaseField names what of an interaction can be put right.
type CaseField string

// The fields that can be put right.
const (
	CaseContact      CaseField = "contact"
	CaseChannel      CaseField = "channel"
	CaseDirection    CaseField = "direction"
	CaseOffice       CaseField = "office"
	CaseOwner        CaseField = "owner"
	CaseTopic        CaseField = "topic"
	CaseSubject      CaseField = "subject"
	CaseText         CaseField = "note"
	CaseConfidential CaseField = "confidential"
	CaseOutcome      CaseField = "outcome"
	CaseDueOn        CaseField = "due_on"
	CaseDay          CaseField = "on"
	CaseReopened     CaseField = "closing"
	CaseFile         CaseField = "file" // one was removed
)

// secret reports whether c holds words of a note.
func (c CaseChange) secret() bool {
	return c.Field == CaseText || c.Field == CaseReopened || c.Field == CaseFile
}

// How much one case may hold.
const (
	maxCaseNotes   = 200
	maxCaseChanges = 300
	maxReason      = 300
)

// caseValues are the fields of i that can be put right, in the order of the page.
func (i Interaction) caseValues() []struct {
	field CaseField
	value string
} {
	closing := ""
	if i.Closing != nil {
		closing = i.Closing.Words
	}
	return []struct {
		field CaseField
		value string
	}{
		{CaseContact, string(i.Contact)}, {CaseDay, i.Day()}, {CaseChannel, string(i.Channel)},
		{CaseDirection, string(i.Direction)},
		{CaseOffice, string(i.Office)}, {CaseOwner, i.OwnerName}, {CaseTopic, string(i.Topic)},
		{CaseSubject, i.Subject},
		{CaseText, i.Note}, {CaseConfidential, strconv.FormatBool(i.Confidential)},
		{CaseOutcome, string(i.Outcome)},
		{CaseDueOn, i.DueOn}, {CaseReopened, closing},
	}
}

// noteChanges adds to i what it differs from before in, and reports whether it does. It returns Conflict when
// i holds too much.
func (i *Interaction) noteChanges(
	before Interaction, by civic.Actor, reason string, now time.Time,
) (bool, error) {
	was, changed := before.caseValues(), false
	for n, is := range i.caseValues() {
		if is.value != was[n].value || is.field == CaseOwner && i.Owner != before.Owner {
			changed = true
			i.Changes = append(i.Changes, CaseChange{Field: is.field, Was: was[n].value, Reason: reason,
				By: by.Account, ByName: by.Name, At: now})
		}
	}
	if len(i.Changes) > maxCaseChanges {
		return false, civic.NewError(civic.Conflict, "crm.error.case_full")
	}
	return changed, nil
}

// words returns all that was noted about i and what its files are called, to be found by.
func (i Interaction) words() string {
	all := []string{i.Note}
	for _, n := range i.Notes {
		all = append(all, n.Text)
	}
	for _, a := range i.Attachments {
		all = append(all, a.Name)
	}
	if i.Closing != nil {
		all = append(all, i.Closing.Words)
	}
	return strings.TrimSpace(strings.Join(all, "\n"))
}
