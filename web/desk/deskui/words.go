package deskui

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"ascolto/internal/civic"
	"ascolto/notify"
	"ascolto/web/locale"
	"ascolto/web/ui"
)

// Options returns one option for each value, whose label is the text of prefix and value.
func Options[T ~string](f ui.Form, prefix string, values []T) []ui.Option {
	options := make([]ui.Option, len(values))
	for i, value := range values {
		options[i] = ui.Option{Value: string(value), Label: f.T(prefix + string(value))}
	}
	return options
}

// Year returns a year as it is shown, empty for none.
func Year(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// Joined returns the words of all items on one line.
func Joined[T any](items []T, say func(T) string) string {
	return strings.Join(Each(items, say), ", ")
}

// Each returns what say says of every item.
func Each[T any](items []T, say func(T) string) []string {
	words := make([]string, len(items))
	for i, item := range items {
		words[i] = say(item)
	}
	return words
}

// Count gives a text the number that its plural goes by.
func Count(n int) civic.Args { return civic.Args{"Count": n} }

// DayText writes a stored day in the reader's language.
func DayText(l *locale.Localizer, day string) string {
	t, err := time.ParseInLocation(time.DateOnly, day, civic.Rome())
	if err != nil {
		return day
	}
	return l.Date(t)
}

// CSV is the media type of downloaded tables.
const CSV = "text/csv; charset=utf-8"

// CampaignStateKey names the text of a campaign's state, or of all states when it is none.
func CampaignStateKey(s notify.CampaignState) string {
	if !slices.Contains(notify.CampaignStates(), s) {
		return "notify.campaigns.all"
	}
	return "notify.campaign_state." + string(s)
}

// AnswerWords returns what a server answered: "550 5.1.1 user unknown".
func AnswerWords(code int, enhanced, text string) string {
	if code == 0 {
		return text
	}
	return strings.Join(strings.Fields(strconv.Itoa(code)+" "+enhanced+" "+text), " ")
}

// InLanguage returns the label of a field that is written once in each language.
func InLanguage(f ui.Frame, key, lang string) string {
	return f.T("desk.in."+lang, civic.Args{"Label": f.T(key)})
}
