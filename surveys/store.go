package surveys

import (
	"context"

	"ascolto/internal/docstore"
)

// collections are the documents of this package.
type collections struct {
	surveys   *docstore.Collection[Questionnaire]
	versions  *docstore.Collection[Version]
	drafts    *docstore.Collection[DraftResponse]
	responses *docstore.Collection[Response]
	tallies   *docstore.Collection[Tally]
	public    *docstore.Collection[PublicResults]
}

func index(fields ...string) docstore.Index { return docstore.Index{Fields: fields} }

func collect(ctx context.Context, db *docstore.DB) (c collections, err error) {
	open := func(err2 error) {
		if err == nil {
			err = err2
		}
	}
	var e error
	c.surveys, e = docstore.Collect[Questionnaire](ctx, db,
		docstore.Spec{Name: "surveys", Followed: true, Indexes: []docstore.Index{
			{Fields: []string{"slug"}, Unique: true}, index("updatedAt"), index("state", "closesAt")}})
	open(e)
	c.versions, e = docstore.Collect[Version](ctx, db, docstore.Spec{Name: "survey_versions", Followed: true})
	open(e)
	c.drafts, e = docstore.Collect[DraftResponse](ctx, db,
		docstore.Spec{Name: "survey_sheets", Indexes: []docstore.Index{index("expiresAt"), index("contact"),
			index("questionnaire", "filedAt")}})
	open(e)
	c.responses, e = docstore.Collect[Response](ctx, db, ResponseSpec())
	open(e)
	c.tallies, e = docstore.Collect[Tally](ctx, db,
		docstore.Spec{Name: "survey_tallies", Indexes: []docstore.Index{index("questionnaire", "day")}})
	open(e)
	c.public, e = docstore.Collect[PublicResults](ctx, db, docstore.Spec{Name: "survey_results"})
	open(e)
	return c, err
}

// ResponseSpec returns how responses are stored, for those who read them as they lie.
func ResponseSpec() docstore.Spec {
	return docstore.Spec{Name: "survey_responses", Unordered: true, Indexes: []docstore.Index{
		index("questionnaire", "day"), index("questionnaire", "texts"), index("pending")}}
}
