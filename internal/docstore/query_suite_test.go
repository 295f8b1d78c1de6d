package docstore_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// A query and the order its result has. Ties are broken by _id in the last given direction.
type asked struct {
	filter docstore.Filter
	sort   []string
	// what the contract promises when sort is empty or leaves fields of the index open; nil: as sort
	order []string
}

func at(hours int) time.Time { return start.Add(time.Duration(hours) * time.Hour) }

// queries are of every shape that the contract allows.
var queries = []asked{
	{},
	{sort: []string{"_id"}},
	{sort: []string{"-_id"}},
	{filter: docstore.Filter{docstore.In("_id", "p010", "p003", "none", "p010")}},
	{filter: docstore.Filter{docstore.In("_id", "p010", "p003", "p044", "p012", "p081", "'--", "<&>")},
		sort: []string{"-_id"}},
	{filter: docstore.Filter{docstore.In("_id", any("p010"), 11, nil)}},
	{filter: docstore.Filter{docstore.Gt("_id", "p010"), docstore.Lte("_id", "p020")},
		sort: []string{"-_id"}},
	{filter: docstore.Filter{docstore.Gte("_id", "p010"), docstore.Lt("_id", "p020")}},
	{filter: docstore.Filter{docstore.Prefix("_id", "p01")}},
	{filter: docstore.Filter{docstore.Eq("_id", "p011")}},
	{filter: docstore.Filter{docstore.Eq("_id", 11)}},
	{sort: []string{"-seen"}},
	{sort: []string{"seen"}},
	{sort: []string{"name"}},
	{sort: []string{"-name"}},
	{sort: []string{"-name", "age"}},
	{sort: []string{"name", "-age"}},
	{sort: []string{"age"}, order: []string{"age", "active"}},
	{sort: []string{"-age", "-active"}},
	{sort: []string{"district"}, order: []string{"district", "-seen"}},
	{filter: docstore.Filter{docstore.Eq("district", "Nord")}, sort: []string{"-seen"}},
	{filter: docstore.Filter{docstore.Eq("district", "Nord")}, sort: []string{"seen"}},
	{filter: docstore.Filter{docstore.Eq("district", "Nord")}, sort: []string{"district", "-seen"}},
	{filter: docstore.Filter{docstore.Eq("district", nil)}, sort: []string{"-seen"}},
	{filter: docstore.Filter{docstore.Eq("district", "")}, sort: []string{"-seen"}},
	{filter: docstore.Filter{docstore.Eq("district", "Nord"), docstore.Eq("seen", nil)}},
	{filter: docstore.Filter{docstore.In("district", "Sud", "Nord", "Nord")}, sort: []string{"-seen"}},
	{filter: docstore.Filter{docstore.In("district", "Sud", "Nord")}, sort: []string{"seen"}},
	{filter: docstore.Filter{docstore.In("district", "Sud", "Nord")}, order: []string{"-seen"}},
	{filter: docstore.Filter{docstore.In("district", "Sud", "Nord")}, sort: []string{"district", "-seen"}},
	{filter: docstore.Filter{docstore.In("district", "Sud", "Nord")}, sort: []string{"-district", "seen"}},
	{filter: docstore.Filter{docstore.In("district", any("Sud"), nil)}, sort: []string{"-seen"}},
	{filter: docstore.Filter{docstore.In[string]("district")}, sort: []string{"-seen"}},
	{filter: docstore.Filter{docstore.Eq("district", "Nord"), docstore.Gte("seen", at(3)),
		docstore.Lt("seen", at(9))}, sort: []string{"-seen"}},
	{filter: docstore.Filter{docstore.Eq("district", "Nord"), docstore.Gt("seen", at(3)),
		docstore.Lte("seen", at(9))}, sort: []string{"seen"}},
	{filter: docstore.Filter{docstore.In("district", "Nord", "Est"), docstore.Gt("seen", at(3))},
		sort: []string{"-seen"}},
	{filter: docstore.Filter{docstore.In("district", "Nord", "Est"), docstore.Lte("seen", at(6))},
		sort: []string{"seen"}},
	{filter: docstore.Filter{docstore.Gt("seen", at(9)), docstore.Lt("seen", at(3))}, sort: []string{"seen"}},
	{filter: docstore.Filter{docstore.Gt("seen", at(3)), docstore.Lt("seen", "text")},
		sort: []string{"seen"}},
	{filter: docstore.Filter{docstore.Gte("seen", at(4))}, order: []string{"-seen"}},
	{filter: docstore.Filter{docstore.In("district", "Nord", "Sud"), docstore.In("age", 20, 30)},
		sort: []string{"name"}},
	{filter: docstore.Filter{docstore.In("district", "Nord", "Sud"), docstore.In("age", 20, 30)},
		sort: []string{"-district", "-age", "-name"}},
	{filter: docstore.Filter{docstore.In("district", "Nord", "Sud"), docstore.In("age", 20, 30)},
		sort: []string{"age", "name"}},
	{filter: docstore.Filter{docstore.In("district", "Nord", "Sud"), docstore.Eq("age", 20),
		docstore.Prefix("name", "a")}, sort: []string{"-name"}},
	{filter: docstore.Filter{docstore.Eq("district", "Sud"), docstore.Gt("age", 20)}, sort: []string{"age"},
		order: []string{"age", "name"}},
	{filter: docstore.Filter{docstore.Eq("age", 30)}, order: []string{"active"}},
	{filter: docstore.Filter{docstore.Eq("age", 30), docstore.Eq("active", true)}},
	{filter: docstore.Filter{docstore.Eq("age", 30), docstore.Eq("active", true)}, sort: []string{"-_id"}},
	{filter: docstore.Filter{docstore.Gt("age", int64(20)), docstore.Lte("age", uint8(40))},
		sort: []string{"-age", "-active"}},
	{filter: docstore.Filter{docstore.Gt("age", "20")}, order: []string{"age"}},
	{filter: docstore.Filter{docstore.Prefix("name", "a")}, sort: []string{"name"}},
	{filter: docstore.Filter{docstore.Prefix("name", "a")}, sort: []string{"-name", "age"}},
	{filter: docstore.Filter{docstore.Prefix("name", "")}, sort: []string{"name"}},
	{filter: docstore.Filter{docstore.Prefix("name", "è")}, sort: []string{"name"}},
	{filter: docstore.Filter{docstore.Prefix("name", ".*")}, sort: []string{"name"}},
	{filter: docstore.Filter{docstore.Prefix("name", "\U0010FFFF")}, sort: []string{"name"}},
	{filter: docstore.Filter{docstore.Prefix("name", "\uD7FF")}, sort: []string{"name"}},
	{filter: docstore.Filter{docstore.Gt("name", "a"), docstore.Lte("name", "ab")}, sort: []string{"name"}},
	{filter: docstore.Filter{docstore.Eq("name", "a\x00b")}},
	{filter: docstore.Filter{docstore.Eq("name", "a")}, sort: []string{"-age"}},
	{filter: docstore.Filter{docstore.In("name", "a", "a\x00", "b")}, sort: []string{"-name", "age"}},
	{filter: docstore.Filter{docstore.Eq("name", `{"$ne":null}`)}},
	{filter: docstore.Filter{docstore.Eq("home.street", "Via Po")}},
	{filter: docstore.Filter{docstore.Gte("home.street", "Via")}, sort: []string{"-home.street"}},
	{filter: docstore.Filter{docstore.Eq("tags", "scuola")}, sort: []string{"-name"}},
	{filter: docstore.Filter{docstore.Eq("tags", "scuola")}, sort: []string{"name"}},
	{filter: docstore.Filter{docstore.Eq("tags", "scuola"), docstore.Prefix("name", "a")},
		sort: []string{"name"}},
	{filter: docstore.Filter{docstore.In("tags", "scuola", "verde", "nessuno")}, sort: []string{"-name"}},
	{filter: docstore.Filter{docstore.In("tags", "scuola", "verde"), docstore.Gte("name", "ab")},
		sort: []string{"name"}},
	{filter: docstore.Filter{docstore.Eq("tags", nil)}, sort: []string{"-name"}},
	{filter: docstore.Filter{docstore.Eq("emails.address", "p7@example.org")}},
	{filter: docstore.Filter{docstore.In("emails.address", "p7@example.org", "due@example.org")}},
	{filter: docstore.Filter{docstore.Eq("code", "C10")}},
	{filter: docstore.Filter{docstore.In("code", "C20", "C10", "")}},
	{filter: docstore.Filter{docstore.Eq("code", nil)}, sort: []string{"-_id"}},
	{filter: docstore.Filter{docstore.Prefix("code", "C1")}, sort: []string{"-code"}},
	{sort: []string{"code"}},
	{sort: []string{"-code"}},
}

