package segments

import (
	"slices"
	"strconv"
	"strings"

	"ascolto/crm"
	"ascolto/crm/segment"
	"ascolto/internal/civic"
	"ascolto/web/desk/deskui"
	"ascolto/web/ui"
)

// ruleFields lists the fields a condition can be about, answers apart, in the order the form offers them.
func ruleFields() []crm.AttributeName {
	return []crm.AttributeName{crm.AttributeDistrict, crm.AttributeTag, crm.AttributeConsent, crm.AttributeReach,
		crm.AttributeLanguage, crm.AttributeKind}
}

// ruleWords puts rules into words in one language.
type ruleWords struct {
	f          ui.Form
	lang       string
	vocabulary segment.Vocabulary
	reference  deskui.Reference
	focus      string // the path of the part that was just added
}

// conditions lists what a group can be given: the fields, and every question whose answers may be chosen by.
func (w ruleWords) conditions() []ui.Option {
	options := deskui.Options(w.f, "crm.rule.field.", ruleFields())
	for _, q := range w.vocabulary.Questions {
		options = append(options, ui.Option{Value: conditionName(q), Label: w.question(q)})
	}
	return options
}

func (w ruleWords) question(q segment.AnswerQuestion) string {
	return q.SourceTitle.In(w.lang) + ": " + q.Label.In(w.lang)
}

// field says what a condition is about.
func (w ruleWords) field(r segment.Rule) string {
	if slices.Contains(ruleFields(), r.Field) {
		return w.f.T("crm.rule.field." + string(r.Field))
	}
	for _, q := range w.vocabulary.Questions {
		if q.Source == r.Source && q.Key == r.Key {
			return w.question(q)
		}
	}
	return w.f.T("crm.rule.question_gone")
}

// options lists the values of a condition, with those that are chosen but exist no more.
func (w ruleWords) options(r segment.Rule) []ui.Option {
	var options []ui.Option
	offer := func(value, label string) { options = append(options, ui.Option{Value: value, Label: label}) }
	switch r.Field {
	case crm.AttributeDistrict:
		for _, d := range w.reference.Districts {
			offer(string(d.ID), d.Name)
		}
	case crm.AttributeTag:
		for _, t := range w.reference.Tags {
			offer(string(t.ID), t.Name)
		}
	case crm.AttributeConsent:
		for _, t := range w.reference.Topics {
			offer(string(t.ID), t.Name.In(w.lang))
		}
	case crm.AttributeAnswer:
		for _, q := range w.vocabulary.Questions {
			if q.Source == r.Source && q.Key == r.Key {
				for _, v := range q.Values {
					offer(v.Value, v.Label.In(w.lang))
				}
			}
		}
	default:
		for _, v := range w.vocabulary.Values[r.Field] {
			offer(v, w.f.T("crm.rule."+string(r.Field)+"."+v))
		}
	}
	return options
}

// say puts one part of a rule into words, a group without its children.
func (w ruleWords) say(r segment.Rule) string {
	if r.Op != segment.OpIs {
		return w.f.T("crm.rule.op." + string(r.Op))
	}
	labels := map[string]string{}
	for _, o := range w.options(r) {
		labels[o.Value] = o.Label
	}
	words := make([]string, len(r.Values))
	for i, v := range r.Values {
		if words[i] = labels[v]; words[i] == "" {
			words[i] = v
		}
	}
	return w.field(r) + ": " + strings.Join(words, w.f.T("crm.rule.or"))
}

// whole puts a rule into words, each part on a line of its own and further in the deeper it lies.
func (w ruleWords) whole(r segment.Rule, depth int) string {
	text := strings.Repeat("\u2003", depth) + w.say(r)
	for _, part := range r.Rules {
		text += "\n" + w.whole(part, depth+1)
	}
	return text
}

func level(depth int) civic.Args { return civic.Args{"Level": depth} }

// indent returns the class that moves a step to the right as it lies deeper.
func indent(depth int) string { return "asc-step-" + strconv.Itoa(min(depth, segment.MaxRuleDepth)) }
