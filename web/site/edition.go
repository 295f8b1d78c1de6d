package site

// Edition returns a text that changes with everything the start page and discussions show, empty where that cannot be known.
func (p *Pages) Edition() string {
	forum, surveys := p.Forum.Edition(), p.Surveys.Edition()
	if forum == "" || surveys == "" {
		return ""
	}
	return forum + " " + surveys
}
