package web

import (
	"crypto/sha256"
	"time"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/time/rate"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/web/page"
)

// How often refusals are audited: the same one of an account once in a while, and so many in all, so that
// nobody fills the audit by asking.
const (
	denialAgain = 10 * time.Minute
	denialEach  = time.Minute // in the long run, for all of one account
	denialBurst = 60
)

// denials bounds how many refusals are audited.
type denials struct{ same, account *buckets }

func newDenials() *denials {
	every := func(d time.Duration, burst int) *buckets {
		return &buckets{
			rate: Rate{PerSecond: 1 / d.Seconds(), Burst: burst}, now: time.Now,
			young: map[string]*rate.Limiter{},
		}
	}
	return &denials{same: every(denialAgain, 1), account: every(denialEach, denialBurst)}
}

// isNews reports whether a refusal of an account is to be audited. What was asked is remembered by its
// digest, and no more of it than is audited: it is as long and as varied as whoever asks likes.
func (d *denials) isNews(account civic.ID, what string) bool {
	if !d.account.has(string(account)) {
		return false
	}
	sum := sha256.Sum256([]byte(string(account) + " " + what))
	return d.same.take(string(sum[:]), 1) && d.account.take(string(account), 1)
}

// auditRefusal keeps that somebody who had signed in asked for what they may not do: the page by its pattern,
// and which permission they lack, or why else it was refused. A form that was open for too long is no such
// thing.
func (s *Server) auditRefusal(r *page.Request, c *fiber.Ctx, f failure, err error) {
	if f.status != fiber.StatusForbidden || r.Actor.Account == "" || misfit(f) {
		return
	}
	view, lacks := c.Method()+" "+routeOf(c), civic.DeniedOf(err)
	if !s.denied.isNews(r.Actor.Account, view+" "+c.Params("id")+" "+string(lacks)) {
		return
	}
	e := audit.Entry{By: r.Actor, Action: audit.ActionDenied, Detail: map[string]string{"page": view}}
	if lacks != "" {
		e.Detail["permission"] = string(lacks)
	} else {
		e.Detail["refusal"] = f.text.Key
	}
	if id, err := civic.ParseID(c.Params("id")); err == nil {
		e.Object = id
	}
	if s.opt.Audit == nil { // a test of the door alone
		return
	}
	if err := s.opt.Audit.Write(r.Context(), e); err != nil {
		s.opt.Log.Error("a refusal is not audited", "request", r.RequestID, "error", err)
	}
}
