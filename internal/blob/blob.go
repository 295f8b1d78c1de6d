// Package blob keeps files: it takes them in as a stream, finds out from their content what they are, refuses
// what a use of the program does not take or what does not parse, makes pictures anew so that nothing but
// pixels is left, and forgets what no document refers to. The bytes lie with a Keeper, what is known of them
// in the store.
package blob

import (
	"cmp"
	"context"
	"io"
	"net/netip"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// Type is the media type of a kind of file that the program can take.
type Type string

// The types. SVG and HTML are none: they can hold programs.
const (
	PNG  Type = "image/png"
	JPEG Type = "image/jpeg"
	WebP Type = "image/webp" // taken; kept as PNG or JPEG
	PDF  Type = "application/pdf"
	Text Type = "text/plain"
	ODT  Type = "application/vnd.oasis.opendocument.text"
	ODS  Type = "application/vnd.oasis.opendocument.spreadsheet"
	DOCX Type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	XLSX Type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	Mail Type = "message/rfc822" // as it came: taken whatever it holds, by uses that take nothing else
)

// IsPicture reports whether a file of the type was made anew from its pixels.
func (t Type) IsPicture() bool { return t == PNG || t == JPEG || t == WebP }

// extension returns how the name of a file of the type ends.
func (t Type) extension() string {
	return map[Type]string{
		PNG: ".png", JPEG: ".jpg", WebP: ".webp", PDF: ".pdf", Text: ".txt",
		ODT: ".odt", ODS: ".ods", DOCX: ".docx", XLSX: ".xlsx", Mail: ".eml",
	}[t]
}

// Use is a place of the program that takes files, and what it takes.
type Use struct {
	Name     string
	Types    []Type
	MaxSize  int64 // bytes, as sent
	MaxCount int   // files that one document may refer to
	MaxTotal int64 // bytes of all files that are sent with one form; 0: MaxCount of MaxSize
}

// Bytes returns how many bytes all files of one form may have.
func (u Use) Bytes() int64 { return cmp.Or(u.MaxTotal, int64(u.MaxCount)*u.MaxSize) }

// MaxName is how many characters the name of a file has at most.
const MaxName = 120

// Upload is what is known of a file before it is read.
type Upload struct {
	Name   string   // what the sender calls it: shown, and never used as a path
	Use    Use      // what is taken here
	Person civic.ID // the contact who sends it, or whose data it is; empty: nobody's
	Sender civic.ID // who sends it for somebody else: an account, a form; empty: Person
	// nothing tells who sends it or when: it gets a random name, and of the time only the day is kept
	Anonymous bool
	Pool      Pool // what it shares with others until it is kept for good; none: nothing
	// the address that it comes from, of which nothing is kept but Place
	From netip.Addr
}

// File is what is kept about a file. Its id is random and tells nothing.
type File struct {
	docstore.Meta `bson:",inline"`
	Name          string     `bson:"name"` // for people; ends as its type does
	Use           string     `bson:"use"`
	Type          Type       `bson:"type"` // found from the content
	Size          int64      `bson:"size"` // bytes, as kept
	SHA256        string     `bson:"sha256"`
	Width         int        `bson:"width,omitempty"` // pixels, of pictures
	Height        int        `bson:"height,omitempty"`
	Person        civic.ID   `bson:"person"`
	Sender        civic.ID   `bson:"sender"`
	At            time.Time  `bson:"at"`
	Claims        []civic.ID `bson:"claims"`          // the documents that refer to it
	Loose         *time.Time `bson:"loose"`           // since when none does; nil while one does
	Freed         bool       `bson:"freed,omitempty"` // Loose since a document let it go, not since it was sent
	Kept          bool       `bson:"kept"`            // all its bytes are with the keeper
	Doomed        bool       `bson:"doomed,omitempty"`
	Pool          civic.ID   `bson:"pool,omitempty"` // which it is in: see Pool
	// a digest of the network it came from, so that none takes more than its share: only while it is in the pool
	// of drafts, of the pool's own, so that it is the same in no other
	Place civic.ID `bson:"place,omitempty"`
}

// Keeper keeps bytes under names that the store makes: 26 letters and digits.
type Keeper interface {
	// Keep stores size bytes under a name, durably and whole, or leaves nothing.
	Keep(ctx context.Context, name string, from io.Reader, size int64) error
	// Fetch returns what is kept under a name, or a NotFound error.
	Fetch(ctx context.Context, name string) (io.ReadSeekCloser, error)
	// Remove forgets a name; it is no error when nothing is kept under it.
	Remove(ctx context.Context, name string) error
}
