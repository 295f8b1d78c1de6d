package term_test

import (
	"fmt"

	"ascolto/crm/term"
)

// A request received on 2 March; the office asked for certificates on the 12th, which came on the 30th.
func ExampleCalendar_Due() {
	day := func(s string) term.Date {
		d, err := term.ParseDate(s)
		if err != nil {
			panic(err)
		}
		return d
	}
	length, source, err := term.ByLaw(term.Ordinary, day("2026-03-02"))
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := term.National().Due(term.Case{
		Start: day("2026-03-02"), Term: length,
		Events: []term.Event{{Kind: term.Information, From: day("2026-03-12"), Answer: day("2026-03-30")}},
	}, day("2026-04-10"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(length.Length, length.Unit, "by", source)
	fmt.Println("due", r.Due, "used", r.Used, "left", r.Left, "suspended", r.Suspended)
	for _, s := range r.Steps {
		fmt.Println(s.Key, s.From, s.To, s.Days)
	}
	// Output:
	// 30 days by L. 241/1990, art. 2, c. 2 (come sostituito dalla L. 69/2009)
	// due 2026-04-20 used 21 left 10 suspended 18
	// term.step.start 2026-03-02 - 0
	// term.step.suspension 2026-03-12 2026-03-30 18
	// term.step.length.days 2026-03-02 2026-04-19 30
	// term.step.roll 2026-04-19 2026-04-20 0
	// term.step.due - 2026-04-20 0
}
