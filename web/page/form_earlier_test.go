package page

import (
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestAFormThatWasOpenOverAnUpgrade: what is sent under the names of an earlier version is read, in its
// place, and today's names stay as they are.
func TestAFormThatWasOpenOverAnUpgrade(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ sent, want url.Values }{
		{url.Values{"email_1": {"a@posta.example"}, "email_2": {"b@posta.example"}, "phone_1": {"059 206311"}},
			url.Values{"emails.1": {"a@posta.example"}, "emails.2": {"b@posta.example"},
				"phones.1": {"059 206311"}}},
		{url.Values{"name_it": {"Ambiente"}, "body_en": {"Hello"}, "family_name": {"Bo"}},
			url.Values{"name.it": {"Ambiente"}, "body.en": {"Hello"}, "family_name": {"Bo"}}},
		{url.Values{"term.0": {"min:q1:"}, "term.0.value": {"3"}, "term.1": {"is:q2:a1"}},
			url.Values{"terms.1": {"min:q1:"}, "terms.1.value": {"3"}, "terms.2": {"is:q2:a1"}}},
		{url.Values{"rule.is": {"group"}, "rule.0.is": {"tag"}, "rule.0": {"a", "b"}, "rule.1.is": {"group"},
			"rule.1.0.is": {"town"}, "rule.1.0": {"Modena"}, "do": {"drop rule.1.0"}},
			url.Values{"rule.is": {"group"}, "rule.1.is": {"tag"}, "rule.1": {"a", "b"}, "rule.2.is": {"group"},
				"rule.2.1.is": {"town"}, "rule.2.1": {"Modena"}, "do": {"drop rule.2.1"}}},
		{url.Values{"rule.1.is": {"tag"}, "rule.2.is": {"town"}, "terms.1": {"is:q1:a1"},
			"do": {"drop rule.2"}},
			url.Values{"rule.1.is": {"tag"}, "rule.2.is": {"town"}, "terms.1": {"is:q1:a1"},
				"do": {"drop rule.2"}}},
	} {
		form := newForm(nil, c.sent)
		if d := cmp.Diff(c.want, form.values); d != "" {
			t.Error(d)
		}
	}
}
