package notify

import (
	"context"

	"ascolto/internal/civic"
	"ascolto/notify/message"
	"ascolto/notify/transport"
)

// KeptMail returns the mail kept as files, newest first, or NotFound where a mail server is set. The reading
// is audited.
func (s *Service) KeptMail(
	ctx context.Context, by civic.Actor, p civic.PageRequest,
) (civic.Page[KeptLine], error) {
	var lines civic.Page[KeptLine]
	files, err := s.keptIn(by)
	if err != nil {
		return lines, err
	}
	page, err := files.List(p)
	if err != nil {
		return lines, err
	}
	lines.Next = page.Next
	for _, kept := range page.Items {
		line := KeptLine{KeptMail: kept}
		if raw, err := files.Read(kept.ID); err == nil {
			m, _ := message.Parse(raw) // a file that somebody damaged is listed without its lines
			line.ReadMail = s.shown(kept.ID, m)
		}
		lines.Items = append(lines.Items, line)
	}
	if len(lines.Items) == 0 {
		return lines, nil
	}
	return lines, s.audit(ctx, by, ActionKeptList, "", "", nil)
}

// ReadMail is a kept mail taken apart, as staff may read it.
type ReadMail struct {
	message.Parsed
	// what it holds for its reader alone: it is shown without subject, words and full address; empty for none
	Withheld Secret
}

// KeptLine is a mail kept as a file, as a list shows it.
type KeptLine struct {
	transport.KeptMail
	ReadMail
}

// ReadKept returns one mail kept as a file, or NotFound; the reading is audited.
func (s *Service) ReadKept(ctx context.Context, by civic.Actor, id civic.ID) (ReadMail, error) {
	files, err := s.keptIn(by)
	if err != nil {
		return ReadMail{}, err
	}
	raw, err := files.Read(id)
	if err != nil {
		return ReadMail{}, err
	}
	m, err := message.Parse(raw)
	if err != nil {
		return ReadMail{}, err
	}
	return s.shown(id, m), s.audit(ctx, by, ActionKeptRead, id, "", nil)
}

func (s *Service) keptIn(by civic.Actor) (*transport.Files, error) {
	if err := by.Can(PermReadMail); err != nil {
		return nil, err
	}
	files, ok := s.o.Transport.(*transport.Files)
	if !ok {
		return nil, civic.NewError(civic.NotFound, "error.not_found")
	}
	return files, nil
}
