package requests

import (
	"net/http"

	"ascolto/internal/civic"
	"ascolto/web/page"
	"ascolto/web/requestview"
)

// receiptOf returns what is handed to somebody whose request was written down at the desk.
func (p *Pages) receiptOf(r *page.Request) (receipt requestview.Receipt, err error) {
	id, err := r.ID("id")
	if err != nil {
		return receipt, err
	}
	of, err := p.Requests.Request(r.Context(), r.Actor, id)
	if err != nil {
		return receipt, err
	}
	code, err := p.Requests.Code(r.Context(), r.Actor, id)
	if err != nil {
		return receipt, err
	}
	return requestview.ReadReceipt(r, p.Reference, of, code)
}

// receipt shows the receipt of a request, with its code.
func (p *Pages) receipt(r *page.Request) error {
	view, err := p.receiptOf(r)
	if err != nil {
		return err
	}
	f := r.Frame(view.Title(r.L)).With(requestview.Subject(r.L, view.Request), requestPath(view.ID))
	to, err := p.CRM.Recipient(r.Context(), view.Contact, "", true)
	if err != nil {
		return err
	}
	mailed := r.T("requests.receipt.not_mailed")
	if to.Skip == "" {
		mailed = r.T("requests.receipt.mailed", civic.Args{"Email": to.Address})
	}
	return r.Page(http.StatusOK, receipt(f, view, mailed))
}

// downloadReceipt sends the receipt of a request, with its code, as a PDF.
func (p *Pages) downloadReceipt(r *page.Request) error {
	view, err := p.receiptOf(r)
	if err != nil {
		return err
	}
	return view.Download(r)
}
