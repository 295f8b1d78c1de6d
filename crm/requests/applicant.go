package requests

import (
	"context"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/migrate"
	"ascolto/internal/routine"
	"ascolto/internal/textfold"
)

// askedBy writes into r what whoever asks is called.
func (r *Request) askedBy(c crm.Called) {
	r.Applicant, r.Listed, r.SortName = c.Shown, c.Listed, c.SortKey
}

// contact returns what somebody says of themselves as a contact of the name.
func (d Declared) contact() crm.Contact {
	return crm.Contact{Kind: crm.Person, GivenName: d.GivenName, FamilyName: d.FamilyName}
}

// applicantsAtOnce is how many requests are mended at a time: the store commits those together.
const applicantsAtOnce = 16

// ApplicantsStep returns the step that gives requests of earlier versions, which kept the name of who asked
// with the given name first, what lists by applicant are sorted by and show. Of who is no contact any more
// the name stays as it is.
func ApplicantsStep() migrate.Step {
	return migrate.Step{
		Name: "requests-applicants",
		Help: "requests are sorted by the family names of who asked",
		Run: migrate.Over(requestSpec(), func(
			ctx context.Context, db *docstore.DB, stored *docstore.Collection[Request],
		) (func(context.Context, []Request) error, error) {
			contacts, err := crm.ReadContacts(ctx, db)
			return func(ctx context.Context, page []Request) error {
				return listApplicants(ctx, stored, contacts, page)
			}, err
		}),
	}
}

// listApplicants stores how the applicants of a page of requests are listed, where that is not stored.
func listApplicants(
	ctx context.Context, stored *docstore.Collection[Request],
	contacts func(context.Context, []civic.ID) (map[civic.ID]crm.Contact, error), page []Request,
) error {
	var ids []civic.ID
	for _, r := range page {
		if r.Contact != "" {
			ids = append(ids, r.Contact)
		}
	}
	known, err := contacts(ctx, ids)
	if err != nil {
		return err
	}
	group, ctx := routine.WithContext(ctx, nil, "listing applicants")
	group.SetLimit(applicantsAtOnce)
	for _, r := range page {
		if r.Applicant == "" || r.Listed != "" {
			continue
		}
		group.Go(func() error {
			_, err := stored.Rewrite(ctx, r.ID, func(r *Request) error {
				r.list(known[r.Contact])
				return nil
			})
			if civic.CodeOf(err) == civic.NotFound {
				return nil
			}
			return err
		})
	}
	return group.Wait()
}

// list writes into r how its applicant is listed, whom c may be known as.
func (r *Request) list(c crm.Contact) {
	if r.Declared != nil {
		c = r.Declared.contact()
	}
	if c.FullName() == "" {
		r.Listed, r.SortName = r.Applicant, textfold.Name(r.Applicant)
		return
	}
	called := c.Called()
	r.Listed, r.SortName = called.Listed, called.SortKey
}
