package docstore_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
)

type email struct {
	Address string `bson:"address"`
}

type person struct {
	docstore.Meta `bson:",inline"`
	Name          string    `bson:"name"`
	District      string    `bson:"district"`
	Code          *string   `bson:"code"`
	Age           int       `bson:"age"`
	Active        bool      `bson:"active"`
	Tags          []string  `bson:"tags"`
	Emails        []email   `bson:"emails"`
	Seen          time.Time `bson:"seen"`
	Score         float64   `bson:"score"`
}

var people = docstore.Spec{Name: "people", Indexes: []docstore.Index{
	{Name: "district_seen", Fields: []string{"district", "-seen"}},
	{Name: "seen", Fields: []string{"-seen"}},
	{Name: "name", Fields: []string{"name"}},
	{Name: "age_active", Fields: []string{"age", "active"}},
	{Name: "code", Fields: []string{"code"}, Unique: true},
	{Name: "emails", Fields: []string{"emails.address"}, Unique: true},
	{Name: "tags_name", Fields: []string{"tags", "name"}},
}}

var start = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

func collect(t *testing.T) *docstore.Collection[person] {
	t.Helper()
	c, err := docstore.Collect[person](t.Context(), storetest.Open(t), people)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSmoke(t *testing.T) {
	c := collect(t)
	ctx := t.Context()
	for i := range 50 {
		p := &person{Name: fmt.Sprintf("Name %02d", i), District: []string{"Nord", "Sud", "Est"}[i%3], Age: i, Active: i%2 == 0,
			Tags: []string{"a", fmt.Sprintf("t%d", i%5)}, Emails: []email{{fmt.Sprintf("p%d@example.org", i)}}, Seen: start.Add(time.Duration(i/2) * time.Hour)}
		p.ID = civic.ID(fmt.Sprintf("p%02d", i))
		if err := c.Insert(ctx, p); err != nil {
			t.Fatal(err)
		}
	}
	for _, q := range []docstore.Query{
		{},
		{Sort: []string{"-_id"}},
		{Sort: []string{"-seen"}},
		{Sort: []string{"seen"}},
		{Filter: docstore.Filter{docstore.Eq("district", "Nord")}, Sort: []string{"seen"}},
		{Filter: docstore.Filter{docstore.In("district", "Sud", "Nord")}, Sort: []string{"seen"}},
		{Filter: docstore.Filter{docstore.In("district", "Sud", "Nord")}, Sort: []string{"district", "-seen"}},
		{Filter: docstore.Filter{docstore.In("district", "Sud", "Nord")}, Sort: []string{"-district", "seen"}},
		{Filter: docstore.Filter{docstore.In("tags", "a", "t1")}, Sort: []string{"-name"}},
		{Filter: docstore.Filter{docstore.Eq("tags", "t1")}},
		{Filter: docstore.Filter{docstore.Prefix("name", "Name 1")}},
		{Filter: docstore.Filter{docstore.Gt("seen", start.Add(2*time.Hour)), docstore.Lte("seen", start.Add(8*time.Hour))}},
		{Filter: docstore.Filter{docstore.Gt("_id", "p40")}},
		{Filter: docstore.Filter{docstore.In("_id", "p40", "p01")}},
		{Filter: docstore.Filter{docstore.Eq("code", nil)}},
	} {
		q.Limit = 3
		var got []string
		for p, err := range c.All(ctx, q) {
			if err != nil {
				t.Fatal(q, err)
			}
			got = append(got, string(p.ID))
		}
		q.Limit = 1000
		q.Cursor = ""
		page, err := c.Find(ctx, q)
		if err != nil {
			t.Fatal(err)
		}
		var whole []string
		for _, p := range page.Items {
			whole = append(whole, string(p.ID))
		}
		n, err := c.Count(ctx, q.Filter)
		t.Log(q.Filter, q.Sort, whole, n, err)
		if !slices.Equal(got, whole) {
			t.Errorf("%v %v: paged %v", q.Filter, q.Sort, got)
		}
	}
}
