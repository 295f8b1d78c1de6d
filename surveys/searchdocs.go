package surveys

import (
	"context"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/search"
)

// ScopeDrafts is the search scope of questionnaires that are not published: who holds PermRead.
const ScopeDrafts search.Scope = "surveys/drafts"

// Scopes returns the scopes of surveys, beside the public one, that by may search.
func (s *Service) Scopes(_ context.Context, by civic.Actor) ([]search.Scope, error) {
	if by.Allowed(PermRead) {
		return []search.Scope{ScopeDrafts}, nil
	}
	return nil, nil
}

// DocSurvey is the kind of questionnaires in the index; their documents are named by kind and id.
const DocSurvey = "survey"

func searchID(id civic.ID) string { return DocSurvey + "/" + string(id) }

// permalink returns the page at which everybody answers q, or reads its results, once it is published.
func (q Questionnaire) permalink() string { return "/sondaggi/" + q.Slug }

// searchDoc returns how q is found: by everybody in the words of its live version, with its permalink; before
// publication by staff only.
func (s *Service) searchDoc(ctx context.Context, q Questionnaire) (search.Doc, error) {
	doc := search.Doc{ID: searchID(q.ID), Kind: DocSurvey, Scope: ScopeDrafts, At: q.CreatedAt}
	content := q.Content
	if q.Version() > 0 {
		live, err := s.content(ctx, q, q.Version())
		if err != nil {
			return search.Doc{}, err
		}
		content = live
		doc.Scope, doc.Path, doc.At = search.Public, q.permalink(), q.OpensAt
	}
	own := content.wording(civic.Italian)
	doc.Title, doc.Text = own.Title, own.Text
	if english := content.wording(civic.English); english != (search.Wording{}) {
		doc.Others = map[string]search.Wording{civic.English: english}
	}
	doc.Facets = map[string][]string{"status": {string(q.State)},
		"year": {strconv.Itoa(doc.At.In(civic.Rome()).Year())}}
	if q.Office != "" {
		doc.Facets["office"] = []string{string(q.Office)}
	}
	return doc, nil
}

// wording returns what c says in one language, and in no other: title, introduction and questions.
func (c Content) wording(language string) search.Wording {
	in := func(t civic.Text) string { return t[language] }
	words := []string{in(c.Introduction)}
	for _, question := range c.Questions() {
		words = append(words, in(question.Text))
	}
	words = slices.DeleteFunc(words, func(w string) bool { return w == "" })
	return search.Wording{Title: in(c.Title), Text: strings.Join(words, "\n")}
}

// find makes q findable as it now is. When that fails the next catch-up of the index does it.
func (s *Service) find(ctx context.Context, q Questionnaire) {
	doc, err := s.searchDoc(ctx, q)
	if err != nil {
		s.log.ErrorContext(ctx, "a survey cannot be read for the index", "survey", q.ID, "error", err)
		return
	}
	s.index.Put(doc)
}

// SearchDocCount returns how many documents SearchDocs yields of all that there is.
func (s *Service) SearchDocCount(ctx context.Context) (int, error) { return s.surveys.Count(ctx, nil) }

// ChangedDocs yields how questionnaires are found, as search.ChangeSource asks.
func (s *Service) ChangedDocs(
	ctx context.Context, collection string, ids []civic.ID, _ time.Time,
) iter.Seq2[search.Doc, error] {
	return func(yield func(search.Doc, error) bool) {
		if collection != s.surveys.Name() {
			return
		}
		for _, id := range ids {
			doc := search.Doc{ID: searchID(id), Deleted: true}
			q, err := s.surveys.Get(ctx, id)
			if err == nil {
				doc, err = s.searchDoc(ctx, q)
			} else if civic.CodeOf(err) == civic.NotFound {
				err = nil
			}
			if !yield(doc, err) || err != nil {
				return
			}
		}
	}
}

// SearchDocs yields how every questionnaire changed at or after since is found. It makes *Service a
// search.Source. Responses are never searchable.
func (s *Service) SearchDocs(ctx context.Context, since time.Time) iter.Seq2[search.Doc, error] {
	query := docstore.Query{Sort: []string{"updatedAt"}}
	if !since.IsZero() {
		query.Filter = docstore.Filter{docstore.Gte("updatedAt", since)}
	}
	return func(yield func(search.Doc, error) bool) {
		for q, err := range s.surveys.Readable(ctx, query) {
			doc := search.Doc{}
			if err == nil {
				doc, err = s.searchDoc(ctx, q)
			}
			if !yield(doc, err) || err != nil {
				return
			}
		}
	}
}
