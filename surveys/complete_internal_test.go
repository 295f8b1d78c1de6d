package surveys

import (
	"slices"
	"testing"

	"ascolto/internal/civic"
)

// Questions under one code, and titles that show nothing, keep a questionnaire from being published.
func TestContentThatCannotBeToldApartIsNotComplete(t *testing.T) {
	t.Parallel()
	both := func(s string) civic.Text { return civic.Text{civic.Italian: s, civic.English: s} }
	asked := func(code string) Question {
		return Question{Code: code, Kind: FreeText, Text: both("Perché?"), Details: Details{MaxLength: 100}}
	}
	for name, test := range map[string]struct {
		change func(*Content)
		want   []string
	}{
		"as it should be": {func(*Content) {}, nil},
		"a code twice on a page": {func(c *Content) { c.Pages[0].Questions[1].Code = "q1" },
			[]string{"q1 surveys.error.logic.duplicated"}},
		"a code on two pages": {func(c *Content) { c.Pages[1].Questions[0].Code = "q2" },
			[]string{"q2 surveys.error.logic.duplicated"}},
		"an invisible title": {func(c *Content) { c.Title[civic.Italian] = "\u2800" },
			[]string{"title surveys.error.title_invisible"}},
		"an invisible English title": {func(c *Content) { c.Title[civic.English] = "\u3164\u00AD" },
			[]string{"title surveys.error.title_invisible"}},
		"an invisible introduction": {func(c *Content) { c.Introduction = both("\u200B\U000E0041") },
			[]string{"title surveys.error.title_invisible"}},
		"an invisible title of a page": {func(c *Content) { c.Pages[1].Title = both("\u200B") },
			[]string{"pages.2 surveys.error.page_invisible"}},
		"a page's title in one language": {func(c *Content) { c.Pages[1].Title[civic.English] = "" },
			[]string{"pages.2 surveys.error.page_language_en"}},
		"a title beside format marks": {func(c *Content) { c.Title[civic.Italian] = "\u200FPiazza" }, nil},
	} {
		c := Content{
			Title:     both("Piazza"),
			Languages: []string{civic.Italian, civic.English},
			Pages: []Section{
				{Questions: []Question{asked("q1"), asked("q2")}},
				{Title: both("Altro"), Questions: []Question{asked("q3")}},
			},
		}
		test.change(&c)
		var got []string
		if err, ok := c.checkComplete().(*civic.Error); ok {
			for _, f := range err.Fields {
				got = append(got, f.Field+" "+f.Message.Key)
			}
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}
