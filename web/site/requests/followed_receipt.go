package requests

import (
	"net/http"

	"ascolto/internal/civic"
	"ascolto/web/page"
	"ascolto/web/requestview"
)

// followedReceiptOf returns the receipt of the request that was opened with number and code.
func (p *Pages) followedReceiptOf(r *page.Request) (receipt requestview.Receipt, err error) {
	number, code := key(r)
	found, err := p.Requests.Followed(r.Context(), r.Actor, number, code)
	if err != nil {
		return receipt, err
	}
	return requestview.ReadReceipt(r, p.Reference, found, code)
}

// followedReceipt shows the receipt of the request that was opened with number and code.
func (p *Pages) followedReceipt(r *page.Request) error {
	view, err := p.followedReceiptOf(r)
	if civic.CodeOf(err) == civic.NotFound {
		return r.Redirect(followPath)
	}
	if err != nil {
		return err
	}
	f := r.Frame(view.Title(r.L)).With(r.T("requests.site.title"), askPath)
	return r.Page(http.StatusOK, receipt(f, view, followedPath))
}

// downloadFollowedReceipt sends that receipt as a PDF.
func (p *Pages) downloadFollowedReceipt(r *page.Request) error {
	view, err := p.followedReceiptOf(r)
	if err != nil {
		return err
	}
	return view.Download(r)
}
