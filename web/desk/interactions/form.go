package interactions

import (
	"net/url"
	"slices"
	"strings"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/web/contactform"
	"ascolto/web/page"
	"ascolto/web/ui"
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
	switch who := form.String("caller"); who {
	case newCaller:
		new := contactform.Input(form)
		new.Kind, new.Language = crm.Person, civic.Italian
		in.New = &new
	case unknownCaller:
	case "":
		form.Problem("caller", "error.choice")
	default:
		in.Contact = form.ID("caller")
	}
	if in.New == nil &&
		slices.ContainsFunc(newCallerFields(), func(name string) bool { return form.String(name) != "" }) {
		form.Problem("caller", "crm.error.new_caller_unused")
	}
	return in
}

// newCallerFields are the fields about somebody who is not known yet.
func newCallerFields() []string {
	return []string{"given_name", "family_name", "phones.1", "emails.1", "district"}
}

// newCallerFilled reports whether something is written about somebody new.
func newCallerFilled(form ui.Form) bool {
	return slices.ContainsFunc(newCallerFields(), func(name string) bool { return form.Value(name) != "" })
}

// offerNewCaller takes who was looked for and not found for somebody new: a number, an address, or a name
// with the family name last.
func offerNewCaller(values url.Values, text string) {
	values.Set("caller", newCaller)
	words := strings.Fields(text)
	switch {
	case strings.Contains(text, "@"):
		values.Set("emails.1", text)
	case strings.ContainsAny(text, "0123456789"):
		values.Set("phones.1", text)
	case len(words) > 0:
		values.Set("given_name", strings.Join(words[:len(words)-1], " "))
		values.Set("family_name", words[len(words)-1])
	}
}
