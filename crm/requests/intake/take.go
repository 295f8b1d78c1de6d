package intake

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"ascolto/crm/requests"
	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/routine"
)

// Arrived is a mail as a mailbox has it.
type Arrived struct {
	Place string    // names it in the mailbox
	At    time.Time // when the mailbox got it
	Size  int64     // bytes of the whole mail
	Body  io.Reader // of a mail of more than MaxKept the beginning is enough
}

// The bounds of what is taken in of a mail.
const (
	maxInMemory = 32 << 20  // bytes of a mail that is taken apart; of a larger one only the header is read
	maxHead     = 256 << 10 // bytes of a mail by which it is known who wrote one that is not
	maxText     = 20_000    // characters of a text that are kept outside the original
	maxAnswers  = 20
)

// Known reports whether the mail that lies at a place was taken in before.
func (s *Service) Known(ctx context.Context, place string) (bool, error) {
	found, err := s.mails.Find(ctx, docstore.Query{Limit: 1,
		Filter: docstore.Filter{docstore.Eq("place", place)}})
	if err != nil || len(found.Items) == 0 {
		return false, err
	}
	return found.Items[0].State != Pending, nil
}

// Take keeps a mail and does with it what follows. The same mail again, from another place too, changes
// nothing. When it returns nil, the mail may go from where it lay. After an error it may not: nothing of it,
// or not all that follows, was stored, and it is to be brought again.
func (s *Service) Take(ctx context.Context, a Arrived) (Mail, error) {
	m, err := s.keep(ctx, a)
	if err != nil {
		return m, err
	}
	if m.State == Pending {
		m, err = s.settle(ctx, m)
	}
	return m, err
}

// keep stores a mail, and what came along with it, unless it is stored.
func (s *Service) keep(ctx context.Context, a Arrived) (Mail, error) {
	if a.Size > MaxKept {
		return s.keepAway(ctx, a)
	}
	if a.Size > maxInMemory {
		return s.keepLarge(ctx, a)
	}
	raw, err := io.ReadAll(io.LimitReader(a.Body, maxInMemory+1))
	if err != nil {
		return Mail{}, civic.Wrap(civic.Unavailable, "error.unavailable", err)
	}
	sum := sha256.Sum256(raw)
	id := s.idOf(hex.EncodeToString(sum[:]))
	if m, err := s.mails.Get(ctx, id); civic.CodeOf(err) != civic.NotFound {
		return m, err
	}
	original, err := s.putOriginal(ctx, bytes.NewReader(raw))
	if err != nil {
		return Mail{}, err
	}
	l := s.o.Reader.Read(raw)
	m := s.mailOf(id, a, l)
	m.Original, m.Size = original.ID, int64(len(raw))
	if err := s.putFiles(ctx, &m, l); err != nil {
		return Mail{}, err
	}
	return s.insert(ctx, m, l)
}

// idOf returns the id of a mail by the hash of its bytes.
func (s *Service) idOf(sum string) civic.ID { return civic.ID(s.o.Vault.Digest("intake/mail", sum)) }

// keepLarge stores a mail that is not taken apart, as it is read.
func (s *Service) keepLarge(ctx context.Context, a Arrived) (Mail, error) {
	var head bytes.Buffer
	body := io.TeeReader(a.Body, &capped{&head, maxHead})
	original, err := s.putOriginal(ctx, body)
	if err != nil {
		return Mail{}, err
	}
	id := s.idOf(original.SHA256)
	if m, err := s.mails.Get(ctx, id); civic.CodeOf(err) != civic.NotFound {
		return m, err
	}
	l := s.o.Reader.Read(head.Bytes())
	l.Refused, l.Text, l.Files = "large", "", nil
	m := s.mailOf(id, a, l)
	m.Original = original.ID
	return s.insert(ctx, m, l)
}

// keepAway stores that there is a mail which stays in the mailbox.
func (s *Service) keepAway(ctx context.Context, a Arrived) (Mail, error) {
	head, err := io.ReadAll(io.LimitReader(a.Body, maxHead))
	if err != nil {
		return Mail{}, civic.Wrap(civic.Unavailable, "error.unavailable", err)
	}
	id := civic.ID(s.o.Vault.Digest("intake/mail", fmt.Sprintf("%d at %s %s", a.Size, a.At, head)))
	if m, err := s.mails.Get(ctx, id); civic.CodeOf(err) != civic.NotFound {
		return m, err
	}
	l := s.o.Reader.Read(head)
	l.Refused, l.Text, l.Files = WhyLeft, "", nil
	return s.insert(ctx, s.mailOf(id, a, l), l)
}

// capped keeps the first bytes that are written to it.
type capped struct {
	to   *bytes.Buffer
	room int
}

// Write implements io.Writer.
func (c *capped) Write(p []byte) (int, error) {
	kept := p[:min(len(p), c.room)]
	c.room -= len(kept)
	c.to.Write(kept)
	return len(p), nil
}

func (s *Service) putOriginal(ctx context.Context, from io.Reader) (blob.File, error) {
	return s.o.Files.Put(ctx, blob.Upload{Name: "mail.eml", Use: Originals()}, from)
}

