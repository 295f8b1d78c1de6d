package segments

import (
	"strconv"
	"strings"
	"time"

	"ascolto/crm"
	"ascolto/crm/segment"
	"ascolto/internal/civic"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

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
	var options []ui.Option
	for _, a := range w.vocabulary.Fields {
		options = append(options, ui.Option{Value: conditionName(a.Name, "", a.Key), Label: w.called(a)})
	}
	for _, q := range w.vocabulary.Questions {
		name := conditionName(crm.AttributeAnswer, q.Source, q.Key)
		options = append(options, ui.Option{Value: name, Label: w.question(q)})
	}
	return options
}

// called says what a field of conditions is called: as it is in the form of a contact, if it is a field there
// and the rules have no better word.
func (w ruleWords) called(a segment.Asked) string {
	switch key := "crm.rule.field." + string(a.Name); {
	case a.Type == segment.Events:
		return w.f.T("crm.rule.field.events", civic.Args{"Kind": w.f.T("crm.timeline." + a.Key)})
	case w.f.L.Has(key):
		return w.f.T(key)
	}
	return w.f.T("crm.field." + a.Field.Name)
}

func (w ruleWords) question(q segment.AnswerQuestion) string {
	return q.SourceTitle.In(w.lang) + ": " + q.Label.In(w.lang)
}

// field says what a condition is about.
func (w ruleWords) field(r segment.Rule) string {
	if a, known := w.vocabulary.Asked(r); known && r.Field != crm.AttributeAnswer {
		return w.called(a)
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
		a, _ := w.vocabulary.Asked(r)
		for _, v := range a.Values {
			words := a.Field.Words + v
			if key := "crm.rule." + string(r.Field) + "." + v; w.f.L.Has(key) {
				words = key
			}
			offer(v, w.f.T(words))
		}
	}
	return options
}

// operators lists how a condition can compare.
func (w ruleWords) operators(r segment.Rule) []ui.Option {
	a, _ := w.vocabulary.Asked(r)
	return deskui.Options(w.f, "crm.rule.operator.", a.Type.Operators())
}

// typeOf returns what kind of values a condition has; of what is gone, choices.
func (w ruleWords) typeOf(r segment.Rule) segment.ValueType {
	if a, known := w.vocabulary.Asked(r); known {
		return a.Type
	}
	return segment.Choices
}

// say puts one part of a rule into words, a group without its children.
func (w ruleWords) say(r segment.Rule) string {
	if !isCondition(r) {
		return w.f.T("crm.rule.op." + string(r.Op))
	}
	labels := map[string]string{}
	for _, o := range w.options(r) {
		labels[o.Value] = o.Label
	}
	words := make([]string, len(r.Values))
	for i, v := range r.Values {
		words[i] = w.value(r, v, labels[v])
	}
	all := strings.Join(words, w.f.T("crm.rule.or"))
	switch {
	case r.Field == segment.AttributeEvents:
		all = w.compared(r, words)
		if r.Days == 0 {
			return w.field(r) + ": " + all
		}
		return w.field(r) + ": " + w.f.T("crm.rule.say.in_days", civic.Args{"Count": all, "Days": r.Days})
	case r.Op == segment.OpIs:
		return w.field(r) + ": " + all
	case r.Op == segment.OpIsNot:
		return w.field(r) + ": " + w.f.T("crm.rule.say.is_not", civic.Args{"Values": all})
	}
	return w.field(r) + ": " + w.compared(r, words)
}

// compared says how a condition compares with its values, which are in words.
func (w ruleWords) compared(r segment.Rule, words []string) string {
	args := civic.Args{"From": "", "To": ""}
	for i, name := range []string{"From", "To"} {
		if i < len(words) {
			args[name] = words[i]
		}
	}
	if r.Op == segment.OpIs || r.Op == segment.OpIsNot {
		args["From"] = strings.Join(words, w.f.T("crm.rule.or"))
	}
	return w.f.T("crm.rule.compared."+string(r.Op), args)
}

// value puts one value into words; label is that of a choice.
func (w ruleWords) value(r segment.Rule, v, label string) string {
	if label != "" {
		return label
	}
	if day, err := time.ParseInLocation(time.DateOnly, v, civic.Rome()); err == nil &&
		w.typeOf(r) == segment.Days {
		return w.f.L.Date(day)
	}
	return v
}

// lines puts a rule into words, each part on a line of its own and further in the deeper it lies.
func (w ruleWords) lines(r segment.Rule, depth int) []string {
	all := []string{strings.Repeat("\u2003", depth) + w.say(r)}
	for _, part := range r.Rules {
		all = append(all, w.lines(part, depth+1)...)
	}
	return all
}

// RuleLines returns a rule in words, in the language of the reader: each part on a line of its own, further
// in the deeper it lies. What a rule names and is gone is told by its code.
func (p *Pages) RuleLines(r *page.Request, rule segment.Rule) ([]string, error) {
	w, err := p.ruleWords(r, r.NewForm(nil))
	if err != nil {
		return nil, err
	}
	return w.lines(rule, 0), nil
}

// part returns the label of a part of a condition: with the name of what the condition is about, for a list
// of what is amiss shows labels alone.
func (w ruleWords) part(r segment.Rule, key string) string { return w.field(r) + " – " + w.f.T(key) }

func level(depth int) civic.Args { return civic.Args{"Level": depth} }

// indent returns the class that moves a step to the right as it lies deeper.
func indent(depth int) string { return "asc-step-" + strconv.Itoa(min(depth, segment.MaxRuleDepth)) }
