package surveys

import (
	"testing"

	"ascolto/internal/civic"
)

// TestPublishedIsWhatCitizensAreAsked: what is edited since the publication is not in it.
func TestPublishedIsWhatCitizensAreAsked(t *testing.T) {
	t.Parallel()
	q := Questionnaire{}
	if _, err := (&Service{}).Published(t.Context(), civic.Visitor("r"),
		q); civic.CodeOf(err) != civic.Unauthenticated {
		t.Errorf("a visitor: %v", err)
	}
	if _, err := (&Service{}).Published(t.Context(), civic.System("test"),
		q); civic.CodeOf(err) != civic.NotFound {
		t.Errorf("a draft: %v", err)
	}
	q.Versions = []VersionRef{{Number: 1, Document: "v1"}}
	q.Content.Title = civic.Text{civic.Italian: "modificato"}
	s := &Service{}
	v := Version{Number: 1, Content: Content{Title: civic.Text{civic.Italian: "pubblicato"}}}
	v.ID = "v1"
	s.frozen.put(v)
	c, err := s.Published(t.Context(), civic.System("test"), q)
	if err != nil || c.Title[civic.Italian] != "pubblicato" {
		t.Errorf("%q, %v", c.Title[civic.Italian], err)
	}
}

// WordChanges returns how many texts differ between two versions of a question.
func WordChanges(older, newer Question) int { return len(wordChanges(older, newer)) }
