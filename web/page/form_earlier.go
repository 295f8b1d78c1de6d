package page

import (
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"ascolto/internal/civic"
)

// The names that controls had before each had its parts with points between them, and lists counted from 1. A
// form that stood open in a browser while the program was upgraded is sent with them: unread, it would empty
// every address of a contact, and drop the first condition of a segment.
var (
	earlierText  = regexp.MustCompile(`^(name|description|text|subject|body)_(it|en)$`)
	earlierLine  = regexp.MustCompile(`^(email|phone)_([1-9])$`)
	earlierTerm  = regexp.MustCompile(`^term\.([0-9]+)(\.value)?$`)
	earlierPlace = regexp.MustCompile(`\.[0-9]+`)
)

// takeEarlierNames gives the values of a form the names that its controls have today.
func takeEarlierNames(values url.Values) {
	tree := slices.ContainsFunc(slices.Collect(maps.Keys(values)), func(name string) bool {
		return strings.HasPrefix(name, "rule.0.") // a list counts from 1 today
	})
	renamed := map[string]string{}
	for name := range values {
		if now := todaysName(name, tree); now != name {
			renamed[name] = now
		}
	}
	moved := url.Values{}
	for earlier, now := range renamed {
		moved[now] = values[earlier]
		delete(values, earlier)
	}
	maps.Copy(values, moved)
	if tree {
		pressed := values.Get("do") // names a place
		values.Set("do", fromOne(pressed))
	}
}

// todaysName returns how a control is called today; tree says that the places of a rule's parts count from 0.
func todaysName(name string, tree bool) string {
	if m := earlierText.FindStringSubmatch(name); m != nil {
		return civic.Field(m[1], m[2])
	}
	if m := earlierLine.FindStringSubmatch(name); m != nil {
		list := m[1] + "s"
		return civic.Field(list, m[2])
	}
	if earlierTerm.MatchString(name) {
		_, rest := civic.SplitField(fromOne(name))
		return civic.Field("terms", rest)
	}
	if tree && strings.HasPrefix(name, "rule.") {
		return fromOne(name)
	}
	return name
}

// fromOne returns a name in which places that count from 0 count from 1.
func fromOne(name string) string {
	return earlierPlace.ReplaceAllStringFunc(name, func(place string) string {
		n, err := strconv.Atoi(place[1:])
		if err != nil {
			return place
		}
		return "." + strconv.Itoa(n+1)
	})
}
