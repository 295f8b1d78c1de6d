package notify

import (
	"slices"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/merge"
)

// campaignFields are the fields of a campaign's form; the texts of each language are fields of their own.
func campaignFields() merge.Fields[Campaign] {
	fs := merge.Fields[Campaign]{
		merge.Value("name", func(c *Campaign) *string { return &c.Name }),
		merge.Value("segment", func(c *Campaign) *civic.ID { return &c.Segment }),
		merge.Value("class", func(c *Campaign) *CampaignClass { return &c.Class }),
		merge.Value("topic", func(c *Campaign) *civic.ID { return &c.Topic }),
		merge.Value("legal_basis", func(c *Campaign) *string { return &c.LegalBasis }),
	}
	for _, language := range contentLanguages() {
		fs = append(fs,
			contentField("subject", language, func(c *Content) *string { return &c.Subject }),
			contentField("body", language, func(c *Content) *string { return &c.Body }),
			contentField("text", language, func(c *Content) *string { return &c.Text }))
	}
	return fs
}

func contentField(name, language string, at func(*Content) *string) merge.Field[Campaign] {
	get := func(c *Campaign) string {
		for i := range c.Contents {
			if c.Contents[i].Language == language {
				return *at(&c.Contents[i])
			}
		}
		return ""
	}
	return merge.Part(civic.Field(name, language), get, func(mine, stored *Campaign) {
		mine.write(language, at, get(stored))
	}).Formerly(name + "_" + language)
}

// write puts text into the content of a language, which is made when c has none and taken away when nothing
// is left of it.
func (c *Campaign) write(language string, at func(*Content) *string, text string) {
	i := slices.IndexFunc(c.Contents, func(content Content) bool { return content.Language == language })
	if i < 0 {
		c.Contents, i = append(c.Contents, Content{Language: language}), len(c.Contents)
	}
	*at(&c.Contents[i]) = text
	if i > 0 && civic.IsBlank(c.Contents[i].Subject+c.Contents[i].Body+c.Contents[i].Text) {
		c.Contents = slices.Delete(c.Contents, i, i+1)
	}
}

// Shown returns what a form that shows c carries, for the edit to be joined with others.
func (c Campaign) Shown() string { return campaignFields().Shown(&c) }

// Tag returns a text that a confirmation of c carries, to tell what was confirmed.
func (c Campaign) Tag() string { return campaignFields().Tag(&c) }

// ChangedSince returns the names of the fields that are not as in the version that a tag is of.
func (c Campaign) ChangedSince(tag string) []string { return campaignFields().Moved(tag, &c) }

// ErrChanged tells that a draft is not as it was confirmed.
var ErrChanged = civic.NewError(civic.Conflict, "error.conflict")

// edit puts the input into c, a stored draft, joined with what others changed since the form was shown.
func (in CampaignInput) edit(c *Campaign, by civic.Actor, now time.Time) error {
	if c.State != Draft {
		return civic.NewError(civic.Conflict, "notify.error.not_draft")
	}
	stored, shown := *c, in.Shown
	if shown == "" && in.Revision == stored.Revision {
		shown = stored.Shown()
	}
	if err := in.apply(c); err != nil {
		return err
	}
	c.UpdatedAt = now
	edits := func(c *Campaign) *merge.Edits { return &c.Edits }
	if err := (merge.Update[Campaign]{Fields: campaignFields(), Edits: edits, Shown: shown, By: by,
		At: now}).Apply(c, &stored); err != nil {
		return err
	}
	return c.input().apply(c)
}

// input returns what a form that shows c says.
func (c *Campaign) input() CampaignInput {
	in := CampaignInput{
		Name: c.Name, Segment: c.Segment, Topic: c.Topic, Class: c.Class, LegalBasis: c.LegalBasis,
		Contents: map[string]Content{},
	}
	for _, content := range c.Contents {
		in.Contents[content.Language] = content
	}
	return in
}
