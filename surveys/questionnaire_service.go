package surveys

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// Get returns a questionnaire for staff.
func (s *Service) Get(ctx context.Context, by civic.Actor, id civic.ID) (Questionnaire, error) {
	if err := by.Can(PermRead); err != nil {
		return Questionnaire{}, err
	}
	return s.surveys.Get(ctx, id)
}

// Published returns what q asks citizens: its last version. NotFound before the first publication.
func (s *Service) Published(ctx context.Context, by civic.Actor, q Questionnaire) (Content, error) {
	if err := by.Can(PermRead); err != nil {
		return Content{}, err
	}
	return s.content(ctx, q, q.Version())
}

// List returns a page of all questionnaires, the last changed first.
func (s *Service) List(
	ctx context.Context, by civic.Actor, page civic.PageRequest,
) (civic.Page[Questionnaire], error) {
	if err := by.Can(PermRead); err != nil {
		return civic.Page[Questionnaire]{}, err
	}
	page = page.Normal()
	return s.surveys.Find(ctx, docstore.Query{Sort: []string{"-updatedAt"}, Cursor: page.Cursor,
		Limit: page.Size})
}

// maxSlugTries bounds the search for an address that is free.
const maxSlugTries = 50

// Create stores a new questionnaire with one empty page. The same form key with the same title and author
// returns the one made before. An address made of the title gets a number when it is taken; one that was
// typed is an Invalid error then.
func (s *Service) Create(
	ctx context.Context, by civic.Actor, formKey string, in Settings,
) (Questionnaire, error) {
	if err := by.Can(PermWrite); err != nil {
		return Questionnaire{}, err
	}
	q := Questionnaire{State: Draft, Grace: DefaultGrace, Content: Content{Pages: []Section{{}}, NextCode: 1}}
	if err := q.apply(in); err != nil {
		return Questionnaire{}, err
	}
	q.Submission = submission("create", in)
	return s.insert(ctx, by, formKey, q, in.Slug == "", false)
}

// Duplicate stores a new draft that asks what another questionnaire asks, as it is edited now. Its address
// and its title get a number.
func (s *Service) Duplicate(
	ctx context.Context, by civic.Actor, formKey string, id civic.ID,
) (Questionnaire, error) {
	if err := by.Can(PermWrite); err != nil {
		return Questionnaire{}, err
	}
	old, err := s.surveys.Get(ctx, id)
	if err != nil {
		return Questionnaire{}, err
	}
	return s.insert(ctx, by, formKey,
		Questionnaire{State: Draft, Slug: old.Slug, Content: old.Content.clone(),
			Participation: old.Participation,
			Collection:    old.Collection, Office: old.Office, Grace: old.Grace,
			Submission: submission("duplicate",
				id)}, true, true)
}

// numbered returns a title told apart from the one it was copied from.
func numbered(title civic.Text, n int) civic.Text {
	return civic.TextOf(func(language string) string {
		if title[language] == "" {
			return ""
		}
		mark := " (" + strconv.Itoa(n) + ")"
		runes := []rune(title[language])
		return strings.TrimSpace(string(runes[:min(len(runes), MaxLabel-len(mark))])) + mark
	})
}

func (s *Service) insert(
	ctx context.Context, by civic.Actor, formKey string, q Questionnaire, mayRename, copied bool,
) (Questionnaire, error) {
	if err := may(by, PermWrite, q.Office); err != nil {
		return Questionnaire{}, err
	}
	id, err := civic.ParseID(formKey)
	if err != nil {
		return Questionnaire{}, err
	}
	now := s.now()
	q.ID, q.CreatedBy, q.CreatedAt, q.UpdatedAt = id, by.Account, now, now
	wanted, title, how := q.Slug, q.Content.Title, s.creation(by, q)
	for n := 2; ; n++ {
		made, err := s.surveys.Create(ctx, &q, how)
		if !errors.Is(err, how.Taken) {
			return made, err
		}
		if !mayRename || n > maxSlugTries {
			return Questionnaire{}, err
		}
		q.Slug = strings.TrimSuffix(wanted[:min(len(wanted), maxSlug-3)], "-") + "-" + strconv.Itoa(n)
		if copied {
			q.Content.Title = numbered(title, n)
		}
	}
}

// creation is how a form makes q.
func (s *Service) creation(by civic.Actor, q Questionnaire) docstore.Creation[Questionnaire] {
	return docstore.Creation[Questionnaire]{
		Same: func(old *Questionnaire) bool {
			return old.CreatedBy == q.CreatedBy &&
				old.Submission == q.Submission
		},
		Effects: func(ctx context.Context, q *Questionnaire, again bool) error {
			s.find(ctx, *q)
			e := audit.Entry{By: by, Action: ActionQuestionnaireCreate, Object: q.ID}
			return s.audit.Entered(ctx, e, again, q.CreatedAt)
		},
		Taken: fieldError("slug", "surveys.error.slug_taken"),
	}
}

// submission returns a digest of what a form asked for. Quoting writes a number as a character: those that
// are none, as times, negative numbers and halves of pairs, all come as one, and are written out behind.
func submission(act string, form any) string {
	told := fmt.Appendf(nil, "%s %+q", act, form)
	if bytes.Contains(told, []byte(`\ufffd`)) {
		told = fmt.Appendf(told, " %+v", form)
	}
	return fmt.Sprintf("%x", sha256.Sum256(told))
}

