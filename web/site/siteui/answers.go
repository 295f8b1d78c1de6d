package siteui

import (
	"slices"
	"strings"

	"ascolto/internal/civic"
	"ascolto/surveys"
	"ascolto/web/locale"
	"ascolto/web/ui"
)

// SpokenIn returns the language in which a survey talks to readers of lang.
func SpokenIn(lang string, s surveys.Survey) string {
	if slices.Contains(s.Languages, lang) {
		return lang
	}
	return civic.Italian
}

// LangOf returns the language in which a survey talks to the reader of this frame.
func LangOf(f ui.Frame, s surveys.Survey) string {
	return SpokenIn(string(f.L.Lang()), s)
}

// InWords returns an answer as the respondent reads it.
func InWords(l *locale.Localizer, a surveys.Asked, lang string) []string {
	return a.Question.InWords(a.Answer, lang, l.T("surveys.other")+": "+a.Answer.Text)
}

// SummaryLine is a question with what was answered to it; no answers: nothing was.
type SummaryLine struct {
	Question string
	Answers  []string
}

// split returns the paragraphs of a text: its lines that are not empty.
func split(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == '\n' })
}