// TestQueries compares every query, whole and in pages of several sizes, with what a plain loop over all
// documents finds.
func TestQueries(t *testing.T) {
	onEach(t, func(t *testing.T, p place, db *docstore.DB) {
		c := collect[person](t, db, people)
		all := crowd()
		docs := make([]*person, len(all))
		for i := range all {
			docs[i] = &all[i]
		}
		if _, err := c.InsertMany(t.Context(), docs); err != nil {
			t.Fatal(err)
		}
		sizes := []int{1, 2, 7, 1000}
		if p.ferretDB { // which reads every document for every page
			sizes = []int{11, 1000}
		}
		for _, q := range queries {
			want := expected(all, q)
			if n, err := c.Count(t.Context(), q.filter); n != len(want) || err != nil {
				t.Errorf("%v: counted %d, want %d, %v", q.filter, n, len(want), err)
			}
			for _, size := range sizes {
				got := idsOf(t, c, docstore.Query{Filter: q.filter, Sort: q.sort, Limit: size})
				if !slices.Equal(got, want) {
					t.Errorf("%v sorted by %v in pages of %d:\n got %v\nwant %v", q.filter, q.sort, size, got,
						want)
					break
				}
			}
		}
	})
}

// crowd returns documents with many ties, nulls, empty and odd values.
func crowd() []person {
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(s ...string) string { return s[r.IntN(len(s))] }
	all := make([]person, 90)
	for i := range all {
		p := &all[i]
		p.ID = civic.ID(fmt.Sprintf("p%03d", i))
		p.Name = pick("", "a", "ab", "a\x00b", "a\x00", "abc", "b", "è", "èa", "éa", "Ab", ".*x",
			"\U0010FFFFz", "\uD7FFq", `{"$ne":null}`, "a\uFFFF")
		p.District = pick("Nord", "Sud", "Est", "")
		p.Age = []int{-1, 0, 20, 30, 40}[r.IntN(5)]
		p.Active = r.IntN(2) == 0
		p.Home.Street = pick("Via Po", "Via Roma", "Viale Po", "Corso Como")
		if i%10 == 0 {
			code := fmt.Sprintf("C%d", i)
			p.Code = &code
		}
		if r.IntN(5) > 0 {
			seen := at(r.IntN(12))
			p.Seen = &seen
		}
		switch i % 4 {
		case 0:
			p.Tags = []string{"scuola", pick("verde", "scuola", "mare")}
		case 1:
			p.Tags = []string{pick("verde", "mare")}
		case 2:
			p.Tags = []string{}
		}
		p.Emails = []email{{fmt.Sprintf("p%d@example.org", i)}, {pick("uno", "due", "tre") + "@example.org"}}
	}
	return all
}

