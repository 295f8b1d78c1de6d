package picture

import (
	"errors"
	"io"
)

// maxScans is how often a JPEG may go over its pixels. Encoders make ten or so; each can take all pixels'
// time for some twenty bytes.
const maxScans = 64

// errScans is a picture that takes far longer to read than to send.
var errScans = errors.New("a picture of too many scans")

// scans reads a JPEG and counts the marks at which a scan begins (ITU-T T.81, B.1.1.3), which occur within no
// other scan. Those of the small pictures in its head count as well.
type scans struct {
	from   io.Reader
	before byte
	count  int
}

// Read implements io.Reader.
func (s *scans) Read(p []byte) (int, error) {
	n, err := s.from.Read(p)
	for _, b := range p[:n] {
		if s.before == 0xFF && b == 0xDA {
			s.count++
		}
		s.before = b
	}
	if s.count > maxScans {
		return 0, errScans
	}
	return n, err
}
