package notify

import "time"

// Halt tells who paused a campaign, and when.
type Halt struct {
	At      time.Time
	Program bool   // the program itself did; Campaign.Stop or Campaign.Why tells why
	By      string // the name of who else did; empty before names were kept
	Why     string // in their words; may be empty
}

// Halted returns who paused the campaign; false when it is not paused.
func (c Campaign) Halted() (Halt, bool) {
	if c.State != Paused || c.Moved == nil {
		return Halt{}, false
	}
	return Halt{At: c.Moved.At, Program: c.Moved.By == "", By: c.Moved.ByName, Why: c.Moved.Why}, true
}