// values returns what a document holds under a field, as an index sees it.
func (p *person) values(field string) (vs []any) {
	one := func(v any) []any { return []any{v} }
	switch field {
	case "_id":
		return one(string(p.ID))
	case "name":
		return one(p.Name)
	case "district":
		if p.District == "" { // omitted
			return one(nil)
		}
		return one(p.District)
	case "age":
		return one(p.Age)
	case "active":
		return one(p.Active)
	case "home.street":
		return one(p.Home.Street)
	case "code":
		if p.Code == nil {
			return one(nil)
		}
		return one(*p.Code)
	case "seen":
		if p.Seen == nil {
			return one(nil)
		}
		return one(*p.Seen)
	case "tags":
		if p.Tags == nil {
			return one(nil)
		}
		for _, tag := range p.Tags {
			vs = append(vs, tag)
		}
	case "emails.address":
		for _, e := range p.Emails {
			vs = append(vs, e.Address)
		}
	}
	return vs
}

// compare orders values of one type; ok is false for values of different types.
func compare(a, b any) (order int, ok bool) {
	switch a := a.(type) {
	case string:
		b, ok := b.(string)
		return strings.Compare(a, b), ok
	case int:
		switch b := b.(type) {
		case int:
			return cmp.Compare(a, b), true
		case int64:
			return cmp.Compare(int64(a), b), true
		case uint8:
			return cmp.Compare(a, int(b)), true
		}
	case bool:
		b, ok := b.(bool)
		switch {
		case a == b:
			return 0, ok
		case b:
			return -1, ok
		}
		return 1, ok
	case time.Time:
		b, ok := b.(time.Time)
		return a.Compare(b), ok
	case nil:
		return 0, b == nil
	}
	return 0, false
}

