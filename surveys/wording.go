package surveys

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"ascolto/internal/civic"
)

// Meaning says that a question means the same in two versions although its words differ. A person says so,
// when the later version is published or afterwards; without it the answers to the two are shown apart.
type Meaning struct {
	Question string    `bson:"question"`
	Earlier  int       `bson:"earlier"` // the last version before Later that has the question
	Later    int       `bson:"later"`
	By       civic.ID  `bson:"by,omitempty"` // the account
	Name     string    `bson:"name,omitempty"`
	At       time.Time `bson:"at"`
}

// meaning returns what was said about the words that a question has since version later.
func (q Questionnaire) meaning(question string, later int) (Meaning, bool) {
	i := slices.IndexFunc(q.Meanings, func(m Meaning) bool {
		return m.Question == question &&
			m.Later == later
	})
	if i < 0 {
		return Meaning{}, false
	}
	return q.Meanings[i], true
}

// WordChange is one text of a question that differs between two versions.
type WordChange struct {
	Code          string // of the option, empty for the question itself
	Before, After civic.Text
}

// wordChanges returns what older and newer say in different words: the question, the options both have, the
// ends of a scale. Texts that differ in spaces or in capital letters only are the same, and so is one that
// was translated meanwhile.
func wordChanges(older, newer Question) []WordChange {
	var changes []WordChange
	if !sameText(older.Text, newer.Text) {
		changes = append(changes, WordChange{Before: older.Text, After: newer.Text})
	}
	words := newer.kind().words(newer)
	for _, before := range older.kind().words(older) {
		i := slices.IndexFunc(words, func(o Option) bool { return o.Code == before.Code })
		if i >= 0 && !sameText(before.Label, words[i].Label) {
			changes = append(changes, WordChange{before.Code, before.Label, words[i].Label})
		}
	}
	return changes
}

func sameText(a, b civic.Text) bool {
	return fold(a[civic.Italian]) == fold(b[civic.Italian]) &&
		(a[civic.English] == "" || b[civic.English] == "" || fold(a[civic.English]) == fold(b[civic.English]))
}

// exactly reports whether both versions ask in the same words in every language.
func exactly(a, b Question) bool {
	return len(wordChanges(a, b)) == 0 && fold(a.Text[civic.English]) == fold(b.Text[civic.English]) &&
		!slices.ContainsFunc(a.kind().words(a), func(o Option) bool {
			return fold(o.Label[civic.English]) !=
				fold(optionLabel(b.kind().words(b), o.Code)[civic.English])
		})
}

// wording is a question as some versions ask it: in words that mean the same.
type wording struct {
	versions []int      // in order
	asked    []Question // one for each version
}

func (w wording) newest() Question { return w.asked[len(w.asked)-1] }

// fits reports whether q is asked in the words of w: in the newest ones, or in exactly those of an older
// version.
func (w wording) fits(q Question) bool {
	return len(wordChanges(w.newest(), q)) == 0 ||
		slices.ContainsFunc(w.asked, func(old Question) bool { return exactly(old, q) })
}

// wordings returns how a question is asked: one wording for every group of versions whose answers may be
// counted together, in the order of their first versions. contents holds what version i+1 asks. What is said
// of earlier versions does not depend on later ones, unless a person joins them by a Meaning.
func wordings(contents []Content, code string, meanings []Meaning) []wording {
	var all []wording
	for i, c := range contents {
		q, ok := c.Question(code)
		if !ok {
			continue
		}
		at := -1
		for j := len(all) - 1; j >= 0 && at < 0; j-- {
			if all[j].fits(q) {
				at = j
			}
		}
		if at < 0 {
			all, at = append(all, wording{}), len(all)
		}
		all[at].versions, all[at].asked = append(all[at].versions, i+1), append(all[at].asked, q)
	}
	for _, m := range meanings {
		if m.Question == code {
			all = joined(all, m.Earlier, m.Later)
		}
	}
	return all
}

// joined returns the wordings with those of two versions made one.
func joined(all []wording, earlier, later int) []wording {
	holds := func(version int) int {
		return slices.IndexFunc(all, func(w wording) bool { return slices.Contains(w.versions, version) })
	}
	a, b := holds(earlier), holds(later)
	if a < 0 || b < 0 || a == b {
		return all
	}
	asked := map[int]Question{}
	var one wording
	for _, w := range []wording{all[a], all[b]} {
		for i, version := range w.versions {
			asked[version] = w.asked[i]
		}
		one.versions = append(one.versions, w.versions...)
	}
	slices.Sort(one.versions)
	for _, version := range one.versions {
		one.asked = append(one.asked, asked[version])
	}
	rest := slices.Delete(slices.Clone(all), max(a, b), max(a, b)+1)
	rest[min(a, b)] = one
	slices.SortFunc(rest, func(x, y wording) int { return cmp.Compare(x.versions[0], y.versions[0]) })
	return rest
}

// wordingKey names a question in the words that a version asks it in: its code, with the first version of
// those words when it was first asked in others. Answers under one key mean the same; what versions to come
// ask never changes it.
func wordingKey(contents []Content, code string, version int) string {
	for i, w := range wordings(contents, code, nil) {
		if slices.Contains(w.versions, version) && i > 0 {
			return code + "@" + strconv.Itoa(w.versions[0])
		}
	}
	return code
}

// Asking is a question of a published survey in one of its wordings, as segments name it.
type Asking struct {
	Question Question // in the words of the last of Versions
	Key      string   // of the answers in the CRM that answers to it become
	Versions []int
	Options  []OptionResult // what could be chosen in any of Versions, without numbers
	Apart    bool           // other versions ask it in other words
}

// VersionList returns the numbers of Versions, separated by spaces.
func (a Asking) VersionList() string { return versionList(a.Versions) }

// Askings returns the coded questions of every version of q, each wording by itself. Which of them mean the
// same is a matter of results, and changes nothing here.
func (s *Service) Askings(ctx context.Context, by civic.Actor, q Questionnaire) ([]Asking, error) {
	if err := by.Can(PermRead); err != nil {
		return nil, err
	}
	contents, err := s.contents(ctx, q)
	if err != nil {
		return nil, err
	}
	var all []Asking
	for _, m := range mergeVersions(contents, nil) {
		if m.Question.Coded() {
			key := wordingKey(contents, m.Question.Code, m.Versions[0])
			all = append(all, Asking{m.Question, key, m.Versions, m.said(), m.Apart})
		}
	}
	return all, nil
}

// said returns what answers can say, without numbers: the options of all versions, or what the newest can be
// answered with.
func (m QuestionResult) said() []OptionResult {
	if len(m.Options) > 0 {
		return m.Options
	}
	var all []OptionResult
	for _, code := range m.Question.Codes() {
		all = append(all, OptionResult{Code: code, Label: m.Question.label(code)})
	}
	return all
}
