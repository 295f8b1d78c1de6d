package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/web/webtest"
)

// example is a request of the guide and the answer that it promises.
type example struct{ request, answer string }

// examplesOf returns the examples of a page: a block of the shell and the block of HTTP after it.
func examplesOf(t *testing.T, file string) (all []example) {
	t.Helper()
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	shell := len(regexp.MustCompile("(?m)^```sh$").FindAll(page, -1))
	pair := regexp.MustCompile("(?s)```sh\n(.*?)```\n\n```http\n(.*?)```")
	for _, m := range pair.FindAllSubmatch(page, -1) {
		all = append(all, example{string(m[1]), string(m[2])})
	}
	if len(all) != shell || shell < 8 {
		t.Fatalf("%d examples, %d of them with their answer", shell, len(all))
	}
	return all
}

// shellWords returns the words of a command as a shell reads them: quotes, variables, lines that go on.
func shellWords(line string, variables map[string]string) (words []string) {
	var word strings.Builder
	var quote byte
	inWord := false
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case quote == '\'' && c != '\'':
			word.WriteByte(c)
		case c == '\\' && quote == 0 && i+1 < len(line) && line[i+1] == '\n':
			i++
		case c == '\\' && quote == '"' && i+1 < len(line) && strings.IndexByte(`"\$`, line[i+1]) >= 0:
			i++
			word.WriteByte(line[i])
		case c == '$' && quote != '\'':
			name := regexp.MustCompile(`^[A-Z]+`).FindString(line[i+1:])
			word.WriteString(variables[name])
			i, inWord = i+len(name), true
		case c == quote && quote != 0:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote, inWord = c, true
		case quote == 0 && strings.IndexByte(" \n\t", c) >= 0:
			if inWord {
				words = append(words, word.String())
			}
			word.Reset()
			inWord = false
		default:
			word.WriteByte(c)
			inWord = true
		}
	}
	if inWord {
		words = append(words, word.String())
	}
	return words
}

// curl does what a command of curl says, as far as the guide uses it.
func curl(t *testing.T, town *webtest.Town, words []string) webtest.Reply {
	t.Helper()
	method, address, body := "", "", ""
	headers := []string{}
	for i := 1; i < len(words); i++ {
		switch words[i] {
		case "-i":
		case "-X":
			i++
			method = words[i]
		case "-H":
			i++
			name, value, _ := strings.Cut(words[i], ": ")
			headers = append(headers, name, value)
		case "-d":
			i++
			body = words[i]
		default:
			address = words[i]
		}
	}
	if method == "" && body != "" {
		method = http.MethodPost
	} else if method == "" {
		method = http.MethodGet
	}
	return town.Site.Program(t, "").Do(method, strings.TrimPrefix(address, town.Origin), body, headers...)
}

// TestTheGuideOfTheAPI: every example of the guide does what the guide says.
func TestTheGuideOfTheAPI(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	for _, name := range []string{"Anna", "Bice"} {
		_, err := town.CRM.CreateContact(t.Context(), town.Desk, crm.ContactInput{
			Kind: crm.Person, GivenName: name, FamilyName: "Galli", District: "centro",
			Emails: []string{strings.ToLower(name) + ".galli@posta.example"},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	settled(t, town)
	token := town.Program(t, town.Desk, crm.PermReadContacts, crm.PermWriteContacts).Token
	variables := map[string]string{"ASCOLTO": town.Origin, "TOKEN": token}
	for _, e := range examplesOf(t, "../docs/guida/api.md") {
		r := curl(t, town, shellWords(e.request, variables))
		checkExample(t, e, r, town.Origin)
		if tag := r.Header.Get("ETag"); tag != "" {
			variables["ETAG"] = tag
		}
		if at := r.Header.Get("Location"); at != "" {
			variables["ID"] = path.Base(at)
		}
	}
	page, err := town.CRM.Contacts(t.Context(), town.Desk, crm.ContactFilter{Prefix: "Ferrarini"},
		civic.PageRequest{})
	if err != nil || len(page.Items) != 1 || page.Items[0].Address.Street != "Via Farini 3" {
		t.Errorf("%+v, %v", page.Items, err)
	}
}

// checkExample demands the answer that an example promises, where "…" stands for anything.
func checkExample(t *testing.T, e example, r webtest.Reply, origin string) {
	t.Helper()
	head, body, _ := strings.Cut(e.answer, "\n\n")
	lines := strings.Split(strings.TrimSpace(head), "\n")
	if want := fmt.Sprintf("HTTP/1.1 %d %s", r.Status, http.StatusText(r.Status)); lines[0] != want {
		t.Errorf("%s\nanswers %s: %s", e.request, want, r.Body)
		return
	}
	for _, line := range lines[1:] {
		name, want, _ := strings.Cut(line, ": ")
		if got := r.Header.Get(name); !matches(strings.ReplaceAll(want, "$ASCOLTO", origin), got) {
			t.Errorf("%s\nhas %s: %q, want %q", e.request, name, got, want)
		}
	}
	if body == "" {
		return
	}
	var want, got any
	if err := json.Unmarshal([]byte(body), &want); err != nil {
		t.Fatalf("the guide shows no JSON: %v: %s", err, body)
	}
	r.Read(t, &got)
	if fault := differs("", want, got); fault != "" {
		t.Errorf("%s\nanswers %s: %s", e.request, fault, r.Body)
	}
}

// matches reports whether a text is as a pattern in which "…" stands for anything.
func matches(pattern, s string) bool {
	return regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(pattern), "…", ".+") +
		"$").MatchString(s)
}

// differs returns where got is not as want, empty when it is: got may have more, and "…" stands for any text.
func differs(at string, want, got any) string {
	switch want := want.(type) {
	case map[string]any:
		have, _ := got.(map[string]any)
		for name, value := range want {
			if _, ok := have[name]; !ok {
				return at + "." + name + " is missing"
			}
			if fault := differs(at+"."+name, value, have[name]); fault != "" {
				return fault
			}
		}
		return ""
	case []any:
		have, ok := got.([]any)
		if !ok || len(have) < len(want) || len(want) == 0 && len(have) > 0 {
			return fmt.Sprintf("%s has %d items", at, len(have))
		}
		for i, value := range want {
			if !slices.ContainsFunc(have, func(v any) bool { return differs("", value, v) == "" }) {
				return fmt.Sprintf("%s[%d] is missing", at, i)
			}
		}
		return ""
	case string:
		if s, ok := got.(string); ok && matches(want, s) {
			return ""
		}
	default:
		if want == got {
			return ""
		}
	}
	return fmt.Sprintf("%s is %v, want %v", at, got, want)
}
