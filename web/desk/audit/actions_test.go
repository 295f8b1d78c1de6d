package audit

import (
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"testing"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/notify"
	"ascolto/web/desk/deskui"
	"ascolto/web/locale"
)

// families are the actions whose last word is a value of the program.
func families() map[string][]string {
	f := map[string][]string{}
	for _, s := range notify.CampaignStates() {
		f["notify.campaign."] = append(f["notify.campaign."], string(s))
	}
	for _, a := range []forum.Action{
		forum.ActionHide, forum.ActionRestore, forum.ActionKeep, forum.ActionRedact, forum.ActionClose,
		forum.ActionReopen, forum.ActionMove,
	} {
		f["forum.moderation."] = append(f["forum.moderation."], string(a))
	}
	for _, m := range requests.Moves() {
		f["requests.move."] = append(f["requests.move."], string(m.Act))
	}
	return f
}

// familyOf says which function makes the actions of a family.
func familyOf() map[string]string {
	return map[string]string{"CampaignAction": "notify.campaign.", "DecisionAction": "forum.moderation.",
		"MoveAction": "requests.move."}
}

// TestEveryActionHasWords reads the sources of all rooms for the actions that they write into the audit: each
// is in the list of the filter, and called by words in both languages.
func TestEveryActionHasWords(t *testing.T) {
	t.Parallel()
	r := readSources(t)
	for _, list := range []struct {
		of    string
		seen  map[string]string
		known []string
		key   func(string) string
	}{
		{"action", r.found, stringsOf(deskui.AuditActions()), func(a string) string {
			return audit.Word(audit.Action(a))
		}},
		{"detail", r.details, detailNames(), func(name string) string { return "accounts.detail." + name }},
		{"job or command", r.systems, systemNames(), systemKey},
	} {
		for code, where := range list.seen {
			if !slices.Contains(list.known, code) {
				t.Errorf("%s writes the %s %q, which the audit page does not know", where, list.of, code)
			}
		}
		for _, code := range list.known {
			if list.seen[code] == "" {
				t.Errorf("nothing writes the %s %q", list.of, code)
			}
			inBothLanguages(t, list.key(code))
		}
	}
}

// TestCodedDetailsHaveWords: the codes that details hold are said in words, whichever of them a service
// records.
func TestCodedDetailsHaveWords(t *testing.T) {
	t.Parallel()
	for prefix, codes := range map[string][]string{
		"accounts.answer.":     {"taken", "declined"},
		"accounts.level.":      {"spidl1", "spidl2", "spidl3"},
		"accounts.session.by.": {accounts.ByPassword, accounts.ByCode, accounts.ByOIDC},
		"crm.double.": {string(crm.DoubleClaimed), string(crm.DoubleShared),
			string(crm.DoubleAlike)},
		"crm.proposed.":     {string(crm.ProposedName), string(crm.ProposedEmail)},
		"crm.channel.":      stringsOf(crm.ConsentChannels()),
		"notify.state.":     stringsOf(notify.DeliveryStates()),
		"forum.rule.":       stringsOf(forum.Rules()),
		"accounts.role.":    stringsOf(civic.StaffRoles()),
		"accounts.refusal.": refusalsInSources(t),
	} {
		for _, code := range codes {
			inBothLanguages(t, prefix+code)
		}
		if len(codes) == 0 {
			t.Errorf("no codes of %s", prefix)
		}
	}
}

func stringsOf[T ~string](values []T) []string {
	return deskui.Each(values, func(v T) string { return string(v) })
}

// refusalsInSources returns the reasons for which a sign-in through an identity provider is refused.
func refusalsInSources(t *testing.T) []string {
	t.Helper()
	var reasons []string
	reason := regexp.MustCompile(`refus(?:e\(|al\{)"([a-z_]+)"`)
	for _, name := range []string{"oidc.go", "oidc_claims.go", "oidc_signin.go"} {
		source, err := os.ReadFile(filepath.Join("../../../internal/accounts", name))
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range reason.FindAllSubmatch(source, -1) {
			reasons = append(reasons, string(found[1]))
		}
	}
	return reasons
}

var catalogues = sync.OnceValue(func() *locale.Catalogues {
	texts, err := locale.Load(slog.New(slog.DiscardHandler))
	if err != nil {
		panic(err)
	}
	return texts
})

func inBothLanguages(t *testing.T, key string) {
	t.Helper()
	texts := catalogues()
	for _, lang := range []locale.Lang{locale.Italian, locale.English} {
		if !texts.In(lang).Has(key) {
			t.Errorf("%s has no words in %q", key, lang)
		}
	}
}
