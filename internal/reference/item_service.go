package reference

import (
	"context"
	"slices"
	"strings"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/textfold"
)

// SaveDistrict stores a district: a new one when d has no id, else the changed one. A changed one is joined
// with what others changed since its form was shown: d.Shown tells what that showed, or d.Revision of which
// district. Where both changed one field the error is *merge.Conflict[District].
func (s *Service) SaveDistrict(ctx context.Context, by civic.Actor, d District) (District, error) {
	return save(ctx, s, by, s.districts, form[District]{fields: districtFields()}, d, d, ActionDistrictSave,
		d.Name)
}

// SaveOffice stores an office, as SaveDistrict does.
func (s *Service) SaveOffice(ctx context.Context, by civic.Actor, o Office) (Office, error) {
	return save(ctx, s, by, s.offices, form[Office]{fields: officeFields()}, o, o, ActionOfficeSave, o.Name)
}

// SaveTag stores a tag, as SaveDistrict does.
func (s *Service) SaveTag(ctx context.Context, by civic.Actor, t Tag) (Tag, error) {
	return save(ctx, s, by, s.tags, form[Tag]{fields: tagFields()}, t, t, ActionTagSave, t.Name)
}

// SaveTopic stores a topic, as SaveDistrict does. A consent text that differs from the current one becomes
// its next version; earlier versions cannot be changed.
func (s *Service) SaveTopic(ctx context.Context, by civic.Actor, t Topic, text civic.Text) (Topic, error) {
	if err := by.Can(PermWrite); err != nil {
		return Topic{}, err
	}
	var p civic.Problems
	named := t
	named.clean(&p) // all that is wrong is told at once
	text = cleanConsentText(&p, text)
	if err := p.Err(); err != nil {
		return Topic{}, err
	}
	t.Texts = nil
	sent := struct {
		Topic Topic
		Text  civic.Text
	}{t, text}
	now := s.now()
	if t.ID == "" {
		t.addText(text, now)
	}
	f := form[Topic]{fields: topicFields(), begin: func(mine, stored *Topic) {
		next := ConsentText{Version: len(stored.Texts) + 1, Text: text, From: now}
		mine.Texts = append(slices.Clone(stored.Texts), next)
	}, end: func(mine, stored *Topic) {
		if mine.Current().Text.Equal(stored.Current().Text) {
			mine.Texts = stored.Texts
		}
	}}
	return save(ctx, s, by, s.topics, f, t, sent, ActionTopicSave, t.Name[civic.Italian])
}

// purposeForm is what the vault makes digests of forms for.
const purposeForm = "crm/form"

// save checks and stores one item of reference data. The id of a new one is made of its name, so that sending
// a form twice makes one item, and so that addresses and exports can be read. Sent is what the form said.
func save[T item](
	ctx context.Context, s *Service, by civic.Actor, c *docstore.Collection[T], f form[T], it T, sent any,
	action audit.Action, name string,
) (T, error) {
	if err := by.Can(PermWrite); err != nil {
		return it, err
	}
	checked, ok := any(&it).(interface{ check() error })
	if !ok {
		return it, civic.NewError(civic.Internal, "error.internal")
	}
	if err := checked.check(); err != nil {
		return it, err
	}
	meta, _ := metaOf(&it)
	if meta.ID == "" {
		return add(ctx, s, by, c, it, sent, action, name)
	}
	return f.update(ctx, s, by, c, it, action)
}

// add stores a new it, or returns the one that the same form made before.
func add[T item](
	ctx context.Context, s *Service, by civic.Actor, c *docstore.Collection[T], it T, sent any,
	action audit.Action, name string,
) (T, error) {
	meta, form := metaOf(&it)
	meta.ID = slugOf(name)
	var err error
	if form.Submission, err = s.vault.DigestForm(purposeForm, by, []any{form.Form, sent}); err != nil {
		return it, err
	}
	key, submission := form.Form, form.Submission
	taken := civic.FieldError{Field: nameField(it), Message: civic.Msg("crm.error.name_taken")}
	return c.Create(ctx, &it, docstore.Creation[T]{
		Same: func(stored *T) bool {
			_, its := metaOf(stored)
			return key != "" && its.Submission == submission
		},
		Effects: func(ctx context.Context, stored *T, again bool) error {
			meta, _ := metaOf(stored)
			return s.created(ctx, by, action, meta.ID, factsOf(stored), again)
		},
		Used: &civic.Error{Code: civic.Conflict, Message: civic.Msg("error.form"),
			Fields: []civic.FieldError{taken}},
	})
}

// nameField returns the form field of the name that tells an item from others.
func nameField[T item](it T) string {
	if _, ok := any(it).(Topic); ok {
		return civic.Field("name", civic.Italian)
	}
	return "name"
}

func metaOf[T item](doc *T) (*docstore.Meta, *Sent) {
	switch x := any(doc).(type) {
	case *District:
		return &x.Meta, &x.Sent
	case *Office:
		return &x.Meta, &x.Sent
	case *Topic:
		return &x.Meta, &x.Sent
	case *Tag:
		return &x.Meta, &x.Sent
	}
	panic("reference data of an unknown type") // the type set of item rules it out
}

// slugOf returns the id of a name: "Quartiere 1 - Città Nuova" is "quartiere-1-citta-nuova".
func slugOf(name string) civic.ID {
	var b strings.Builder
	for _, r := range textfold.Name(name) {
		switch {
		case r == ' ' || r == '-':
			b.WriteByte('-')
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		}
	}
	id := strings.Trim(b.String(), "-")
	if len(id) > 60 {
		id = strings.TrimRight(id[:60], "-")
	}
	if id == "" {
		return docstore.NewID()
	}
	return civic.ID(id)
}