func fieldError(field, key string) error {
	var p civic.Problems
	p.Add(field, key)
	return p.Err()
}

// errSame ends an edit of a questionnaire that is as it should be already.
var errSame = errors.New("surveys: the questionnaire is so already")

// anyRevision makes edit change a questionnaire whatever others did to it: the change itself takes care.
const anyRevision = -1

// edit changes a questionnaire that still has the revision the form was made of; otherwise it returns a
// Conflict error, so that nobody's change is overwritten unseen. The same form, which form tells from others,
// changes it once.
func (s *Service) edit(
	ctx context.Context, by civic.Actor, id civic.ID, revision int64, form string,
	change func(*Questionnaire) error,
) (Questionnaire, error) {
	if err := by.Can(PermWrite); err != nil {
		return Questionnaire{}, err
	}
	q, made, err := s.change(ctx, by, PermWrite, id, form, func(q *Questionnaire) error {
		if err := q.editable(by, revision); err != nil {
			return err
		}
		if err := change(q); err != nil {
			return err
		}
		q.Edited, q.UpdatedAt = q.Version() > 0, s.now()
		return q.Content.checkLogic()
	})
	if err != nil {
		return Questionnaire{}, err
	}
	return q, s.follow(ctx, by, ActionQuestionnaireEdit, q, made, nil)
}

// editable returns why q cannot be edited by somebody who saw it at a revision, nil when it can.
func (q Questionnaire) editable(by civic.Actor, revision int64) error {
	if err := may(by, PermWrite, q.Office); err != nil {
		return err
	}
	if q.State == Closed {
		return civic.NewError(civic.Conflict, "surveys.error.edit_closed")
	}
	if revision != anyRevision && q.Revision != revision {
		return civic.NewError(civic.Conflict, "surveys.error.changed")
	}
	return nil
}

// SaveSettings changes what stands beside the questions, joined with what others changed since the form was
// shown: in.Shown tells what it showed, or revision of which questionnaire. Where both changed one field the
// error is *merge.Conflict[Questionnaire].
func (s *Service) SaveSettings(
	ctx context.Context, by civic.Actor, id civic.ID, revision int64, in Settings,
) (Questionnaire, error) {
	now := s.now()
	form := submission("settings", []any{revision, in})
	q, err := s.edit(ctx, by, id, anyRevision, form, func(q *Questionnaire) error {
		if err := may(by, PermWrite, in.Office); err != nil {
			return err
		}
		shown := in.Shown
		if shown == "" && revision == q.Revision {
			shown = q.Shown()
		}
		return q.applyOver(in, shown, by, now)
	})
	if civic.CodeOf(err) == civic.Conflict && s.slugTaken(ctx, id, in.Slug) {
		return q, fieldError("slug", "surveys.error.slug_taken")
	}
	return q, err
}

func (s *Service) slugTaken(ctx context.Context, id civic.ID, slug string) bool {
	other, err := s.bySlug(ctx, slug)
	return err == nil && other.ID != id
}

// AddPage appends an empty page.
func (s *Service) AddPage(
	ctx context.Context, by civic.Actor, id civic.ID, revision int64,
) (Questionnaire, error) {
	form := submission("add page", revision)
	return s.edit(ctx, by, id, revision, form, func(q *Questionnaire) error {
		if len(q.Content.Pages) >= MaxPages {
			return civic.NewErrorArgs(civic.Invalid, "surveys.error.pages_many", civic.Args{"Max": MaxPages})
		}
		q.Content.Pages = append(q.Content.Pages, Section{})
		return nil
	})
}

// SavePageTitle changes the title of page number, counted from 1.
func (s *Service) SavePageTitle(
	ctx context.Context, by civic.Actor, id civic.ID, revision int64, number int, title civic.Text,
) (Questionnaire, error) {
	form := submission("title page", []any{revision, number, title})
	return s.edit(ctx, by, id, revision, form, func(q *Questionnaire) error {
		if err := q.Content.hasPage(number); err != nil {
			return err
		}
		var p civic.Problems
		q.Content.Pages[number-1].Title = title.CleanLine(&p, "title", MaxLabel)
		return p.Err()
	})
}

// DeletePage takes away page number, which must be empty and not the only one.
func (s *Service) DeletePage(
	ctx context.Context, by civic.Actor, id civic.ID, revision int64, number int,
) (Questionnaire, error) {
	form := submission("delete page", []any{revision, number})
	return s.edit(ctx, by, id, revision, form, func(q *Questionnaire) error {
		if err := q.Content.hasPage(number); err != nil {
			return err
		}
		if len(q.Content.Pages) == 1 || len(q.Content.Pages[number-1].Questions) > 0 {
			return civic.NewError(civic.Invalid, "surveys.error.page_used")
		}
		q.Content.Pages = slices.Delete(q.Content.Pages, number-1, number)
		return nil
	})
}

func (c Content) hasPage(number int) error {
	if number < 1 || number > len(c.Pages) {
		return civic.NewError(civic.NotFound, "surveys.error.no_page")
	}
	return nil
}
