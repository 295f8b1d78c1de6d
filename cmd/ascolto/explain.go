package main

import (
	"errors"
	"log/slog"
	"strings"

	"ascolto/internal/civic"
	"ascolto/web/locale"
)

// explainer says in English what an error means to whoever runs the program: in place of the key of every
// civic.Error inside it stands the text of the catalogue.
type explainer struct {
	texts *locale.Localizer
	gaps  bool // fill the gaps of texts; they may hold personal data, which has no place in a log
}

// newExplainer returns an explainer, which is nil when the catalogues cannot be read: errors are then shown
// as they are.
func newExplainer(gaps bool) *explainer {
	texts, err := locale.Load(slog.New(slog.DiscardHandler))
	if err != nil {
		return nil
	}
	return &explainer{texts: texts.In(locale.English), gaps: gaps}
}

// explain returns the words for err.
func (x *explainer) explain(err error) string {
	if err == nil || x == nil {
		return errorText(err)
	}
	text := err.Error()
	for _, e := range civicErrors(err) {
		text = strings.Replace(text, e.Error(), x.sentence(e), 1)
	}
	return text
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// sentence returns what e means, what is wrong with which field, and why.
func (x *explainer) sentence(e *civic.Error) string {
	var b strings.Builder
	b.WriteString(x.message(e.Code, e.Message))
	for _, f := range e.Fields {
		b.WriteString(" " + f.Field + ": " + x.message(e.Code, f.Message))
	}
	if e.Cause != nil {
		b.WriteString(" (" + x.explain(e.Cause) + ")")
	}
	return b.String()
}

// message returns the text of m; for a full store and for a text whose gaps must stay empty that of the code
// alone.
func (x *explainer) message(code civic.Code, m civic.Message) string {
	if code == civic.Full || !x.gaps && len(m.Args) > 0 {
		return x.texts.T("core.operator." + string(code))
	}
	return x.texts.Message(m)
}

// civicErrors returns the outermost civic errors in err's tree; those inside them are their causes.
func civicErrors(err error) []*civic.Error {
	if e, ok := err.(*civic.Error); ok {
		return []*civic.Error{e}
	}
	switch wrapper := err.(type) {
	case interface{ Unwrap() []error }:
		var all []*civic.Error
		for _, inner := range wrapper.Unwrap() {
			all = append(all, civicErrors(inner)...)
		}
		return all
	default:
		if inner := errors.Unwrap(err); inner != nil {
			return civicErrors(inner)
		}
		return nil
	}
}

// attr is a slog.HandlerOptions.ReplaceAttr that explains errors.
func (x *explainer) attr(_ []string, a slog.Attr) slog.Attr {
	if err, ok := a.Value.Any().(error); ok {
		a.Value = slog.StringValue(x.explain(err))
	}
	return a
}
