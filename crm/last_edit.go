package crm

import (
	"context"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
)

// lastEdit is the last version of a contact that a form or a program made, and who it was: the line of the
// audit is theirs, though somebody else should find that it was never written.
type lastEdit struct {
	Action  audit.Action `bson:"action"`
	By      civic.ID     `bson:"by"`               // the account; empty for the program itself
	ByName  string       `bson:"byName,omitempty"` // of staff and of jobs
	Version int64        `bson:"version"`
}

// noteEdit notes on c, which is about to be stored in the place of before, who makes its version, if it is
// another one.
func (c *Contact) noteEdit(by civic.Actor, action audit.Action, before Contact) {
	if c.Version == before.Version {
		return
	}
	c.LastEdit = &lastEdit{Action: action, By: by.Account, Version: c.Version}
	if action != ActionContactUpdateOwn {
		c.LastEdit.ByName = by.Name
	}
}

// tellEdit writes the line of the audit about the edit that made this version of c, once. By, who sees to it
// now, is named where they made it; what made a version otherwise has its own line.
func (s *Service) tellEdit(ctx context.Context, by civic.Actor, c Contact) error {
	last := c.LastEdit
	if last == nil || last.Version != c.Version {
		return nil
	}
	if last.By != by.Account || last.By == "" && last.ByName != by.Name {
		by = last.doer(c.ID)
	}
	e := audit.Entry{By: by, Action: last.Action, Object: c.ID, Contact: c.ID}
	return s.audit.Revised(ctx, e, c.Version)
}

// doer returns who made the edit, as far as it says: of staff the audit keeps the name, whatever their role.
func (e lastEdit) doer(contact civic.ID) civic.Actor {
	switch {
	case e.Action == ActionContactUpdateOwn:
		return civic.Actor{Account: e.By, Contact: contact}
	case e.By == "":
		return civic.System(e.ByName)
	}
	return civic.Actor{Account: e.By, Name: e.ByName, Roles: []civic.Role{civic.Operator}}
}
