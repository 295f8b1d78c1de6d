package app

import (
	"context"

	"ascolto/crm/requests"
	"ascolto/crm/requests/register"
	"ascolto/internal/civic"
)

// openRegister opens what has documents of requests registered.
func (a *App) openRegister(ctx context.Context) (err error) {
	a.Register, err = register.New(ctx, register.Options{
		DB: a.DB, Audit: a.Audit, Adapter: a.config.Protocol, Files: a.Files, Log: a.Log, Now: a.now,
		Requests:   func() register.Requests { return a.Requests },
		OfficeName: officeNames{a.Reference}.OfficeName,
		Words:      func(m civic.Message) string { return a.words(civic.Italian, m) },
	})
	return err
}

// registerOf returns what requests have their documents registered by; nil without a register.
func (a *App) registerOf() requests.Register {
	if !a.Register.Connected() {
		return nil
	}
	return a.Register
}
