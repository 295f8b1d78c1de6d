// Package benchline prints the figures of `make bench`: one line each, tab-separated: name, value, unit,
// goal, "ok" or "short".
package benchline

import (
	"fmt"
	"io"
	"os"
)

// Line prints a measured figure and whether it meets its goal.
func Line(name string, value float64, unit string, goal float64, lowerIsBetter bool) {
	Write(os.Stdout, name, value, unit, goal, lowerIsBetter)
}

// Write is Line for another writer than the standard output.
func Write(w io.Writer, name string, value float64, unit string, goal float64, lowerIsBetter bool) {
	verdict := "short"
	if value >= goal && !lowerIsBetter || value <= goal && lowerIsBetter {
		verdict = "ok"
	}
	// A figure that cannot be printed is missed by whoever asked for it.
	_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", name, number(value), unit, number(goal), verdict)
}

// number prints whole numbers as such and small ones with three digits.
func number(v float64) string {
	if v >= 1000 || v == float64(int64(v)) {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.3g", v)
}
