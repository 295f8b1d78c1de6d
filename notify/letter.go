package notify

import (
	"context"
	"fmt"

	"ascolto/internal/civic"
	"ascolto/internal/reference"
	"ascolto/notify/message"
)

// letters are a campaign's texts in all its languages.
type letters struct {
	by    map[string]message.Letter
	first message.Letter
	topic civic.Text // what the topic is called; empty when the campaign has none or it is gone
}

func parseLetters(c *Campaign) (*letters, error) {
	ls := &letters{by: map[string]message.Letter{}}
	for i, content := range c.Contents {
		l, err := content.letter()
		if err != nil {
			return nil, fmt.Errorf("notify: campaign %s, language %s: %w", c.ID, content.Language, err)
		}
		ls.by[content.Language] = l
		if i == 0 {
			ls.first = l
		}
	}
	return ls, nil
}

// letter returns the content ready to be filled in, or an Invalid error.
func (c Content) letter() (message.Letter, error) {
	return message.ParseLetter(c.Language, c.Subject, c.Body, c.Text)
}

// in returns the letter in a language, or the first.
func (ls *letters) in(language string) message.Letter {
	if l, ok := ls.by[language]; ok {
		return l
	}
	return ls.first
}

// frame returns what stands around a campaign's mail; topic is what its topic is called in that language.
func (s *Service) frame(c *Campaign, language, topic, unsubscribe string) message.Frame {
	return message.Frame{Sender: s.o.Organisation, Footer: s.footer(c, language, topic, unsubscribe)}
}

// footer returns what stands below a campaign's mail: why it came, and how to get no more of them.
func (s *Service) footer(c *Campaign, language, topic, unsubscribe string) []message.Footnote {
	words := func(key string, args civic.Args) string {
		return s.o.Words(language, civic.Message{Key: key, Args: args})
	}
	if c.Class == Institutional {
		return []message.Footnote{{Text: words("notify.mail.institutional", civic.Args{"Basis": c.LegalBasis})}}
	}
	if topic == "" {
		return []message.Footnote{{
			Text: words("notify.mail.voluntary", nil), Label: words("notify.mail.unsubscribe", nil),
			Link: unsubscribe,
		}}
	}
	about := civic.Args{"Topic": topic}
	return []message.Footnote{{
		Text: words("notify.mail.about", about), Label: words("notify.mail.unsubscribe_about", about),
		Link: unsubscribe,
	}}
}

// Topics knows what topics are called. *reference.Service does.
type Topics interface {
	// Topic returns a topic, or NotFound.
	Topic(ctx context.Context, id civic.ID) (reference.Topic, error)
}

// topicName returns what a campaign's topic is called, empty when it has none or that is gone.
func (s *Service) topicName(ctx context.Context, c *Campaign) (civic.Text, error) {
	if c.Topic == "" {
		return nil, nil
	}
	t, err := s.o.Topics.Topic(ctx, c.Topic)
	if civic.CodeOf(err) == civic.NotFound {
		return nil, nil
	}
	return t.Name, err
}

// renderMessage returns a single message in the frame of our mails.
func (s *Service) renderMessage(m sealedMessage) message.Rendered {
	if m.Whole {
		return message.Rendered{Language: m.Language, Subject: m.Subject, Text: m.Text, HTML: m.HTML}
	}
	automatic := s.o.Words(m.Language, civic.Msg("notify.mail.automatic"))
	return message.Frame{Sender: s.o.Organisation,
		Footer: []message.Footnote{{Text: automatic}}}.Render(m.Language, m.Subject,
		m.Text, m.HTML)
}

// lettersOf returns the texts of a campaign that runs, parsed once: from then on they no longer change. Nor
// does, in this process, what its topic is called.
func (s *Service) lettersOf(ctx context.Context, c *Campaign) (*letters, error) {
	if v, ok := s.letters.Load(c.ID); ok {
		return v.(*letters), nil
	}
	ls, err := parseLetters(c)
	if err != nil {
		return nil, err
	}
	if ls.topic, err = s.topicName(ctx, c); err != nil {
		return nil, err
	}
	s.letters.Store(c.ID, ls)
	return ls, nil
}
