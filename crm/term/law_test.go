package term

import (
	"errors"
	"testing"
)

// TestByLaw: the terms of italy.md 5.1 and 5.2.
func TestByLaw(t *testing.T) {
	t.Parallel()
	today := date(t, "2026-11-23")
	for duty, days := range map[Duty]int{
		Ordinary: 30, RegulationLimit: 90, ComplexLimit: 180, RefusalObservations: 10,
		DocumentaryAccess: 30, DocumentaryIrregularity: 10, DocumentaryObjection: 10, DocumentaryRemedy: 30,
		CivicAccess: 30, CivicObjection: 10, CivicReview: 20, CivicOmbudsman: 30,
	} {
		got, source, err := ByLaw(duty, today)
		if err != nil || got != (Term{days, Days}) || source == "" {
			t.Errorf("%s: %v from %q, %v; want %d days", duty, got, source, err, days)
		}
		if _, _, err := ByLaw(duty, date(t, "1990-01-01")); !errors.Is(err, ErrLaw) {
			t.Errorf("%s in 1990: %v", duty, err)
		}
	}
	if n := len(law().Terms); n != 12 {
		t.Errorf("%d legal terms: this test reads 12", n)
	}
	if _, _, err := ByLaw("coffee", today); !errors.Is(err, ErrLaw) {
		t.Errorf("no duty: %v", err)
	}
	c := law().Counting
	for i, article := range []string{c.Start, c.Roll, c.Saturday, c.of(Days), c.of(Months),
		c.of(WorkingDays)} {
		if article == "" {
			t.Errorf("no article for the %dth rule of counting", i+1)
		}
	}
}

func TestBadLaw(t *testing.T) {
	t.Parallel()
	for _, data := range []string{
		`{`, `{"terms": [{"duty": "x", "length": 0, "unit": "days", "source": "y"}]}`,
		`{"terms": [{"duty": "x", "length": 1, "unit": "weeks", "source": "y"}]}`,
		`{"terms": [{"duty": "x", "length": 1, "unit": "days"}]}`,
		`{"terms": [{"duty": "x", "length": 1, "unit": "days", "source": "y", "from": "?"}]}`,
	} {
		if _, err := parseLaw([]byte(data)); !errors.Is(err, ErrData) {
			t.Errorf("%s: %v", data, err)
		}
	}
}
