package crm

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

// TestFilesAddedAtOnceStay: of two who add files to one interaction at the same time, the one whose claim
// comes last takes the other's file from nobody; a file that is removed meanwhile does not come back.
func TestFilesAddedAtOnceStay(t *testing.T) {
	t.Parallel()
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
	ctx := t.Context()
	i := w.call(t, w.Operator, call(w.create(t, ContactInput{GivenName: "Anna", FamilyName: "Però"}).ID))
	send := func(text string) civic.ID {
		file, err := f.Put(ctx, blob.Upload{Name: "nota.txt", Use: InteractionFiles(),
			Sender: w.Operator.Account}, strings.NewReader(text))
		if err == nil {
			_, err = w.AttachFiles(ctx, w.Operator, i.ID, formKey(), []civic.ID{file.ID})
		}
		if err != nil {
			t.Error(err)
		}
		return file.ID
	}
	collected := func(id civic.ID) bool {
		w.Clock.Pass(blob.Grace + time.Hour)
		if _, err := f.Collect(ctx); err != nil {
			t.Fatal(err)
		}
		_, err := f.Get(ctx, id)
		return civic.CodeOf(err) == civic.NotFound
	}
	var second civic.ID
	f.meanwhile = func() { second = send("Due lampioni spenti.") }
	first := send("Un lampione spento.")
	if collected(first) || collected(second) {
		t.Error("a file that was added is gone")
	}
	f.meanwhile = func() {
		if _, err := w.RemoveFile(ctx, w.Operator, i.ID, first); err != nil {
			t.Error(err)
		}
	}
	if third := send("Tre lampioni spenti."); collected(third) || !collected(first) {
		t.Error("a file that was added is gone, or one that was removed is back")
	}
}
