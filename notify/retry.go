package notify

import "time"

// patience is how long a campaign's mail is tried: four days, as RFC 5321 section 4.5.4.1 advises.
const patience = 4 * 24 * time.Hour

// The waits between attempts; the last one repeats. A code is worth nothing after minutes, so it is tried
// more often.
var (
	ordinaryWaits = []time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour,
		4 * time.Hour, 8 * time.Hour}
	promptWaits = []time.Duration{5 * time.Second, 15 * time.Second, 30 * time.Second, time.Minute,
		2 * time.Minute, 5 * time.Minute}
)

// waitAfter returns the time before the attempt that follows attempt number n (from 1). Chance, in [0, 1),
// spreads it over a fifth more or less, so that many mails that failed together do not come back together.
func waitAfter(waits []time.Duration, n int, chance float64) time.Duration {
	wait := waits[min(max(n, 1), len(waits))-1]
	return wait + time.Duration((chance*2-1)*float64(wait)/5)
}
