package notify

import (
	"slices"

	"ascolto/internal/civic"
	"ascolto/notify/message"
)

// CampaignInput is a campaign as a form gives it. The keys of Contents are languages. Only Name and Class
// must be there: a draft may be kept half written; see Campaign.Missing.
type CampaignInput struct {
	Key        civic.ID // of the form; makes the id of a new campaign
	Name       string
	Segment    civic.ID
	Topic      civic.ID
	Class      CampaignClass
	LegalBasis string
	Contents   map[string]Content
	Revision   int64  // of the campaign the form was filled from
	Shown      string // what that form carried; see Campaign.Shown
}

// The limits of a campaign's texts, in characters.
const (
	maxCampaignName = 120
	maxLegalBasis   = 500
	maxBody         = 50_000
)

// apply puts the input into c, or returns an Invalid error that names every wrong field.
func (in CampaignInput) apply(c *Campaign) error {
	var p civic.Problems
	c.Name = required(&p, "name", in.Name, maxCampaignName)
	c.Segment, c.Topic, c.Class = in.Segment, in.Topic, in.Class
	var err error
	c.LegalBasis, err = civic.CleanText(in.LegalBasis, maxLegalBasis)
	p.Check("legal_basis", err)
	switch in.Class {
	case Voluntary:
		c.LegalBasis = ""
	case Institutional:
	default:
		p.Add("class", "notify.error.class")
	}
	c.Contents = nil
	for i, language := range contentLanguages() {
		content := in.Contents[language]
		if i > 0 && civic.IsBlank(content.Subject+content.Body+content.Text) {
			continue
		}
		c.Contents = append(c.Contents, checkContent(&p, language, content))
	}
	return p.Err()
}

// checkContent returns content cleaned, and notes what is wrong with it under its fields' names.
func checkContent(p *civic.Problems, language string, content Content) Content {
	out := Content{Language: language}
	var err error
	out.Subject, err = civic.CleanLine(content.Subject, message.MaxSubject)
	if err == nil {
		err = message.CheckLine(out.Subject)
	}
	p.Check(civic.Field("subject", language), err)
	out.Body, err = civic.CleanText(content.Body, maxBody)
	if err == nil && out.Body != "" {
		err = message.CheckBody(out.Body)
	}
	p.Check(civic.Field("body", language), err)
	out.Text, err = civic.CleanText(content.Text, maxBody)
	if err == nil {
		err = message.CheckLine(out.Text)
	}
	p.Check(civic.Field("text", language), err)
	return out
}

func required(p *civic.Problems, field, value string, max int) string {
	line, err := civic.CleanLine(value, max)
	if err != nil {
		p.Check(field, err)
	} else if line == "" {
		p.Add(field, "notify.error.required")
	}
	return line
}

// Missing returns the names of the fields that a draft must have to be scheduled and that nobody filled in.
func (c *Campaign) Missing() (fields []string) {
	lacks := func(field, value string) {
		if value == "" {
			fields = append(fields, field)
		}
	}
	lacks("segment", string(c.Segment))
	if c.Class == Institutional {
		lacks("legal_basis", c.LegalBasis)
	} else {
		lacks("topic", string(c.Topic))
	}
	for _, content := range c.Contents {
		lacks(civic.Field("subject", content.Language), content.Subject)
		lacks(civic.Field("body", content.Language), content.Body)
	}
	return fields
}

// checkWhole returns an Invalid error that names every field that Missing does.
func (c *Campaign) checkWhole() error {
	var p civic.Problems
	for _, field := range c.Missing() {
		key := "notify.error.required"
		if field == "segment" || field == "topic" || field == "legal_basis" {
			key = "notify.error." + field
		}
		p.Add(field, key)
	}
	return p.Err()
}

// Readable reports whether every language of the campaign has a message: only then it can be looked at and
// tried.
func (c *Campaign) Readable() bool {
	return !slices.ContainsFunc(c.Contents, func(content Content) bool { return content.Body == "" })
}
