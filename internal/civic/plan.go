package civic

import "time"

// PlanYears is how many years ahead a date that somebody plans may lie: a mistyped year is refused, not kept
// for ever.
const PlanYears = 2

// CheckPlanned returns an Invalid error when t lies more than PlanYears after now.
func CheckPlanned(t, now time.Time) error {
	if t.After(now.AddDate(PlanYears, 0, 0)) {
		return NewErrorArgs(Invalid, "error.date.far", Args{"Years": PlanYears})
	}
	return nil
}

// CheckDay returns an Invalid error unless day, "2026-12-01", is a day in Rome from today until PlanYears
// ahead.
func CheckDay(day string, now time.Time) error {
	t, err := time.ParseInLocation(time.DateOnly, day, Rome())
	if err != nil {
		return NewError(Invalid, "error.date")
	}
	if day < now.In(Rome()).Format(time.DateOnly) {
		return NewError(Invalid, "error.date.past")
	}
	return CheckPlanned(t, now)
}
