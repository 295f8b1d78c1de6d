package memo

import "time"

// What is dear to find out is found out anew when twenty times as long has passed as it took, and after a
// quarter of a minute at the latest: at once where it is cheap, and never the main thing the program does.
const (
	freshShare = 20
	// MostFresh is how long what was found out serves at most.
	MostFresh = 15 * time.Second
)

// Freshness remembers when something was found out and how long that took. The zero value: never.
type Freshness struct {
	at   time.Time
	took time.Duration
}

// Fresh reports whether what was found out still serves.
func (f Freshness) Fresh() bool { return f.FreshFor(freshShare, MostFresh) }

// FreshFor is Fresh for what serves as many times as long as it took to find out, and no longer than most.
func (f Freshness) FreshFor(share int, most time.Duration) bool {
	age := time.Since(f.at)
	return age >= 0 && age < min(time.Duration(share)*f.took, most)
}

// Learned notes that finding out began at start and has just ended.
func (f *Freshness) Learned(start time.Time) { f.at, f.took = time.Now(), time.Since(start) }
