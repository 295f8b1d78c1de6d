package desk

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

// keyed returns one option for each value, whose label is the text of prefix and value.
func keyed[T ~string](f ui.Form, prefix string, values []T) []ui.Option {
	options := make([]ui.Option, len(values))
	for i, value := range values {
		options[i] = ui.Option{Value: string(value), Label: f.T(prefix + string(value))}
	}
	return options
}

// year returns a year as it is shown, empty for none.
func year(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// joined returns the words of all items on one line.
func joined[T any](items []T, say func(T) string) string {
	return strings.Join(each(items, say), ", ")
}

// each returns what say says of every item.
func each[T any](items []T, say func(T) string) []string {
	words := make([]string, len(items))
	for i, item := range items {
		words[i] = say(item)
	}
	return words
}

func countArgs(n int) civic.Args { return civic.Args{"Count": n} }

// dayText writes a stored day in the reader's language.
func dayText(l *locale.Localizer, day string) string {
	t, err := time.ParseInLocation(time.DateOnly, day, civic.Rome())
	if err != nil {
		return day
	}
	return l.Date(t)
}

// csvType is the media type of downloaded tables.
const csvType = "text/csv; charset=utf-8"

func campaignStateKey(s notify.CampaignState) string {
	if !slices.Contains(notify.CampaignStates(), s) {
		return "notify.campaigns.all"
	}
	return "notify.campaign_state." + string(s)
}

// answerWords returns what a server answered: "550 5.1.1 user unknown".
func answerWords(code int, enhanced, text string) string {
	if code == 0 {
		return text
	}
	return strings.Join(strings.Fields(strconv.Itoa(code)+" "+enhanced+" "+text), " ")
}
