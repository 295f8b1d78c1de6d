package transport

import "time"

// Limits bound the parts of one attempt.
type Limits struct {
	Dial    time.Duration // reaching the server
	Command time.Duration // the answer to one command
	Content time.Duration // writing the message
	Answer  time.Duration // the answer after the message's end; RFC 5321 wants 10 minutes
	Attempt time.Duration // all of it
	// after which a delivery in the state sending counts as left behind by a crash; longer than Attempt
	Lease time.Duration
	// how long a mail whose answer was lost waits for its one repeat; RFC 5321 wants 30 minutes
	Doubt time.Duration
	Idle  time.Duration // how long a connection waits for the next mail
}

// BulkLimits are the limits of campaigns.
func BulkLimits() Limits {
	return Limits{Dial: 30 * time.Second, Command: time.Minute, Content: 3 * time.Minute,
		Answer:  10 * time.Minute,
		Attempt: 14 * time.Minute, Lease: 15 * time.Minute, Doubt: 30 * time.Minute, Idle: 10 * time.Second}
}

// PromptLimits are the limits of single messages, which somebody is waiting for.
func PromptLimits() Limits {
	return Limits{Dial: 10 * time.Second, Command: 20 * time.Second, Content: 30 * time.Second,
		Answer:  time.Minute,
		Attempt: 100 * time.Second, Lease: 2 * time.Minute, Doubt: 10 * time.Second, Idle: 10 * time.Second}
}
