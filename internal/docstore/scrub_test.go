package docstore_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
)

// TestScrubLeavesNothing: what was deleted or replaced is in no file of the store, whatever stood beside it
// came and went, also while the store is open.
func TestScrubLeavesNothing(t *testing.T) {
	t.Parallel()
	options := storetest.SQLite(t)
	db := storetest.OpenOptions(t, options)
	c := collect[person](t, db, people)
	order := rand.New(rand.NewPCG(7, 7))
	secret := func(n int) string { return fmt.Sprintf("zoravik%d", n) }
	var ids []civic.ID
	for _, n := range order.Perm(1500) {
		p := named(civic.ID(fmt.Sprintf("p%04d", n)), "Anna Neri")
		if n%10 == 0 {
			p.Name, p.Tags, p.District = secret(n), []string{secret(n), "altro"}, "quxzo"+secret(n)
			p.Emails = []email{{Address: secret(n) + "@posta.example"}}
			p.Extras = map[string]any{"text": string(bytes.Repeat([]byte(secret(n)+" "), 1+n%900))}
			ids = append(ids, p.ID)
		}
		mustInsert(t, c, p)
	}
	for n, id := range ids { // some are given other words before they go, or in place of it
		if n%3 > 0 {
			if _, err := c.Update(t.Context(), id, func(p *person) error {
				*p = person{Meta: p.Meta, Name: "Bruno"}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
		}
		if n%3 < 2 {
			if err := c.Delete(t.Context(), id); err != nil {
				t.Fatal(err)
			}
		}
	}
	left := func() (n int) {
		for _, file := range []string{options.Path, options.Path + "-wal"} {
			held, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			n += bytes.Count(held, []byte("zoravik"))
		}
		return n
	}
	before := left()
	if err := db.Scrub(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := left(); n > 10 { // rows that SQLite had moved
		t.Errorf("the files hold what was deleted %d times, before it was scrubbed %d times", n, before)
	}
	if err := db.Rebuild(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := left(); n > 0 {
		t.Errorf("the files that were made anew hold what was deleted %d times", n)
	}
	if n, err := c.Count(t.Context(), nil); err != nil || n != 1400 {
		t.Errorf("%d documents are left: %v", n, err)
	}
}

// TestMisfiled: documents that another program put under other keys, or whose keys it took away, are told.
func TestMisfiled(t *testing.T) {
	t.Parallel()
	for what, statement := range map[string]string{
		"":                         `SELECT 1`,
		"a key of another":         `UPDATE people SET k_name = (SELECT k_name FROM people WHERE id = 'a') WHERE id = 'b'`,
		"no key in an array":       `DELETE FROM "people/emails" WHERE id = 'b'`,
		"a key too many":           `INSERT INTO "people/emails" VALUES (x'05', 'b')`,
		"a key of nobody":          `INSERT INTO "people/emails" VALUES (x'05', 'z')`,
		"another revision":         `UPDATE people SET rev = 9 WHERE id = 'b'`,
		"the document of somebody": `UPDATE people SET doc = (SELECT doc FROM people WHERE id = 'a') WHERE id = 'b'`,
	} {
		options := storetest.SQLite(t)
		db, err := docstore.Open(t.Context(), options)
		if err != nil {
			t.Fatal(err)
		}
		c := collect[person](t, db, people)
		for _, id := range []civic.ID{"a", "b", "c"} {
			p := named(id, "Anna "+string(id))
			p.Emails = []email{{Address: string(id) + "@posta.example"}, {Address: "casa@posta.example"}}
			mustInsert(t, c, p)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		raw(t, options.Path, statement)
		c = collect[person](t, storetest.OpenOptions(t, options), people)
		got, err := c.Misfiled(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		want := []civic.ID{"b"}
		switch what {
		case "":
			want = nil
		case "a key of nobody":
			want = []civic.ID{"z"}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, wanted %v", what, got, want)
		}
	}
}
