package ui

import "time"

// SessionRow is a browser in which somebody is signed in, as a page lists it.
type SessionRow struct {
	ID      string
	Browser string // in words: "Firefox, Windows"
	Method  string // how they signed in, in words
	Began   time.Time
	Seen    time.Time // the last use that was written down
	Current bool      // the browser that asks for the page
}
