package segment

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
	"ascolto/internal/reach"
)

func TestMatch(t *testing.T) {
	t.Parallel()
	anna := crm.Contact{
		Kind: crm.Person, Language: "it", District: "centro", Tags: []civic.ID{"stampa", "commercio"},
		Emails: []reach.Email{{}},
		Consents: []crm.Consent{{Topic: "mobilita", Channel: crm.ByMail, Given: true},
			{Topic: "cultura", Channel: crm.ByMail, Given: true}, {Topic: "cultura", Channel: crm.ByMail},
			{Topic: "sport", Channel: crm.ByPhone, Given: true}},
		Answers: []crm.Answer{{Source: "q1", Key: "satisfied", Value: "2"},
			{Source: "q1", Key: "services", Value: "parks"}},
	}
	yes, no := Is(crm.AttributeDistrict, "centro"), Is(crm.AttributeDistrict, "nowhere")
	tests := []struct {
		name string
		rule Rule
		want bool
	}{
		{"district", Is(crm.AttributeDistrict, "san-lazzaro", "centro"), true},
		{"another district", Is(crm.AttributeDistrict, "san-lazzaro"), false},
		{"any tag", Is(crm.AttributeTag, "scuola", "stampa"), true},
		{"no such tag", Is(crm.AttributeTag, "scuola"), false},
		{"consent", Is(crm.AttributeConsent, "mobilita"), true},
		{"consent taken back", Is(crm.AttributeConsent, "cultura"), false},
		{"consent by another channel", Is(crm.AttributeConsent, "sport"), false},
		{"language", Is(crm.AttributeLanguage, "it"), true},
		{"kind", Is(crm.AttributeKind, "organisation"), false},
		{"reach", Is(crm.AttributeReach, "mail"), true},
		{"no phone", Is(crm.AttributeReach, "phone", "letter"), false},
		{"answer", AnswerIs("q1", "satisfied", "1", "2"), true},
		{"another answer", AnswerIs("q1", "satisfied", "3"), false},
		{"another questionnaire", AnswerIs("q2", "satisfied", "2"), false},
		{"one of several answers", AnswerIs("q1", "services", "parks"), true},
		{"no value", Is(crm.AttributeDistrict), false},
		{"no field", Is("", "centro"), false},
		{"all", All(yes, yes), true},
		{"all but one", All(yes, no), false},
		{"all of nothing", All(), true},
		{"any", Any(no, yes), true},
		{"any of nothing", Any(), false},
		{"none", None(no, no), true},
		{"none but one", None(no, yes), false},
		{"A and (B or not C)", All(yes, Any(no, None(no))), true},
		{"nothing at all", Rule{}, false},
	}
	for _, tt := range tests {
		if got := tt.rule.Match(anna, Moment{}); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
		if steps := tt.rule.Explain(anna, Moment{}); steps[0].Holds != tt.want {
			t.Errorf("%s: the explanation says %v", tt.name, steps[0].Holds)
		}
	}
	if (Is(crm.AttributeDistrict, "").Match(crm.Contact{}, Moment{})) {
		t.Error("who has no district is in none")
	}
}

func TestExplain(t *testing.T) {
	t.Parallel()
	r := All(Is(crm.AttributeDistrict, "centro"),
		Any(Is(crm.AttributeTag, "stampa"), None(Is(crm.AttributeLanguage, "it"))))
	got := ""
	for _, s := range r.Explain(crm.Contact{District: "centro", Language: "it"}, Moment{}) {
		got += fmt.Sprintf("%d%s%s=%v ", s.Depth, s.Rule.Op, s.Rule.Field, s.Holds)
	}
	if want := "0all=false 1isdistrict=true 1any=false 2istag=false 2none=false 3islanguage=true "; got != want {
		t.Errorf("got %s", got)
	}
}

var vocabulary = Vocabulary{
	Fields: []Asked{
		{Name: crm.AttributeDistrict, Type: Choices, Values: []string{"a", "b", "c"}},
		{Name: crm.AttributeTag, Type: Choices, Values: []string{"t1", "t2"}},
		{Name: crm.AttributeConsent, Type: Choices, Values: []string{"m1", "m2"}},
		{Name: crm.AttributeLanguage, Type: Choices, Values: []string{"it", "en"}},
		{Name: crm.AttributeKind, Type: Choices, Values: []string{"person"}},
		{Name: crm.AttributeReach, Type: Choices, Values: []string{"mail", "phone"}},
		{Name: "birth_year", Type: Numbers}, {Name: "town", Type: Texts},
		{Name: crm.AttributeCreated, Type: Days},
		{Name: AttributeEvents, Type: Events, Key: "interaction"},
	},
	Questions: []AnswerQuestion{{Source: "q1", Key: "k", Values: []AnswerValue{{Value: "1"}, {Value: "2"}}}},
}

