package notify

import "time"

// What is dear to find out is found out anew when twenty times as long has passed as it took, and after a
// quarter of a minute at the latest: at once where it is cheap, and never the main thing the program does.
const (
	memoShare = 20
	memoMost  = 15 * time.Second
)

// memo remembers when something was found out and how long that took. The zero value: never.
type memo struct {
	at   time.Time
	took time.Duration
}

// fresh reports whether what was found out still serves.
func (m memo) fresh() bool {
	age := time.Since(m.at)
	return age >= 0 && age < min(memoShare*m.took, memoMost)
}

// learned notes that finding out began at start and has just ended.
func (m *memo) learned(start time.Time) { m.at, m.took = time.Now(), time.Since(start) }
