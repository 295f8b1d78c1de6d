package notify

// The causes of mail not delivered that lie here, beside those that a transport gives.
const (
	causeCrash    = "notify.cause.crash"    // we stopped in the middle: it may have arrived
	causeContent  = "notify.cause.content"  // the message could not be written for this person
	causeExpired  = "notify.cause.expired"  // tried until its time was over
	causeStopped  = "notify.cause.stopped"  // we were stopped before it went out
	causeInternal = "notify.cause.internal" // a fault of ours
)