func TestValidate(t *testing.T) {
	t.Parallel()
	deep := func(n int) Rule {
		r := Is(crm.AttributeDistrict, "a")
		for range n {
			r = All(r)
		}
		return r
	}
	wide := func(n int) Rule {
		r := All()
		for range n {
			r.Rules = append(r.Rules, Is(crm.AttributeDistrict, "a"))
		}
		return r
	}
	tests := []struct {
		name string
		rule Rule
		want []string // field and key of each problem
	}{
		{"good", All(Is(crm.AttributeDistrict, "a"), AnswerIs("q1", "k", "2")), nil},
		{"five levels", deep(5), nil},
		{"six levels", deep(6), []string{"rule.1.1.1.1.1 crm.error.rule.deep"}},
		{"sixty parts", wide(59), nil},
		{"too many parts", wide(200), []string{"rule crm.error.rule.large"}},
		{"no operation", Rule{}, []string{"rule crm.error.rule.op"}},
		{"an empty group", All(Any()), []string{"rule.1 crm.error.rule.empty"}},
		{"no such field", All(Is("name", "x"), Is(crm.AttributeTag, "t1")),
			[]string{"rule.1 crm.error.rule.field"}},
		{"no value", Is(crm.AttributeTag), []string{"rule crm.error.rule.values"}},
		{"two faults", All(Is(crm.AttributeTag, "t3"), Is(crm.AttributeDistrict, "a", "z")),
			[]string{"rule.1 crm.error.rule.value", "rule.2 crm.error.rule.value"}},
		{"a question that is none", AnswerIs("q1", "x", "1"), []string{"rule crm.error.rule.field"}},
		{"an answer that is none", AnswerIs("q1", "k", "3"), []string{"rule crm.error.rule.value"}},
		{"good comparisons", All(
			Compare("birth_year", OpBetween, "1960", "1980"), Compare("town", OpContains, "borgo"),
			Compare("town", OpEmpty),
			Compare(crm.AttributeCreated, OpBefore, "2026-11-01"),
			Compare(crm.AttributeCreated, OpLast, "30"), Compare(crm.AttributeTag, OpIsNot, "t1"),
			Happened("interaction", 90, OpMore, "2"), Happened("interaction", 0, OpEmpty),
		), nil},
		{"operators of other types",
			All(Compare("town", OpMore, "1"), Compare(crm.AttributeTag, OpContains, "t1"),
				Compare("birth_year", OpBefore, "1980")),
			[]string{"rule.1 crm.error.rule.op", "rule.2 crm.error.rule.op", "rule.3 crm.error.rule.op"}},
		{"no numbers", All(Compare("birth_year", OpMore, "x"), Compare("birth_year", OpBetween, "1980"),
			Compare("birth_year", OpBetween, "1980", "1960")),
			[]string{"rule.1 crm.error.rule.number", "rule.2.to crm.error.rule.number",
				"rule.3 crm.error.rule.between"}},
		{"no days", All(Compare(crm.AttributeCreated, OpAfter, "2026-02-30"),
			Compare(crm.AttributeCreated, OpLast, "-3"),
			Compare(crm.AttributeCreated, OpBetween, "2026-03-01", "2026-02-01")),
			[]string{"rule.1 crm.error.rule.day", "rule.2.days crm.error.rule.days",
				"rule.3 crm.error.rule.between"}},
		{"events nobody counts",
			All(Happened("post", 90, OpMore, "2"), Happened("interaction", 90_000, OpMore, "2")),
			[]string{"rule.1 crm.error.rule.field", "rule.2 crm.error.rule.days"}},
		{"a value for nothing", Compare("town", OpEmpty, "x"), []string{"rule crm.error.rule.values"}},
		{"a condition with children", Rule{Op: OpIs, Field: crm.AttributeTag, Values: []string{"t1"},
			Rules: []Rule{All()}}, []string{"rule crm.error.rule.op"}},
	}
	for _, tt := range tests {
		var got []string
		if err := tt.rule.Validate(vocabulary); err != nil {
			e, _ := errors.AsType[*civic.Error](err)
			for _, f := range e.Fields {
				got = append(got, f.Field+" "+f.Message.Key)
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", tt.name, diff)
		}
	}
}

// randomRule returns a rule of the vocabulary, at most so many levels deep.
func randomRule(r *rand.Rand, levels int) Rule {
	some := func(values ...string) []string {
		r.Shuffle(len(values), func(i, j int) { values[i], values[j] = values[j], values[i] })
		return values[:1+r.IntN(len(values))]
	}
	if levels > 0 && r.IntN(3) > 0 {
		g := Rule{Op: []RuleOp{OpAll, OpAny, OpNone}[r.IntN(3)]}
		for range 1 + r.IntN(3) {
			g.Rules = append(g.Rules, randomRule(r, levels-1))
		}
		return g
	}
	switch r.IntN(10) {
	case 5:
		return Compare("birth_year", []RuleOp{OpMore, OpLess, OpIs, OpIsNot}[r.IntN(4)],
			[]string{"1950", "1970"}[r.IntN(2)])
	case 6:
		return Compare("town", []RuleOp{OpContains, OpIs, OpIsNot}[r.IntN(3)],
			[]string{"Borgoforte", "borgo"}[r.IntN(2)])
	case 7:
		return Compare([]crm.AttributeName{"town", "birth_year", crm.AttributeTag}[r.IntN(3)], OpEmpty)
	case 8:
		return Compare(crm.AttributeCreated, []RuleOp{OpLast, OpOlder}[r.IntN(2)], "30")
	case 0:
		return Is(crm.AttributeDistrict, some("a", "b", "c")...)
	case 1:
		return Is(crm.AttributeTag, some("t1", "t2")...)
	case 2:
		return Is(crm.AttributeConsent, some("m1", "m2")...)
	case 3:
		return Is(crm.AttributeReach, some("mail", "phone")...)
	case 4:
		return Is(crm.AttributeLanguage, some("it", "en")...)
	default:
		return AnswerIs("q1", "k", some("1", "2")...)
	}
}

func randomContact(r *rand.Rand) crm.Contact {
	c := crm.Contact{Kind: crm.Person, Language: []string{"it", "en"}[r.IntN(2)],
		District: []civic.ID{"", "a", "b", "c"}[r.IntN(4)]}
	for _, t := range []civic.ID{"t1", "t2"} {
		if r.IntN(2) == 0 {
			c.Tags = append(c.Tags, t)
		}
	}
	for range r.IntN(4) {
		c.Consents = append(c.Consents, crm.Consent{Topic: []civic.ID{"m1", "m2"}[r.IntN(2)],
			Channel: crm.ByMail, Given: r.IntN(2) == 0})
	}
	if r.IntN(2) == 0 {
		c.Emails = []reach.Email{{Address: "x@y.example", Key: "x@y.example"}}
	}
	if r.IntN(2) == 0 {
		c.Phones = []reach.Phone{{Number: "+39059206311"}}
	}
	c.BirthYear = []int{0, 1950, 1960, 1970, 1980}[r.IntN(5)]
	c.Address.Town = []string{"", "Borgoforte", "Modena"}[r.IntN(3)]
	c.CreatedAt = time.Date(2026, 11, 1+r.IntN(23), 9, 0, 0, 0, time.UTC).AddDate(0, -r.IntN(3), 0)
	if r.IntN(2) == 0 {
		c.Answers = []crm.Answer{{Source: "q1", Key: "k", Value: []string{"1", "2"}[r.IntN(2)]}}
	}
	return c
}

func TestRulesSurviveStorage(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	segments := make([]*Segment, 300)
	for i := range segments {
		want := randomRule(r, 4)
		var fromJSON Rule
		b, err := json.Marshal(want)
		if err == nil {
			err = json.Unmarshal(b, &fromJSON)
		}
		if diff := cmp.Diff(want, fromJSON); err != nil || diff != "" {
			t.Fatalf("JSON: %v\n%s", err, diff)
		}
		if err := want.Validate(vocabulary); err != nil {
			t.Fatalf("%+v: %v", want, err)
		}
		segments[i] = &Segment{Rule: want}
	}
	store, err := docstore.Collect[Segment](t.Context(), storetest.Open(t), segmentSpec())
	if err != nil {
		t.Fatal(err)
	}
	if taken, err := store.InsertMany(t.Context(), segments); err != nil || len(taken) > 0 {
		t.Fatalf("%v, %d taken", err, len(taken))
	}
	stored := map[civic.ID]Rule{}
	for s, err := range store.All(t.Context(), docstore.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		stored[s.ID] = s.Rule
	}
	for _, s := range segments {
		if diff := cmp.Diff(s.Rule, stored[s.ID]); diff != "" {
			t.Fatalf("stored: %s", diff)
		}
	}
}

func FuzzRuleJSON(f *testing.F) {
	f.Add(`{"op":"all","rules":[{"op":"is","field":"district","values":["a"]}]}`)
	f.Add(`{"op":"none","rules":[{"op":"is","field":"fact","source":"q1","key":"k","values":["1"]}]}`)
	f.Add(`{"op":"is","rules":[{}]}`)
	f.Fuzz(func(t *testing.T, s string) {
		var r Rule
		if json.Unmarshal([]byte(s), &r) != nil {
			return
		}
		_ = r.Validate(vocabulary)
		holds := r.Match(crm.Contact{District: "a"}, Moment{})
		if steps := r.Explain(crm.Contact{District: "a"}, Moment{}); steps[0].Holds != holds {
			t.Fatalf("%s: explained %v, matched %v", s, steps[0].Holds, holds)
		}
	})
}
