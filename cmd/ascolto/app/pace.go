package app

import "time"

// How long what failed is put off.
const (
	firstWait   = time.Second
	longestWait = 10 * time.Minute
)

// pace puts off what failed, longer each time.
type pace struct {
	wait time.Duration
	next time.Time
}

func (p *pace) isDue() bool { return !time.Now().Before(p.next) }

// note takes how a try ended.
func (p *pace) note(well bool) {
	if well {
		*p = pace{}
		return
	}
	p.wait = min(max(firstWait, 2*p.wait), longestWait)
	p.next = time.Now().Add(p.wait)
}
