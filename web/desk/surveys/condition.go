package surveys

import (
	"fmt"
	"strings"

	"ascolto/internal/civic"
	"ascolto/surveys"
	"ascolto/surveys/logic"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// conditions returns what a question on page number can depend on: every answer to the pages before it.
func conditions(r *page.Request, c surveys.Content, number int) []conditionGroup {
	var groups []conditionGroup
	for _, view := range c.Pages[:max(0, min(number-1, len(c.Pages)))] {
		for _, q := range view.Questions {
			group := conditionGroup{Label: q.Text.In(string(r.Lang))}
			for _, term := range terms(q) {
				group.Options = append(group.Options,
					ui.Option{Value: term, Label: named(r, q) + termText(r, q, term)})
			}
			groups = append(groups, group)
		}
	}
	return groups
}

// terms returns every condition on one question that the form offers.
func terms(q surveys.Question) []string {
	list := []string{"answered:" + q.Code, "!answered:" + q.Code}
	if q.Measure() == logic.Numbers || q.Measure() == logic.Days {
		return append(list, "min:"+q.Code+":", "max:"+q.Code+":") // with what is typed beside it
	}
	for _, code := range q.Codes() {
		if q.Measure() == logic.Points {
			list = append(list, fmt.Sprintf("min:%s:%s", q.Code, code),
				fmt.Sprintf("max:%s:%s", q.Code, code))
			continue
		}
		list = append(list, fmt.Sprintf("is:%s:%s", q.Code, code), fmt.Sprintf("!is:%s:%s", q.Code, code))
	}
	return list
}

// named returns a question's text as the beginning of a sentence.
func named(r *page.Request, q surveys.Question) string {
	return "«" + q.Text.In(string(r.Lang)) + "» "
}

// splitTerm returns a condition on what is compared with a typed value as the form's list has it, and that
// value; others whole.
func splitTerm(c surveys.Content, term string) (listed, threshold string) {
	leaf, err := logic.ParseTerm(term)
	if err != nil || leaf.Op != logic.AtLeast && leaf.Op != logic.AtMost {
		return term, ""
	}
	q, _ := c.Question(leaf.Question)
	if q.Measure() != logic.Numbers && q.Measure() != logic.Days {
		return term, ""
	}
	return strings.TrimSuffix(term, leaf.Threshold()), leaf.Threshold()
}

// termText returns a condition on a question in words; of one that waits for a value, dots in its place.
func termText(r *page.Request, q surveys.Question, term string) string {
	key, bare := "surveys.term.", strings.TrimPrefix(term, "!")
	if bare != term {
		key += "not_"
	}
	if q.Measure() == logic.Days {
		key += "day_"
	}
	if op, _, _ := strings.Cut(bare, ":"); strings.HasSuffix(bare, ":") {
		return r.T(key+op, civic.Args{"Value": "…"})
	}
	c, err := logic.ParseTerm(bare)
	if err != nil {
		return term
	}
	switch c.Op {
	case logic.Answered:
		return r.T(strings.TrimSuffix(key, "day_") + string(c.Op))
	case logic.Is:
		if q.Kind == surveys.Ranking {
			key += "first_"
		}
		var labels []string
		for _, code := range c.Codes {
			label := q.Label(code, string(r.Lang))
			if code == surveys.OtherCode {
				label = r.T("surveys.other")
			}
			labels = append(labels, label)
		}
		return r.T(key+string(c.Op), civic.Args{"Value": strings.Join(labels, " / ")})
	}
	value := surveys.LocalBound(c.Threshold(), string(r.Lang))
	if q.Measure() == logic.Days {
		value = deskui.DayText(r.L, value)
	}
	return r.T(key+string(c.Op), civic.Args{"Value": value})
}

// conditionText returns in words when a question is shown, empty for always.
func conditionText(r *page.Request, c surveys.Content, show *logic.Cond) string {
	if show == nil {
		return ""
	}
	join, list, simple := show.Split()
	if !simple {
		return r.T("surveys.desk.condition_complex")
	}
	var parts []string
	for _, term := range list {
		leaf, err := logic.ParseTerm(term)
		if err != nil {
			return r.T("surveys.desk.condition_complex")
		}
		refs := leaf.References()
		q, _ := c.Question(refs[0])
		parts = append(parts, named(r, q)+termText(r, q, term))
	}
	return r.T("surveys.desk.condition_"+string(join), civic.Args{"List": strings.Join(parts, "; ")})
}
