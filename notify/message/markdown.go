package message

import (
	"regexp"
	"strings"

	"ascolto/internal/civic"
	"ascolto/internal/markdown"
)

// body is a campaign's Markdown made ready: HTML and text with gaps.
type body struct{ html, text pattern }

// parseBody renders Markdown with gaps. It returns an Invalid error for gaps that are wrong or lie in a
// link's address, for images, for links that lead nowhere, for headings that skip a level, and for a text of
// which readers would see no word.
func parseBody(source string) (body, error) {
	marked, gaps, err := markGaps(source)
	if err != nil {
		return body{}, err
	}
	doc := markdown.Letters().Parse(newlines(marked))
	if err := checkBody(doc); err != nil {
		return body{}, err
	}
	var b body
	if b.html, err = splitMarks(string(doc.HTML()), gaps); err != nil {
		return body{}, err
	}
	if len(b.html.gaps) != len(gaps) {
		return body{}, civic.NewError(civic.Invalid, "notify.error.template.place")
	}
	b.text, err = splitMarks(doc.Text(), gaps)
	return b, err
}

func checkBody(doc *markdown.Document) error {
	if doc.HasImages() {
		return civic.NewError(civic.Invalid, "notify.error.body.image")
	}
	for _, to := range doc.Targets() {
		if strings.ContainsRune(to, markOpen) {
			return civic.NewError(civic.Invalid, "notify.error.template.place")
		}
	}
	for _, to := range doc.Unfollowed() {
		if err := checkUnfollowed(to); err != nil {
			return err
		}
	}
	if doc.IsEmpty() {
		return civic.NewError(civic.Invalid, "notify.error.body.marks")
	}
	return checkHeadings(doc.Headings())
}

// addressLike is what somebody means as an address, in contrast to words in brackets behind words in
// brackets.
var addressLike = regexp.MustCompile(`[/:#]|\.\pL`)

// checkUnfollowed refuses the target of a link that leads nowhere, when an address was meant.
func checkUnfollowed(to string) error {
	if strings.ContainsRune(to, markOpen) {
		return civic.NewError(civic.Invalid, "notify.error.template.place")
	}
	if !addressLike.MatchString(to) {
		return nil
	}
	return civic.NewErrorArgs(civic.Invalid, "notify.error.body.link", civic.Args{"Link": civic.Shorten(to, 60)})
}

// checkHeadings refuses headings that skip a level.
func checkHeadings(levels []int) error {
	for i := 1; i < len(levels); i++ {
		if from, to := levels[i-1], levels[i]; to > from+1 {
			return civic.NewErrorArgs(civic.Invalid, "notify.error.body.heading",
				civic.Args{"From": from, "To": to})
		}
	}
	return nil
}