func holds(c docstore.Cond, v any) bool {
	for _, want := range c.Values {
		order, ok := compare(v, want)
		if !ok {
			continue
		}
		switch c.Op {
		case docstore.OpEq, docstore.OpIn:
			ok = order == 0
		case docstore.OpGt:
			ok = order > 0
		case docstore.OpGte:
			ok = order >= 0
		case docstore.OpLt:
			ok = order < 0
		case docstore.OpLte:
			ok = order <= 0
		case docstore.OpPrefix:
			ok = strings.HasPrefix(v.(string), want.(string))
		}
		if ok {
			return true
		}
	}
	return false
}

func expected(all []person, q asked) (ids []civic.ID) {
	order := q.order
	if order == nil {
		order = q.sort
	}
	var found []*person
	for i := range all {
		p := &all[i]
		if !slices.ContainsFunc(q.filter, func(c docstore.Cond) bool {
			return !slices.ContainsFunc(p.values(c.Field), func(v any) bool { return holds(c, v) })
		}) {
			found = append(found, p)
		}
	}
	slices.SortFunc(found, func(a, b *person) int {
		for _, f := range order {
			if c := compareBy(f, a, b); c != 0 {
				return c
			}
		}
		return tie(q, a, b)
	})
	for _, p := range found {
		ids = append(ids, p.ID)
	}
	return ids
}

func compareBy(field string, a, b *person) int {
	name := strings.TrimPrefix(field, "-")
	x, y := a.values(name)[0], b.values(name)[0]
	order, _ := compare(x, y)
	switch {
	case x == nil && y == nil:
		order = 0
	case x == nil:
		order = -1
	case y == nil:
		order = 1
	}
	if name != field {
		return -order
	}
	return order
}

// declared are the directions in which the fields that are sorted by are declared; a sort in the opposite one
// has falling ids.
var declared = map[string]bool{"-seen": true, "seen": false, "name": true, "-name": false, "age": true,
	"-age": false, "district": true, "-district": false,
	"home.street": true, "-home.street": false, "code": true, "-code": false, "_id": true, "-_id": false}

func tie(q asked, a, b *person) int {
	rising := true
	if len(q.sort) > 0 {
		rising = declared[q.sort[0]]
		tagged := slices.ContainsFunc(q.filter, func(c docstore.Cond) bool { return c.Field == "tags" })
		// these indexes declare "-name"
		if tagged || len(q.sort) == 2 && strings.HasSuffix(q.sort[0], "name") {
			rising = !rising
		}
	}
	if rising {
		return cmp.Compare(a.ID, b.ID)
	}
	return cmp.Compare(b.ID, a.ID)
}

// TestUnserved: what no declared index serves is an error, not a slow answer.
func TestUnserved(t *testing.T) {
	many := make([]int, 1001)
	for i := range many {
		many[i] = i
	}
	onEach(t, func(t *testing.T, _ place, db *docstore.DB) {
		c := collect[person](t, db, people)
		for _, u := range []struct {
			q    docstore.Query
			word string
		}{
			{docstore.Query{Filter: docstore.Filter{docstore.Eq("score", 1)}}, "no index"},
			{docstore.Query{Sort: []string{"home"}}, "no index"},
			{docstore.Query{Sort: []string{"name", "age"}}, "no index"},
			{docstore.Query{Sort: []string{"age", "-active"}}, "no index"},
			{docstore.Query{Filter: docstore.Filter{docstore.Eq("district", "Nord")}, Sort: []string{"code"}},
				"no index"},
			{docstore.Query{Filter: docstore.Filter{docstore.Eq("active", true)}}, "no index"},
			{docstore.Query{Filter: docstore.Filter{docstore.Gt("district", "Nord"),
				docstore.Eq("seen", start)}}, "no index"},
			{docstore.Query{Filter: docstore.Filter{docstore.Eq("_id", "a"), docstore.Eq("name", "a")}},
				"no index"},
			{docstore.Query{Filter: docstore.Filter{docstore.Prefix("tags", "s")}}, "no index"},
			{docstore.Query{Filter: docstore.Filter{docstore.In("tags", "s", "t")}, Sort: []string{"tags"}},
				"no index"},
			{docstore.Query{Sort: []string{"tags"}}, "no index"},
			{docstore.Query{Filter: docstore.Filter{docstore.Eq("name", "a"), docstore.Gt("name", "a")}},
				"another condition"},
			{docstore.Query{Filter: docstore.Filter{docstore.Gte("name", "a"), docstore.Gt("name", "a")}},
				"another condition"},
			{docstore.Query{Filter: docstore.Filter{docstore.Gt("seen", nil)}}, "needs one value"},
			{docstore.Query{Filter: docstore.Filter{{Field: "name", Op: "regex", Values: []any{"^a"}}}},
				"unknown comparison"},
			{docstore.Query{Filter: docstore.Filter{docstore.In("age", many...)}}, "more than 1000"},
			{docstore.Query{Limit: 1001}, "limit"},
			{docstore.Query{Limit: -1}, "limit"},
			{docstore.Query{Filter: docstore.Filter{docstore.Eq("name", map[string]any{"$ne": nil})}},
				"cannot be indexed"},
			{docstore.Query{Filter: docstore.Filter{docstore.Eq("name", []string{"a"})}},
				"cannot be indexed"},
			{docstore.Query{Filter: docstore.Filter{docstore.Eq("age", 1.5)}}, "cannot be indexed"},
		} {
			_, err := c.Find(t.Context(), u.q)
			wantRefused(t, fmt.Sprintf("%v sorted by %v", u.q.Filter, u.q.Sort), err, u.word)
			if civic.CodeOf(err) != civic.Internal {
				t.Errorf("%v: the programmer's error has code %q", u.q.Filter, civic.CodeOf(err))
			}
		}
	})
}

