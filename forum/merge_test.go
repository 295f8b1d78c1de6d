package forum

import (
	"errors"
	"testing"

	"ascolto/internal/civic"
	"ascolto/internal/testtown"
)

func TestMerge(t *testing.T) {
	t.Parallel()
	const base = "Orari:\nlun 9-12\nmar 9-12\nTelefono 059"
	for _, tt := range []struct {
		name, theirs, mine, want string
		ok                       bool
	}{
		{"other lines", "Orari:\nlun 8-12\nmar 9-12\nTelefono 059",
			"Orari:\nlun 9-12\nmar 9-12\nTelefono 0522", "Orari:\nlun 8-12\nmar 9-12\nTelefono 0522", true},
		{"the same change", "Orari:\nlun 8-12\nmar 9-12\nTelefono 059",
			"Orari:\nlun 8-12\nmar 9-12\nTelefono 059", "Orari:\nlun 8-12\nmar 9-12\nTelefono 059", true},
		{"the same line", "Orari:\nlun 8-12\nmar 9-12\nTelefono 059",
			"Orari:\nlun 9-13\nmar 9-12\nTelefono 059", "", false},
		{"a line more at the end, a word at the beginning", base + "\nVia Emilia",
			"Nuovi orari:\nlun 9-12\nmar 9-12\nTelefono 059",
			"Nuovi orari:\nlun 9-12\nmar 9-12\nTelefono 059\nVia Emilia", true},
		{"both at the end", base + "\nVia Emilia", base + "\nVia Roma", "", false},
		{"one took what the other changed", "Orari:\nmar 9-12\nTelefono 059",
			"Orari:\nlun 9-13\nmar 9-12\nTelefono 059", "", false},
		{"nothing of theirs", base, "Chiuso", "Chiuso", true},
	} {
		if got, ok := mergeText(base, tt.theirs, tt.mine); ok != tt.ok || got != tt.want {
			t.Errorf("%s: %q, %v", tt.name, got, ok)
		}
		if got, ok := mergeText(base, tt.mine, tt.theirs); ok != tt.ok || got != tt.want {
			t.Errorf("%s, the other way round: %q, %v", tt.name, got, ok)
		}
	}
}

func FuzzMerge(f *testing.F) {
	f.Add("uno\ndue\ntre", "uno\ndue\nquattro", "zero\ndue\ntre")
	f.Fuzz(func(t *testing.T, base, theirs, mine string) {
		if len(base)+len(theirs)+len(mine) > 3000 {
			return
		}
		if got, ok := mergeText(base, base, mine); !ok || got != mine {
			t.Errorf("mergeText(%q, %q) alone is %q, %v", base, mine, got, ok)
		}
		a, okA := mergeText(base, theirs, mine)
		if b, okB := mergeText(base, mine, theirs); okA != okB || a != b {
			t.Errorf("the order matters: %q, %q", a, b)
		}
	})
}

// Two windows: what each changes on its own lines is kept; on the same ones the second sees the first's text,
// and saving again works.
func TestEditingInTwoWindows(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	const text = "Orari:\nlun 9-12\nmar 9-12"
	thread := w.thread(w.anna, "Orari dell'ufficio", text)
	edit := func(revision int64, base, source string) (Post, error) {
		return w.EditPost(t.Context(), w.anna, EditInput{Thread: thread.ID, Number: 1, Revision: revision,
			Base: base, Source: source})
	}
	_, err := edit(1, text, "Orari:\nlun 8-12\nmar 9-12")
	testtown.WantCode(t, err, "")
	p, err := edit(1, "Orari:\r\nlun 9-12\r\nmar 9-12", "Orari:\nlun 9-12\nmar 9-13")
	if err != nil || p.Source != "Orari:\nlun 8-12\nmar 9-13" {
		t.Fatalf("merged %q, %v", p.Source, err)
	}
	_, err = edit(1, text, "Orari:\nlun 7-12\nmar 9-12")
	var c *EditConflict
	if !errors.As(err, &c) || c.Stored != p.Source || c.Revision != p.Revision ||
		!c.At.Equal(w.Clock.Now()) || c.By.Account != w.anna.Account || civic.CodeOf(err) != civic.Conflict {
		t.Fatalf("the conflict is %+v, %v", c, err)
	}
	if p, err = edit(c.Revision, c.Stored, "Orari:\nlun 7-12\nmar 9-12"); err != nil ||
		p.Source != "Orari:\nlun 7-12\nmar 9-12" {
		t.Errorf("saving again: %q, %v", p.Source, err)
	}
}

// A moderator who hid and restored the post in between has changed no text.
func TestEditingAfterADecision(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	thread := w.thread(w.anna, "Orari dell'ufficio", "Quali?")
	_, err := w.posts.Update(t.Context(), firstPostID(thread.ID),
		func(p *Post) error { p.Rulings++; return nil })
	testtown.WantCode(t, err, "")
	_, err = w.EditPost(t.Context(), w.anna,
		EditInput{Thread: thread.ID, Number: 1, Revision: 1, Base: "Quali?", Source: "Quali orari?"})
	testtown.WantCode(t, err, "")
}
