package term

// Release returns the first day on which documents may be given out that were granted against an objection,
// and the step that explains it: the given number of days after the objector received the decision (D.Lgs.
// 33/2013 art. 5 c. 6). It returns ErrDate when receipt is no date, ErrLaw when it lies before the rule,
// ErrRange when the day lies after year 9999.
func Release(receipt Date) (Date, Step, error) {
	if !receipt.Valid() {
		return 0, Step{}, ErrDate
	}
	for _, r := range lawOfEvents().Release {
		if !r.contains(receipt) {
			continue
		}
		day := receipt + Date(r.Days)
		if !day.Valid() {
			return 0, Step{}, ErrRange
		}
		return day, Step{Key: stepRelease, From: receipt, To: day, Days: r.Days, Source: r.Source}, nil
	}
	return 0, Step{}, ErrLaw
}
