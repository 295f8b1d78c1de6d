package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// settingPrefix is what the names of all settings begin with.
const settingPrefix = "ASCOLTO_"

// toolNames returns how names begin that the project's own tests and tools read from the environment, and
// that are no settings.
func toolNames() []string {
	return []string{"ASCOLTO_TEST_", "ASCOLTO_BENCH", "ASCOLTO_E2E", "ASCOLTO_BINARY", "ASCOLTO_FERRETDB",
		"ASCOLTO_FIXTURES", "ASCOLTO_ROUNDS",
		"ASCOLTO_URL", "ASCOLTO_MAILS", "ASCOLTO_PAGES", "ASCOLTO_CONTROL", "ASCOLTO_DEMO_PASSWORD",
		"ASCOLTO_SHOTS"}
}

// warnMisspelt writes a line for each variable of environ that looks like a setting and is none, so that
// nobody wonders why it has no effect. Values are not written.
func warnMisspelt(w io.Writer, environ []string) {
	for _, variable := range slices.Sorted(slices.Values(environ)) {
		name, _, _ := strings.Cut(variable, "=")
		isTool := slices.ContainsFunc(toolNames(),
			func(tool string) bool { return strings.HasPrefix(name, tool) })
		isSetting := slices.ContainsFunc(settings(), func(s setting) bool { return s.name == name })
		if !strings.HasPrefix(name, settingPrefix) || isTool || isSetting {
			continue
		}
		if likely := likeliest(name); likely != "" {
			fmt.Fprintf(w, "ascolto: %s is no setting and has no effect; is %s meant?\n", name, likely)
		} else {
			fmt.Fprintf(w, "ascolto: %s is no setting and has no effect; `ascolto help` lists them\n", name)
		}
	}
}

// likeliest returns the setting whose name is nearest to name, "" when none is near.
func likeliest(name string) string {
	own := strings.TrimPrefix(name, settingPrefix)
	best, least := "", len(own)/2+1
	for _, s := range settings() {
		if d := slips(own, strings.TrimPrefix(s.name, settingPrefix)); d < least {
			best, least = s.name, d
		}
	}
	return best
}

// slips counts the letters to put, drop, change or swap with their neighbour that make b of a (optimal string
// alignment).
func slips(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			changed := rows[i-1][j-1]
			if a[i-1] != b[j-1] {
				changed++
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, changed)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
