package find

import "strconv"

// Edition returns a text that changes with everything that the public page of results shows, empty where that
// cannot be known.
func (p *Pages) Edition() string {
	forum, surveys, names := p.Forum.Edition(), p.Surveys.Edition(), p.Reference.Edition()
	if forum == "" || surveys == "" || names == "" {
		return ""
	}
	return forum + " " + surveys + " " + names + " " + strconv.FormatUint(p.Search.Edition(), 36)
}