// TestCursors: a cursor is good for the list it came from and nothing else is taken for one.
func TestCursors(t *testing.T) {
	onEach(t, func(t *testing.T, _ place, db *docstore.DB) {
		c := collect[person](t, db, people)
		for i := range 5 {
			mustInsert(t, c, named(civic.ID(fmt.Sprint(i)), "same"))
		}
		byName := docstore.Query{Sort: []string{"name"}, Limit: 2}
		page, err := c.Find(t.Context(), byName)
		if err != nil || page.Next == "" {
			t.Fatalf("no next page: %v", err)
		}
		for _, q := range []docstore.Query{{}, {Sort: []string{"-name"}}, {Sort: []string{"-seen"}},
			{Sort: []string{"name", "-age"}}} {
			q.Cursor = page.Next
			_, err := c.Find(t.Context(), q)
			wantCode(t, fmt.Sprintf("the cursor of another list in %v", q.Sort), err, civic.Invalid)
		}
		for _, cursor := range []string{"x", "AAAA", "../../etc", page.Next[1:], page.Next + "A",
			page.Next[:len(page.Next)-8], strings.Repeat("A", 100_000), page.Next + "=", "\x00"} {
			byName.Cursor = cursor
			_, err := c.Find(t.Context(), byName)
			if code := civic.CodeOf(err); code != civic.Invalid && code != "" {
				t.Errorf("cursor %.20q: %v", cursor, err)
			}
		}
		// What was last seen may be gone.
		if err := c.Delete(t.Context(), page.Items[1].ID); err != nil {
			t.Fatal(err)
		}
		byName.Cursor = page.Next
		if page, err = c.Find(t.Context(), byName); err != nil || len(page.Items) != 2 ||
			page.Items[0].ID != "2" {
			t.Errorf("after a deletion: %v, %v", page.Items, err)
		}
	})
}

// TestLimitIsWhole: a list that ends exactly at a page's end has no next page.
func TestLimitIsWhole(t *testing.T) {
	onEach(t, func(t *testing.T, _ place, db *docstore.DB) {
		c := collect[person](t, db, people)
		for i := range civic.DefaultPageSize {
			mustInsert(t, c, named(civic.ID(fmt.Sprintf("%02d", i)), "x"))
		}
		page, err := c.Find(t.Context(), docstore.Query{})
		if err != nil || len(page.Items) != civic.DefaultPageSize || page.Next != "" {
			t.Errorf("%d documents and next %q, %v", len(page.Items), page.Next, err)
		}
		mustInsert(t, c, named("99", "x"))
		if page, err = c.Find(t.Context(), docstore.Query{}); err != nil ||
			len(page.Items) != civic.DefaultPageSize || page.Next == "" {
			t.Errorf("%d documents and next %q, %v", len(page.Items), page.Next, err)
		}
		seen := 0
		for range c.All(t.Context(), docstore.Query{Limit: 5}) {
			if seen++; seen == 7 {
				break
			}
		}
		if seen != 7 {
			t.Errorf("the loop saw %d", seen)
		}
	})
}
