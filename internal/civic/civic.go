// Package civic holds the words every part of Ascolto shares: who acts (Actor, Role, Permission), what went
// wrong (Error), what happened to a citizen (Activity), how lists are paged (PageRequest, Page) and what time
// it is (Clock, Rome). It imports the standard library only, so that any package may import it.
package civic

import (
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode"
)

// ID names one stored document. Ordinary ids are ULIDs; where something must be unique, the id is made from
// what must be unique (see Key), so that the store itself refuses the second one.
type ID string

// maxIDLength bounds ids that come from outside: the longest composed key in use is below 200 bytes.
const maxIDLength = 200

// ParseID returns s as an ID, or an Invalid error when s is empty, too long or holds anything but ASCII
// letters, digits and -_.:@/+=
func ParseID(s string) (ID, error) {
	if s == "" || len(s) > maxIDLength {
		return "", NewError(Invalid, "error.id")
	}
	for _, r := range s {
		if r > unicode.MaxASCII ||
			!(unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("-_.:@/+=", r)) {
			return "", NewError(Invalid, "error.id")
		}
	}
	return ID(s), nil
}

// Key composes the id of a document that must be unique per the given parts: Key("poll", citizen) is
// "poll/citizen".
func Key(parts ...ID) ID {
	s := make([]string, len(parts))
	for i, p := range parts {
		s[i] = string(p)
	}
	return ID(strings.Join(s, "/"))
}

// Clock tells the time; services take one so that tests can move it.
type Clock func() time.Time

// Rome returns the location in which Italian law counts days. It panics when the time zone database is
// missing, which the program rules out by embedding it.
var Rome = sync.OnceValue(func() *time.Location {
	loc, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		panic(fmt.Sprintf("civic: time zone database: %v", err))
	}
	return loc
})

// Now returns the current instant in UTC, cut to milliseconds: what both storage engines keep, so that a
// stored time equals the time that was written.
func Now() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }
