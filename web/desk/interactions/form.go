package interactions

import (
	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
)

// topicOf returns the topic chosen, none when none was.
func topicOf(form *page.Form) civic.ID {
	if form.String("topic") == "" {
		return ""
	}
	return form.ID("topic")
}

// readCase reads what a conversation was about.
func readCase(form *page.Form) crm.InteractionInput {
	return crm.InteractionInput{
		Channel: crm.Channel(form.String("channel")), Direction: crm.Direction(form.String("direction")),
		Subject: form.Line("subject", 200), Note: form.Text("note", 10_000),
		Confidential: form.Bool("confidential"),
		Outcome:      crm.Outcome(form.String("outcome")), DueOn: form.String("due_on"),
		On:    form.String("on"),
		Topic: topicOf(form),
	}
}

// readCall reads a call: who it was, and what it was about.
func readCall(form *page.Form) crm.InteractionInput {
	in := readCase(form)
	in.FormKey, in.Office = string(form.Key()), form.ID("office")
	in.New = deskui.ReadNewPerson(form, "caller")
	switch form.String("caller") {
	case deskui.NewPerson, unknownCaller:
	case "":
		form.Problem("caller", "error.choice")
	default:
		in.Contact = form.ID("caller")
	}
	return in
}
