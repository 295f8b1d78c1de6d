package docstore_test

import (
	"testing"
	"time"

	"ascolto/internal/docstore"
)

// TestEdit: an edit that leaves a document as it was, but for the time updatedAt, stores nothing; any other
// does.
func TestEdit(t *testing.T) {
	onEach(t, func(t *testing.T, _ place, db *docstore.DB) {
		c := collect[letterhead](t, db, docstore.Spec{Name: "letterheads"})
		now := time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
		mustInsert(t, c, &letterhead{Meta: docstore.Meta{ID: "a"}, Words: map[string]string{"it": "Comune",
			"en": "City", "de": "Gemeinde"}, Lines: []string{"a", "b"}, UpdatedAt: now})
		for i, tt := range []struct {
			what   string
			change func(*letterhead)
			rev    int64
		}{
			{"the time", func(*letterhead) {}, 1},
			{"a word", func(l *letterhead) { l.Words["en"] = "Municipality" }, 2},
			{"the same word", func(l *letterhead) { l.Words["en"] = "Municipality" }, 2},
			{"the order of lines", func(l *letterhead) { l.Lines = []string{"b", "a"} }, 3},
			{"one word less", func(l *letterhead) { delete(l.Words, "de") }, 4},
		} {
			later := now.Add(time.Duration(i+1) * time.Hour)
			for range 5 { // maps are encoded in any order
				got, err := c.Edit(t.Context(), "a", func(l *letterhead) error {
					tt.change(l)
					l.UpdatedAt = later
					return nil
				})
				if err != nil || got.Revision != tt.rev {
					t.Fatalf("%s: revision %d, want %d; %v", tt.what, got.Revision, tt.rev, err)
				}
				stored, err := c.Get(t.Context(), "a")
				if err != nil || !stored.UpdatedAt.Equal(got.UpdatedAt) {
					t.Errorf("%s: stored %+v, returned %+v; %v", tt.what, stored, got, err)
				}
			}
		}
	})
}

type letterhead struct {
	docstore.Meta `bson:",inline"`
	Words         map[string]string `bson:"words"`
	Lines         []string          `bson:"lines"`
	UpdatedAt     time.Time         `bson:"updatedAt"`
}

// TestRewrite: what a step stores has the revision that it had, and is seen by those who read and by those
// who change it next.
func TestRewrite(t *testing.T) {
	onEach(t, func(t *testing.T, _ place, db *docstore.DB) {
		c := collect[letterhead](t, db, docstore.Spec{Name: "letterheads"})
		mustInsert(t, c, &letterhead{Meta: docstore.Meta{ID: "a"}, Lines: []string{"a"}})
		line := func(text string) func(*letterhead) error {
			return func(l *letterhead) error { l.Lines = append(l.Lines, text); return nil }
		}
		for i, write := range []func() (letterhead, error){
			func() (letterhead, error) { return c.Update(t.Context(), "a", line("b")) },
			func() (letterhead, error) { return c.Rewrite(t.Context(), "a", line("c")) },
			func() (letterhead, error) { return c.Update(t.Context(), "a", line("d")) },
		} {
			got, err := write()
			if want := []int64{2, 2, 3}[i]; err != nil || got.Revision != want || len(got.Lines) != i+2 {
				t.Errorf("write %d: %+v, want revision %d; %v", i, got, want, err)
			}
			if stored, err := c.Get(t.Context(), "a"); err != nil || len(stored.Lines) != i+2 {
				t.Errorf("write %d: stored %+v, %v", i, stored, err)
			}
		}
	})
}
