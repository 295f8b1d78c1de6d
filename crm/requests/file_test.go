package requests

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ascolto/internal/blob"
	"ascolto/internal/civic"
)

// interrupted has something happen once before a claim.
type interrupted struct {
	*blob.Store
	meanwhile func()
}

func (f *interrupted) Claim(ctx context.Context, c blob.Claim, ids ...civic.ID) error {
	if do := f.meanwhile; do != nil {
		f.meanwhile = nil
		do()
	}
	return f.Store.Claim(ctx, c, ids...)
}

// TestFilesOfMovesAtOnceStay: two who move one request at the same time, each with a file, keep both files,
// whoever's claim comes last.
func TestFilesOfMovesAtOnceStay(t *testing.T) {
	t.Parallel()
	for _, act := range []Act{ActNote, ActMessage} {
		f := &interrupted{}
		w := newTown(t, func(o *Options) {
			dir := t.TempDir()
			folder, err := blob.OpenFolder(filepath.Join(dir, "files"))
			if err == nil {
				f.Store, err = blob.New(t.Context(), blob.Options{DB: o.DB, Keeper: folder,
					Spool: filepath.Join(dir, "spool"), Now: o.Now, Reserve: -1})
			}
			if err != nil {
				t.Fatal(err)
			}
			o.Files = f
		})
		r := w.filed(t, "istanza", "2026-03-02")
		move := func(text string) civic.ID {
			file, err := f.Put(t.Context(), blob.Upload{Name: "nota.txt", Use: Files(), Sender: w.desk.Account},
				strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			w.does(t, w.desk, r, "", MoveInput{Act: act, Files: []civic.ID{file.ID}})
			return file.ID
		}
		var second civic.ID
		f.meanwhile = func() { second = move("Due lampioni spenti.") }
		first := move("Un lampione spento.")
		w.Clock.Pass(blob.Grace + time.Hour)
		if _, err := f.Collect(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, id := range []civic.ID{first, second} {
			if _, err := f.Get(t.Context(), id); err != nil {
				t.Errorf("%s: a file: %v", act, err)
			}
		}
	}
}
