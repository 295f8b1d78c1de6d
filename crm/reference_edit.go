package crm

import (
	"context"
	"strings"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// SaveDistrict stores a district: a new one when d has no id, else the changed one. A changed one must have the revision that
// is stored, else Conflict.
func (s *Service) SaveDistrict(ctx context.Context, by civic.Actor, d District) (District, error) {
	return save(ctx, s, by, s.districts, d, d, "crm.district.save", d.Name)
}

// SaveOffice stores an office, as SaveDistrict does.
func (s *Service) SaveOffice(ctx context.Context, by civic.Actor, o Office) (Office, error) {
	return save(ctx, s, by, s.offices, o, o, "crm.office.save", o.Name)
}

// SaveTag stores a tag, as SaveDistrict does.
func (s *Service) SaveTag(ctx context.Context, by civic.Actor, t Tag) (Tag, error) {
	return save(ctx, s, by, s.tags, t, t, "crm.tag.save", t.Name)
}

// SaveTopic stores a topic, as SaveDistrict does. A consent text that differs from the current one becomes its next version;
// earlier versions cannot be changed.
func (s *Service) SaveTopic(ctx context.Context, by civic.Actor, t Topic, text Text) (Topic, error) {
	if err := by.Can(PermWriteReference); err != nil {
		return Topic{}, err
	}
	text, err := checkConsentText(text)
	if err != nil {
		return Topic{}, err
	}
	t.Texts = nil
	sent := struct {
		Topic Topic
		Text  Text
	}{t, text}
	if t.ID != "" {
		stored, err := s.topics.Get(ctx, t.ID)
		if err != nil {
			return Topic{}, err
		}
		t.Texts = stored.Texts
	}
	t.addText(text, s.now())
	return save(ctx, s, by, s.topics, t, sent, "crm.topic.save", t.Name.It)
}

// save checks and stores one item of reference data. The id of a new one is made of its name, so that sending a form twice
// makes one item, and so that addresses and exports can be read. Sent is what the form said.
func save[T reference](ctx context.Context, s *Service, by civic.Actor, c *docstore.Collection[T], item T, sent any, action, name string) (T, error) {
	if err := by.Can(PermWriteReference); err != nil {
		return item, err
	}
	checked, ok := any(&item).(interface{ check() error })
	if !ok {
		return item, civic.NewError(civic.Internal, "error.internal")
	}
	if err := checked.check(); err != nil {
		return item, err
	}
	meta, form := metaOf(&item)
	var err error
	if meta.ID == "" {
		meta.ID = slugOf(name)
		if form.Submission, err = s.submission(by, []any{form.Form, sent}); err != nil {
			return item, err
		}
		err = c.Insert(ctx, &item)
		if civic.CodeOf(err) == civic.Conflict && form.Form != "" {
			stored, getErr := c.Get(ctx, meta.ID)
			if _, its := metaOf(&stored); getErr == nil && its.Submission == form.Submission {
				return stored, nil
			}
		}
		if civic.CodeOf(err) == civic.Conflict {
			taken := civic.FieldError{Field: nameField(item), Message: civic.Msg("crm.error.name_taken")}
			err = &civic.Error{Code: civic.Conflict, Message: civic.Msg("error.form"), Fields: []civic.FieldError{taken}}
		}
	} else {
		err = c.Replace(ctx, &item)
	}
	if err != nil {
		return item, err
	}
	return item, s.record(ctx, by, action, meta.ID, "", nil)
}

// nameField returns the form field of the name that tells an item from others.
func nameField[T reference](item T) string {
	if _, ok := any(item).(Topic); ok {
		return "name_it"
	}
	return "name"
}

func metaOf[T reference](item *T) (*docstore.Meta, *Sent) {
	switch x := any(item).(type) {
	case *District:
		return &x.Meta, &x.Sent
	case *Office:
		return &x.Meta, &x.Sent
	case *Topic:
		return &x.Meta, &x.Sent
	case *Tag:
		return &x.Meta, &x.Sent
	}
	panic("crm: reference data of an unknown type") // the type set of reference rules it out
}

// slugOf returns the id of a name: "Quartiere 1 - Città Nuova" is "quartiere-1-citta-nuova".
func slugOf(name string) civic.ID {
	var b strings.Builder
	for _, r := range fold(name) {
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
