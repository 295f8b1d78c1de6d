package disclose_test

import (
	"errors"
	"fmt"

	"ascolto/surveys/disclose"
)

// Three answers of one district are too few to be shown; three more cells go with them, or the totals would
// give them back.
func ExampleSuppress() {
	t, err := disclose.NewTable([][]int{{3, 50, 60}, {40, 55, 70}, {45, 65, 80}})
	if err != nil {
		fmt.Println(err)
		return
	}
	p := disclose.Suppress(t, disclose.Options{})
	public := p.Public()
	for i := range public.Rows + 1 {
		for j := range public.Cols + 1 {
			if n, shown := public.Count(i, j); shown {
				fmt.Printf("%5d", n)
			} else {
				fmt.Printf("%5s", "·")
			}
		}
		fmt.Println()
	}
	fmt.Println(p.Bounds(0, 0), p.Reason(0, 0) == disclose.Small)
	// Output:
	//     ·    ·   60  113
	//     ·    ·   70  165
	//    45   65   80  190
	//    88  170  210  468
	// {0 43} true
}

// A table of everybody, and then one of everybody but two people.
func ExampleHistory_Release() {
	answers := func(from int) [][]disclose.Set {
		var yes, no disclose.Set
		for person := from; person < 40; person++ {
			if person%3 == 0 {
				yes = yes.Add(person)
			} else {
				no = no.Add(person)
			}
		}
		return [][]disclose.Set{{yes, no}}
	}
	h := disclose.NewHistory(disclose.Options{})
	all, err := h.Release(answers(0))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("of everybody,", all.Suppressed(), "cells are hidden")
	_, err = h.Release(answers(2))
	fmt.Println("of all but two, nothing is released:", errors.Is(err, disclose.ErrDifferencing))
	// Output:
	// of everybody, 0 cells are hidden
	// of all but two, nothing is released: true
}