// mailOf returns what is stored of a mail that was taken apart.
func (s *Service) mailOf(id civic.ID, a Arrived, l Letter) Mail {
	now := s.now()
	m := Mail{Meta: docstore.Meta{ID: id}, State: Pending, Place: a.Place, At: a.At, FetchedAt: now,
		From: l.From.Address, FromName: l.From.Name, Sender: senderKey(s.o.Vault, l.From.Address),
		Subject: l.Subject, Text: l.Text, Cut: l.Cut, Certified: l.Certified, Size: a.Size, UpdatedAt: now}
	if m.At.IsZero() || m.At.After(now) {
		m.At = now
	}
	m.At = m.At.UTC().Truncate(time.Millisecond)
	if letters := []rune(m.Text); len(letters) > maxText {
		m.Text, m.Cut = string(letters[:maxText]), true
	}
	for _, to := range l.To[:min(len(l.To), maxAnswers)] {
		m.To = append(m.To, civic.Shorten(tagged.ReplaceAllString(to, "…"), 254))
	}
	switch {
	case l.Refused != "":
		m.Why = l.Refused
	case slices.Contains(s.o.Own, strings.ToLower(m.From)):
		m.Why = WhyLoop
	default:
		m.Why = l.Automatic
	}
	return m
}

// tagged finds the tags of requests in addresses and in the ids of mails: see requests.MailTag.
var tagged = regexp.MustCompile(`\b(\d{4}-\d{6,9}\.[0-9a-z]{20})\b`)

// numbered finds the number of a request.
var numbered = regexp.MustCompile(`\b(\d{4}-\d{6,9})\b`)

// answered notes which request a mail answers a letter about, and which others it names.
func (s *Service) answered(ctx context.Context, m *Mail, l Letter) error {
	names := func(number string) {
		if number != "" && !slices.Contains(m.Numbers, number) && len(m.Numbers) < maxAnswers {
			m.Numbers = append(m.Numbers, number)
		}
	}
	tried := 0
	for _, named := range slices.Concat(l.To, l.Answers) {
		tag := tagged.FindString(strings.ToLower(named))
		if tag == "" || m.Answer || tried == maxAnswers {
			continue
		}
		tried++
		r, err := s.o.Requests.Tagged(ctx, tag)
		switch civic.CodeOf(err) {
		case "":
			m.Request, m.Number, m.Answer = r.ID, r.Number, true
		case civic.NotFound:
			number, _, _ := strings.Cut(tag, ".")
			names(number)
		default:
			return err
		}
	}
	names(numbered.FindString(l.Subject))
	return nil
}

// putFiles keeps what came along, by the rules of what may be sent with a request. What they do not take is
// noted with the reason: it is in the original.
func (s *Service) putFiles(ctx context.Context, m *Mail, l Letter) error {
	if l.Refused != "" || m.Why == WhyLoop { // nothing was taken apart, or it is ours
		return nil
	}
	use, total := requests.Files(), int64(0)
	for _, f := range l.Files {
		name := blob.SentName(f.Name)
		if len(m.Files) == use.MaxCount {
			m.refuse(name, civic.NewError(civic.Invalid, "error.file.many"))
			continue
		}
		var kept blob.File
		err := routine.Guard(s.o.Log, "a file of a mail", func() (err error) {
			kept, err = s.o.Files.Put(ctx, blob.Upload{Name: name, Use: use, Sender: senderOf(m.ID)}, f.Open())
			return err
		})
		code := civic.CodeOf(err)
		_, broke := errors.AsType[*routine.Panic](err)
		if broke || code == civic.Invalid || code == civic.TooLarge {
			m.refuse(name, err)
			continue
		}
		if err != nil {
			return err
		}
		if total += kept.Size; total > use.Bytes() {
			m.refuse(name, civic.NewError(civic.TooLarge, "error.file.large"))
			total -= kept.Size
			continue
		}
		m.Files = append(m.Files, kept.Attachment(civic.Actor{}))
	}
	return nil
}

// maxRefused is how many files that are not kept a mail names.
const maxRefused = 30

func (m *Mail) refuse(name string, err error) {
	key := "error.file.kind"
	if e, ok := errors.AsType[*civic.Error](err); ok {
		key = e.Message.Key
	}
	if len(m.Refused) < maxRefused {
		m.Refused = append(m.Refused, RefusedFile{Name: name, Why: key})
	}
}

// insert stores a mail, unless another program has just stored it: then that one counts.
func (s *Service) insert(ctx context.Context, m Mail, l Letter) (Mail, error) {
	if err := s.answered(ctx, &m, l); err != nil {
		return m, err
	}
	err := s.mails.Insert(ctx, &m)
	if civic.CodeOf(err) == civic.Conflict {
		return s.mails.Get(ctx, m.ID)
	}
	return m, err
}

// claim says which files m refers to, and whose data they are.
func (s *Service) claim(ctx context.Context, m Mail) error {
	files := blob.Claim{Document: m.document(), Use: requests.Files(), Person: m.Contact,
		Sender: senderOf(m.ID), Stored: true}
	original := blob.Claim{Document: m.document(), Use: Originals(), Person: m.Contact, Stored: true}
	var kept []civic.ID
	if m.Original != "" {
		kept = append(kept, m.Original)
	}
	err := s.o.Files.Claim(ctx, original, kept...)
	if err == nil && len(m.Files) > 0 {
		err = s.o.Files.Claim(ctx, files, blob.IDs(m.Files)...)
	}
	return err
}
