package deskui

import (
	"ascolto/forum"
	"ascolto/internal/civic"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// ReadDecision reads the form by which a moderator decides.
func ReadDecision(form *page.Form, thread civic.ID, number int64) forum.DecisionInput {
	return forum.DecisionInput{
		Thread: thread, Number: number, Round: form.Int("round"), Action: forum.Action(form.String("action")),
		Rule:   form.String("rule"),
		Reason: form.Text("reason", forum.MaxReason), Version: form.Int("version"), To: form.ID("to"),
	}
}

func ruleOptions(f ui.Frame) []ui.Option {
	options := []ui.Option{{Label: f.T("forum.desk.rule.none")}}
	for _, r := range forum.Rules() {
		options = append(options, ui.Option{Value: string(r), Label: f.T("forum.rule." + string(r))})
	}
	return options
}

func whenEmptied(empties bool) string {
	if empties {
		return ".redact"
	}
	return ""
}

// Signed returns the name that stands over a post; a citizen who gave none is called one.
func Signed(f ui.Frame, name string) string {
	if name == "" {
		return f.T("forum.author.citizen")
	}
	return name
}
