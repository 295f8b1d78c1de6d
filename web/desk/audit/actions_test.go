package audit

import (
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"ascolto/crm"
	"ascolto/crm/privacy"
	"ascolto/crm/requests"
	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/work"
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

// TestCodedDetailsHaveWords: every detail that holds a code is said in words, whichever code a service
// records; a new one has to say here which codes there are.
func TestCodedDetailsHaveWords(t *testing.T) {
	t.Parallel()
	permissions := inSources(t, `civic\.Permission = "([a-z_.]+)"`, "../../..")
	permissions = slices.DeleteFunc(permissions, func(p string) bool {
		return p == "web.public" // which nobody lacks
	})
	codes := map[string][]string{
		"answer":     {"taken", "declined"},
		"cause":      append(inSources(t, `"(notify\.cause\.[a-z0-9_]+)"`, "../../../notify"), erasureReasons()...),
		"channel":    stringsOf(crm.ConsentChannels()),
		"counts":     kindsOfData(t),
		"double":     {string(crm.DoubleClaimed), string(crm.DoubleShared), string(crm.DoubleAlike)},
		"field":      {string(crm.ProposedName), string(crm.ProposedEmail)},
		"kind":       workKinds(t),
		"level":      {"spidl1", "spidl2", "spidl3"},
		"method":     {accounts.ByPassword, accounts.ByCode, accounts.ByOIDC},
		"permission": permissions, "permissions": permissions,
		"reason":  refusalsInSources(t),
		"refusal": inSources(t, `civic\.Forbidden, "([a-z_.]+)"`, "../../.."),
		"roles":   stringsOf(civic.StaffRoles()),
		"rule":    stringsOf(forum.Rules()),
		"source":  inSources(t, `From[A-Z][A-Za-z]+ +Source = "([a-z]+)"`, "../../../crm"),
		"state":   stringsOf(notify.DeliveryStates()),
		"target":  {string(requests.TargetFirst), string(requests.TargetSolution)},
		"text":    {"kept", "removed"},
	}
	for name, row := range detailRows() {
		if row.coded == "" {
			continue
		}
		if len(codes[name]) == 0 {
			t.Errorf("no codes of %q are known", name)
		}
		for _, code := range codes[name] {
			inBothLanguages(t, strings.TrimPrefix(row.coded, wholeKey)+code)
		}
	}
	for name := range codes {
		if detailRows()[name].coded == "" {
			t.Errorf("%q holds no codes", name)
		}
	}
}

// workKinds returns the kinds of tasks as their words are called.
func workKinds(t *testing.T) []string {
	t.Helper()
	kinds := inSources(t, `\bWork[A-Z][A-Za-z]+ += "([a-z_.]+)"`, "../../..")
	for i, kind := range kinds {
		kinds[i] = strings.TrimPrefix(work.KindWord(kind), "work.kind.")
	}
	return kinds
}

// kindsOfData returns what an erasure counts; what keeps one from beginning is never among it.
func kindsOfData(t *testing.T) []string {
	t.Helper()
	const fates = "(?:Erased|Anonymised|Kept|Chosen|Unknowable)"
	return inSources(t, `Kind: "([a-z_]+)"(?:, Count: [^}]+)?, Fate: civic\.Fate`+fates, "../../..")
}

func erasureReasons() []string {
	return deskui.Each(privacy.Reasons(), func(r privacy.Reason) string {
		return "privacy.erasure.reason." + string(r)
	})
}

// inSources returns what a pattern finds in the sources below a folder.
func inSources(t *testing.T, pattern, root string) (found []string) {
	t.Helper()
	find := regexp.MustCompile(pattern)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "node_modules" || d.Name() == "testmongo" || d.Name() == ".git"):
			return filepath.SkipDir
		case !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		source, err := os.ReadFile(path)
		for _, match := range find.FindAllSubmatch(source, -1) {
			found = append(found, string(match[len(match)-1]))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
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
