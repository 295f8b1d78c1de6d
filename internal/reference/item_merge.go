package reference

import (
	"context"
	"strconv"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/merge"
)

func districtFields() merge.Fields[District] {
	return merge.Fields[District]{
		merge.Value("name", func(d *District) *string { return &d.Name }),
		merge.Value("order", func(d *District) *int { return &d.Order }),
		merge.Value("inactive", func(d *District) *bool { return &d.Inactive }),
	}
}

func tagFields() merge.Fields[Tag] {
	return merge.Fields[Tag]{
		merge.Value("name", func(t *Tag) *string { return &t.Name }),
		merge.Value("order", func(t *Tag) *int { return &t.Order }),
		merge.Value("inactive", func(t *Tag) *bool { return &t.Inactive }),
	}
}

func officeFields() merge.Fields[Office] {
	return merge.Fields[Office]{
		merge.Value("name", func(o *Office) *string { return &o.Name }),
		merge.Value("email", func(o *Office) *string { return &o.Email }),
		merge.Value("phone", func(o *Office) *string { return &o.Phone }),
		merge.Value("order", func(o *Office) *int { return &o.Order }),
		merge.Value("inactive", func(o *Office) *bool { return &o.Inactive }),
	}
}

// topicFields are the fields of a topic's form. Of the consent texts the form shows the current one; see
// SaveTopic.
func topicFields() merge.Fields[Topic] {
	var fs merge.Fields[Topic]
	name := func(t *Topic) *civic.Text { return &t.Name }
	description := func(t *Topic) *civic.Text { return &t.Description }
	current := func(t *Topic) *civic.Text { // of a topic that has one; see SaveTopic
		if len(t.Texts) == 0 {
			return &civic.Text{}
		}
		return &t.Texts[len(t.Texts)-1].Text
	}
	for _, text := range []struct {
		name string
		at   func(*Topic) *civic.Text
	}{{"name", name}, {"description", description}, {"text", current}} {
		for _, l := range civic.Languages() {
			field := merge.Part(civic.Field(text.name, l), func(t *Topic) string { return (*text.at(t))[l] },
				func(mine, stored *Topic) { *text.at(mine) = text.at(mine).With(l, (*text.at(stored))[l]) })
			fs = append(fs, field.Formerly(text.name+"_"+l))
		}
	}
	return append(fs,
		merge.Value("order", func(t *Topic) *int { return &t.Order }),
		merge.Value("inactive", func(t *Topic) *bool { return &t.Inactive }),
	)
}

// Shown returns what a form that shows d carries, for the edit to be joined with others.
func (d District) Shown() string { return districtFields().Shown(&d) }

// Shown returns what a form that shows t carries, as that of a District.
func (t Tag) Shown() string { return tagFields().Shown(&t) }

// Shown returns what a form that shows o carries, as that of a District.
func (o Office) Shown() string { return officeFields().Shown(&o) }

// Shown returns what a form that shows t carries, as that of a District.
func (t Topic) Shown() string { return topicFields().Shown(&t) }

// form is one kind of reference data as its form edits it.
type form[T item] struct {
	fields merge.Fields[T]
	begin  func(mine, stored *T) // writes into mine what is typed of what the item does not hold; may be nil
	end    func(mine, stored *T) // makes mine whole once it is joined; may be nil
}

// update stores what the form of an item says, joined with what others changed since it was shown, and
// returns what is stored; where both changed one field the error is *merge.Conflict[T].
func (f form[T]) update(
	ctx context.Context, s *Service, by civic.Actor, c *docstore.Collection[T], it T, action audit.Action,
) (T, error) {
	meta, sent := metaOf(&it)
	e := audit.Entry{By: by, Action: action, Object: meta.ID, Detail: map[string]string{}}
	return audit.Edit(ctx, s.audit, c, meta.ID, e, lastOf[T], func(doc *T) error {
		stored := *doc
		*doc = it
		was, _ := metaOf(&stored)
		now, kept := metaOf(doc)
		*now, kept.Submission = *was, ""
		if f.begin != nil {
			f.begin(doc, &stored)
		}
		shown := sent.Shown
		if shown == "" && meta.Revision == was.Revision {
			shown = f.fields.Shown(&stored)
		}
		u := merge.Update[T]{Fields: f.fields, Edits: editsOf[T], Shown: shown, By: by, At: s.now()}
		if err := u.Apply(doc, &stored); err != nil {
			return err
		}
		if f.end != nil {
			f.end(doc, &stored)
		}
		e.Says(audit.Differences(factsOf(&stored), factsOf(doc)))
		return nil
	})
}

func lastOf[T item](doc *T) (docstore.Meta, **audit.Change) {
	meta, sent := metaOf(doc)
	return *meta, &sent.Last
}

// factsOf returns what the audit tells of an item when it changes.
func factsOf[T item](doc *T) (all []audit.Fact) {
	text := func(name string, says civic.Text) {
		for _, l := range civic.Languages() {
			all = append(all, audit.Fact{Field: civic.Field(name, l), Value: says[l]})
		}
	}
	line := func(name, says string) { all = append(all, audit.Fact{Field: name, Value: says}) }
	place := func(order int, inactive bool) {
		line("order", strconv.Itoa(order))
		line("inactive", audit.Flag(inactive))
	}
	switch x := any(doc).(type) {
	case *District:
		line("name", x.Name)
		place(x.Order, x.Inactive)
	case *Tag:
		line("name", x.Name)
		place(x.Order, x.Inactive)
	case *Office:
		line("name", x.Name)
		line("email", x.Email)
		line("phone", x.Phone)
		place(x.Order, x.Inactive)
	case *Topic:
		text("name", x.Name)
		text("description", x.Description)
		text("text", x.Current().Text)
		place(x.Order, x.Inactive)
	}
	return all
}

func editsOf[T item](doc *T) *merge.Edits {
	_, sent := metaOf(doc)
	return &sent.Edits
}
