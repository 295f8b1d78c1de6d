package docstore_test

import (
	"math"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// TestBadDocuments: what an engine would store differently, or not at all, is refused before it is asked.
func TestBadDocuments(t *testing.T) {
	deep := any("bottom")
	for range 100 {
		deep = map[string]any{"d": deep}
	}
	bad := map[string]struct {
		spoil func(*person)
		code  civic.Code
	}{
		"text that is not UTF-8":  {func(p *person) { p.Name = "caf\xe9" }, civic.Invalid},
		"such text in an array":   {func(p *person) { p.Tags = []string{"ok", "\xff"} }, civic.Invalid},
		"such text in a document": {func(p *person) { p.Home.Street = "\xc3" }, civic.Invalid},
		"such text as a name of field": {func(p *person) { p.Extras = map[string]any{"\xff": 1} },
			civic.Invalid},
		"not a number":       {func(p *person) { p.Score = math.NaN() }, civic.Invalid},
		"an infinite number": {func(p *person) { p.Score = math.Inf(-1) }, civic.Invalid},
		"an operator": {func(p *person) { p.Extras = map[string]any{"$where": "1"} },
			civic.Invalid},
		"an operator further in": {
			func(p *person) { p.Extras = map[string]any{"a": map[string]any{"$ne": nil}} }, civic.Invalid},
		"a name with a dot": {func(p *person) { p.Extras = map[string]any{"a.b": 1} },
			civic.Invalid},
		"an empty name": {func(p *person) { p.Extras = map[string]any{"": 1} }, civic.Invalid},
		"a name with a zero byte": {func(p *person) { p.Extras = map[string]any{"a\x00b": 1} },
			civic.Invalid},
		"too deep": {func(p *person) { p.Extras = map[string]any{"d": deep} },
			civic.Invalid},
		"a regular expression": {
			func(p *person) { p.Extras = map[string]any{"r": bson.Regex{Pattern: "(a+)+"}} }, civic.Invalid},
		"a program": {
			func(p *person) { p.Extras = map[string]any{"j": bson.JavaScript("while(1);")} }, civic.Invalid},
		"a channel": {func(p *person) { p.Extras = map[string]any{"c": make(chan int)} },
			civic.Invalid},
		"an id that is not UTF-8": {func(p *person) { p.ID = "\xff" }, civic.Invalid},
		"an id with a zero byte":  {func(p *person) { p.ID = "a\x00b" }, civic.Invalid},
		"a long id": {func(p *person) { p.ID = civic.ID(strings.Repeat("x", 513)) },
			civic.Invalid},
		"over 8 MiB": {
			func(p *person) { p.Extras = map[string]any{"x": strings.Repeat("x", 8<<20)} }, civic.TooLarge},
		"a long indexed value": {func(p *person) { p.Name = strings.Repeat("x", 3000) },
			civic.TooLarge},
	}
	onEach(t, func(t *testing.T, _ place, db *docstore.DB) {
		c := collect[person](t, db, people)
		mustInsert(t, c, named("here", "Anna"))
		for what, b := range bad {
			p := named("new", "Bea")
			b.spoil(p)
			wantCode(t, what+", inserted", c.Insert(t.Context(), p), b.code)
			_, err := c.InsertMany(t.Context(), []*person{p})
			wantCode(t, what+", inserted in bulk", err, b.code)
			if p.ID != "new" {
				continue
			}
			_, err = c.Update(t.Context(), "here", func(h *person) error { b.spoil(h); return nil })
			wantCode(t, what+", updated", err, b.code)
			p.ID = "here"
			wantCode(t, what+", replaced", c.Replace(t.Context(), p), b.code)
		}
		if n, err := c.Count(t.Context(), nil); n != 1 || err != nil {
			t.Errorf("there are %d documents, %v", n, err)
		}
		if got, err := c.Get(t.Context(), "here"); err != nil || got.Name != "Anna" || got.Revision != 1 {
			t.Errorf("the good document is now %+v, %v", got.Meta, err)
		}
		large := named("large", "Bea")
		large.Extras = map[string]any{"x": strings.Repeat("x", 7<<20)}
		mustInsert(t, c, large)
		if got, err := c.Get(t.Context(), "large"); err != nil || len(got.Extras["x"].(string)) != 7<<20 {
			t.Errorf("7 MiB came back with %v", err)
		}
	})
}

// TestBadArguments: foreign text as an id or in a query is data at most.
func TestBadArguments(t *testing.T) {
	onEach(t, func(t *testing.T, _ place, db *docstore.DB) {
		c := collect[person](t, db, people)
		mustInsert(t, c, named("a", "Anna"))
		for _, id := range []civic.ID{"", "\xff", "a\x00", "' OR 1=1 --", `{"$gt":""}`,
			civic.ID(strings.Repeat("x", 100_000))} {
			_, err := c.Get(t.Context(), id)
			wantCode(t, "getting a foreign id", err, civic.NotFound)
			if err := c.Delete(t.Context(), id); err != nil {
				t.Errorf("deleting a foreign id: %v", err)
			}
			_, err = c.Update(t.Context(), id, func(*person) error { return nil })
			wantCode(t, "updating a foreign id", err, civic.NotFound)
		}
		for _, f := range []docstore.Filter{{docstore.Eq("name", "\xff")}, {docstore.Prefix("name", "\xc3")},
			{docstore.In("name", "a", "\xff")}, {docstore.Eq("_id", "\xff")}} {
			_, err := c.Find(t.Context(), docstore.Query{Filter: f})
			wantCode(t, f.String()+" with text that is not UTF-8", err, civic.Invalid)
		}
		if _, err := c.Get(t.Context(), "a"); err != nil {
			t.Errorf("the document is gone: %v", err)
		}
	})
}

// TestBadSpecs: a declaration that does not fit the type fails when the program starts.
func TestBadSpecs(t *testing.T) {
	onEach(t, func(t *testing.T, _ place, db *docstore.DB) {
		for word, spec := range map[string]docstore.Spec{
			"not plain": {Name: `x"; DROP TABLE people`},
			"has no field": {Name: "people",
				Indexes: []docstore.Index{{Name: "a", Fields: []string{"nome"}}}},
			"no fields": {Name: "people", Indexes: []docstore.Index{{Name: "a"}}},
			"cannot be indexed": {Name: "people",
				Indexes: []docstore.Index{{Name: "a", Fields: []string{"score"}}}},
			"both lie": {Name: "people",
				Indexes: []docstore.Index{{Name: "a", Fields: []string{"tags", "emails.address"}}}},
			"two indexes": {Name: "people", Indexes: []docstore.Index{{Fields: []string{"name"}},
				{Fields: []string{"-name"}}}},
			"has no fields": {Name: "people",
				Indexes: []docstore.Index{{Name: "a", Fields: []string{"name.first"}}}},
		} {
			_, err := docstore.Collect[person](t.Context(), db, spec)
			wantRefused(t, "a bad declaration", err, word)
		}
		_, err := docstore.Collect[email](t.Context(), db, docstore.Spec{Name: "emails"})
		wantRefused(t, "a type without Meta", err, "Meta")
	})
}
