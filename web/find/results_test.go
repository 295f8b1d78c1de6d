package find

import (
	"testing"

	"ascolto/search"
)

// TestHitsLeadToTheirPages: domains know no page of the desk; an index made when they did leads there too.
func TestHitsLeadToTheirPages(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		hit  search.Hit
		want string
	}{
		"a contact":      {search.Hit{ID: "contact/c1", Kind: "contact"}, "/desk/contacts/c1"},
		"an interaction": {search.Hit{ID: "interaction/i1", Kind: "interaction"}, "/desk/interactions/i1"},
		"a request":      {search.Hit{ID: "request/r1", Kind: "request"}, "/desk/requests/r1"},
		"a draft":        {search.Hit{ID: "survey/s1", Kind: "survey", Group: "survey/s1"}, "/desk/surveys/s1"},
		"a survey": {search.Hit{ID: "survey/s1", Kind: "survey", Path: "/sondaggi/trasporti"},
			"/sondaggi/trasporti"},
		"a discussion": {search.Hit{ID: "thread/t1", Kind: "thread", Path: "/forum/discussioni/t1/lampioni"},
			"/forum/discussioni/t1/lampioni"},
		"a note": {search.Hit{ID: "forum_note/n1", Kind: "forum_note", Group: "forum_notes/t1"},
			"/desk/forum/t1"},
		"a draft of an earlier index": {search.Hit{ID: "survey/s1", Kind: "survey", Path: "/desk/surveys/s1"},
			"/desk/surveys/s1"},
		"a note of an earlier index": {search.Hit{ID: "forum_note/n1", Kind: "forum_note",
			Group: "forum_notes/t1", Path: "/desk/forum/t1"}, "/desk/forum/t1"},
	} {
		if got := pathOf(c.hit); got != c.want {
			t.Errorf("%s leads to %q, want %q", name, got, c.want)
		}
	}
}
