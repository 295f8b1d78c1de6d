package intake

import (
	"strings"

	"ascolto/crm/requests"
	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/internal/reach"
)

// maxBody is how many characters of a mail become the text of a request, with room for what is said of it.
const maxBody = 9000

func mailbox(m Mail) reach.Mailbox { return reach.Mailbox{Name: m.FromName, Address: m.From} }

// input returns a mail as what is made of it: its text, and what of the mail is not in it.
func (s *Service) input(m Mail, text, language string) requests.MailInput {
	cut := m.Cut
	if letters := []rune(text); len(letters) > maxBody {
		text, cut = strings.TrimSpace(string(letters[:maxBody])), true
	}
	if civic.IsBlank(text) {
		text = s.words(language, "intake.no_text", nil)
	}
	if cut {
		text += "\n\n" + s.words(language, "intake.cut", nil)
	}
	if len(m.Refused) > 0 {
		names := make([]string, 0, len(m.Refused))
		for _, f := range m.Refused[:min(len(m.Refused), maxNamed)] {
			names = append(names, civic.Shorten(f.Name, 60))
		}
		text += "\n\n" + s.words(language, "intake.refused_files",
			civic.Args{"Names": strings.Join(names, ", "), "Count": len(m.Refused)})
	}
	return requests.MailInput{Key: m.ID, At: m.At, Sender: senderOf(m.ID), Files: blob.IDs(m.Files), Text: text}
}

// maxNamed is how many files that are not kept the text names.
const maxNamed = 10
