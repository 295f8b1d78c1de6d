package unsubscribe

import (
	"net/http"

	"ascolto/internal/civic"
	"ascolto/notify"
	"ascolto/web/page"
)

// unsubscribePage asks whether its reader wants no more mail about a topic.
type unsubscribePage struct {
	Token string
	Topic string // empty when the topic is gone
	Trial bool   // the link of a preview or a test: it concerns nobody
}

// unsubscribe shows what the link below a mail leads to: a button, or that there is nothing left to do. It
// changes nothing: programs that look at links unsubscribe nobody.
func (p *Pages) unsubscribe(r *page.Request) error {
	token := r.Param("token")
	u, subscribed, err := p.Notify.Subscribed(r.Context(), token)
	if err != nil {
		return err
	}
	if u.Contact != "" && !subscribed {
		return r.Redirect(donePath(token))
	}
	view, err := p.unsubscribing(r, token, u)
	if err != nil {
		return err
	}
	return r.Page(http.StatusOK, unsubscribe(r.Frame(r.T("notify.unsubscribe.title")), view))
}

func (p *Pages) unsubscribing(r *page.Request, token string,
	u notify.Unsubscription) (unsubscribePage, error) {
	topic, err := p.Reference.Topic(r.Context(), u.Topic)
	if err != nil && civic.CodeOf(err) != civic.NotFound {
		return unsubscribePage{}, err
	}
	return unsubscribePage{Token: token, Topic: topic.Name.In(string(r.Lang)), Trial: u.Contact == ""}, nil
}

// confirmUnsubscribe takes back the consent. It is reached by the button of the page and, with neither cookie
// nor form token, by a mail program's one click (RFC 8058), which wants no page.
func (p *Pages) confirmUnsubscribe(r *page.Request) error {
	token := r.Param("token")
	u, err := p.Notify.ReadUnsubscribe(token)
	if err == nil {
		err = p.Notify.Unsubscribe(r.Context(), r.Actor, token)
	}
	switch {
	case err != nil:
		return err
	case r.OneClick():
		return r.Empty(http.StatusOK)
	case u.Contact == "":
		return r.Redirect(donePath(token))
	}
	return r.Redirect(donePath(token), civic.Msg("notify.unsubscribe.recorded"))
}

func donePath(token string) string { return notify.UnsubscribePath + token + "/fatto" }

// unsubscribed says that no more mail comes about the topic. Where that is not so, because the address was
// opened without the button, it leads to the button.
func (p *Pages) unsubscribed(r *page.Request) error {
	token := r.Param("token")
	u, subscribed, err := p.Notify.Subscribed(r.Context(), token)
	if err != nil {
		return err
	}
	if subscribed {
		return r.Redirect(notify.UnsubscribePath + token)
	}
	title := "notify.unsubscribe.done_title"
	if u.Contact == "" {
		title = "notify.unsubscribe.trial_title"
	}
	view, err := p.unsubscribing(r, token, u)
	if err != nil {
		return err
	}
	return r.Page(http.StatusOK, unsubscribed(r.Frame(r.T(title)), view))
}
