package main

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ascolto/crm/privacy"
	"ascolto/internal/civic"
	"ascolto/internal/docstore/storetest"
)

// forgetful is a part of the house that finds what it keeps, and erases nothing.
type forgetful struct{ civic.PersonalData }

func (forgetful) ErasePersonal(
	context.Context, civic.Actor, civic.Subject, civic.PersonalErasure,
) error {
	return nil
}

// TestAPartThatForgetsIsSeen: were one part to erase nothing, the erasure would not say that it is done, and
// the traces sought by the other tests would name each of the part's collections.
func TestAPartThatForgetsIsSeen(t *testing.T) {
	t.Parallel()
	made := here(t)
	lived, db := liveAt(t, made, &storetest.Mortal{}, nil)
	collections, parts := slices.Sorted(maps.Keys(lived.DB.Forms())), len(lived.Personal)
	lived.mustClose(t)
	lived.must(db.Close())
	for i := range parts {
		settings := here(t)
		lived.must(os.CopyFS(settings["ASCOLTO_DATA"], os.DirFS(made["ASCOLTO_DATA"])))
		w, db := liveAt(t, settings, &storetest.Mortal{}, lived)
		names := w.Personal[i].PersonalCollections()
		erasing := slices.Clone(w.Personal)
		erasing[i] = forgetful{erasing[i]}
		var err error
		w.Erasures, err = privacy.NewErasures(t.Context(), privacy.ErasureOptions{
			DB: w.DB, Parts: erasing, Contacts: w.CRM, Accounts: w.Accounts, Index: w.Search, Audit: w.Audit,
		})
		w.must(err)
		e, err := w.erase(t.Context(), true)
		if err != nil || e.Done() && !slices.Contains(names, "work_parts") { // lists are not waited for
			t.Errorf("%v are forgotten: done %v, %v", names, e.Done(), err)
		}
		w.mustClose(t)
		traces := strings.Join(w.annasTraces(settings, db, collections), "\n")
		for _, name := range names {
			seen := strings.Contains(traces, name+": ")
			if name == "files" {
				seen = seen && strings.Contains(traces, filepath.Join(settings["ASCOLTO_DATA"], "files"))
			}
			if !seen && !slices.Contains(bareOfIDs, name) && !slices.Contains(keptMarks, name) {
				t.Errorf("that %s was forgotten leaves no trace, among:\n%s", name, traces)
			}
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
}
