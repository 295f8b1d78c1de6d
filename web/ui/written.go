package ui

import (
	"net/url"
	"slices"
	"strings"
)

// Written is what somebody wrote in a field of a form that was not accepted.
type Written struct {
	Label string // the field's; empty where it is not known
	Text  string
}

// LabelsField carries how a form's fields for texts are called: the page that gives back what was written,
// after a session's end as well, cannot show the form itself.
const LabelsField = "form_labels"

// texts are the labels of a form's fields for texts, in their order.
type texts struct{ names, labels []string }

func (t *texts) has(name string) bool { return t != nil && slices.Contains(t.names, name) }

func (t *texts) note(name, label string) string {
	if i := slices.Index(t.names, name); i >= 0 {
		t.labels[i] = label
	} else {
		t.names, t.labels = append(t.names, name), append(t.labels, label)
	}
	return ""
}

// encoded returns the labels as one value of a form, empty when there are none.
func (t *texts) encoded() string {
	if t == nil {
		return ""
	}
	pairs := make([]string, len(t.names))
	for i, name := range t.names {
		pairs[i] = url.QueryEscape(name) + "=" + url.QueryEscape(t.labels[i])
	}
	return strings.Join(pairs, "&")
}

// FieldLabels returns the names and the labels that the value of a LabelsField holds, in their order; what
// cannot be read is left out.
func FieldLabels(encoded string) (names, labels []string) {
	for pair := range strings.SplitSeq(encoded, "&") {
		name, label, found := strings.Cut(pair, "=")
		name, nameErr := url.QueryUnescape(name)
		label, labelErr := url.QueryUnescape(label)
		if found && nameErr == nil && labelErr == nil {
			names, labels = append(names, name), append(labels, label)
		}
	}
	return names, labels
}
