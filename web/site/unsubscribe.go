package site

import (
	"net/http"

	"ascolto/internal/civic"
	"ascolto/notify"
	"ascolto/web/visit"
)

// unsubscribePage asks whether its reader wants no more mail about a topic.
type unsubscribePage struct {
	Token string
	Topic string // empty when the topic is gone
}

// Unsubscribe shows what the link below a mail leads to. It changes nothing: programs that look at links unsubscribe nobody.
func (p *Pages) Unsubscribe(v *visit.Visit) error {
	token := v.Param("token")
	u, err := p.Notify.ReadUnsubscribe(token)
	if err != nil {
		return err
	}
	topic, err := p.CRM.Topic(v.Context(), u.Topic)
	if err != nil && civic.CodeOf(err) != civic.NotFound {
		return err
	}
	page := unsubscribePage{Token: token, Topic: topic.Name.In(string(v.Lang))}
	return v.Page(http.StatusOK, unsubscribe(v.Frame(v.T("notify.unsubscribe.title")), page))
}

// ConfirmUnsubscribe takes back the consent. It is reached by the button of the page and, with neither cookie nor form token, by a
// mail program's one click (RFC 8058), which wants no page.
func (p *Pages) ConfirmUnsubscribe(v *visit.Visit) error {
	token := v.Param("token")
	if err := p.Notify.Unsubscribe(v.Context(), v.Actor, token); err != nil {
		return err
	}
	if v.Form().Raw("List-Unsubscribe") != "" {
		return v.Empty(http.StatusOK)
	}
	return v.Redirect(notify.UnsubscribePath + token + "/fatto")
}

// Unsubscribed says that the consent was taken back.
func (p *Pages) Unsubscribed(v *visit.Visit) error {
	if _, err := p.Notify.ReadUnsubscribe(v.Param("token")); err != nil {
		return err
	}
	return v.Page(http.StatusOK, unsubscribed(v.Frame(v.T("notify.unsubscribe.done_title"))))
}
