package blob

import (
	"strings"
	"time"

	"ascolto/internal/civic"
)

// Attachment is what a document says of a file that it refers to: enough to list it without asking the store
// of files.
type Attachment struct {
	File   civic.ID  `bson:"file"`
	Name   string    `bson:"name"`
	Type   Type      `bson:"type"`
	Size   int64     `bson:"size"`             // bytes
	SHA256 string    `bson:"sha256,omitempty"` // of the content
	By     civic.ID  `bson:"by,omitempty"`     // the account that sent it
	ByName string    `bson:"byName,omitempty"`
	At     time.Time `bson:"at"`
	Form   civic.ID  `bson:"form,omitempty"` // the key of the form that brought it to a document
}

// Attachment returns what a document says of f, sent by somebody.
func (f File) Attachment(by civic.Actor) Attachment {
	return Attachment{File: f.ID, Name: f.Name, Type: f.Type, Size: f.Size, SHA256: f.SHA256,
		By: by.Account, ByName: by.Name, At: f.At}
}

// IDs returns the files of attachments.
func IDs(all []Attachment) []civic.ID {
	ids := make([]civic.ID, len(all))
	for i, a := range all {
		ids[i] = a.File
	}
	return ids
}

// Format returns what people call files of the type: "PDF", "JPEG".
func (t Type) Format() string {
	switch t {
	case JPEG:
		return "JPEG"
	case WebP:
		return "WebP"
	}
	return strings.ToUpper(strings.TrimPrefix(t.extension(), "."))
}

// Formats returns what people call the types of a use, in its order.
func (u Use) Formats() []string {
	names := make([]string, len(u.Types))
	for i, t := range u.Types {
		names[i] = t.Format()
	}
	return names
}

// Accept returns what a browser is told to offer: the types and the endings of their files.
func (u Use) Accept() string {
	var all []string
	for _, t := range u.Types {
		all = append(all, string(t), t.extension())
		if t == JPEG {
			all = append(all, ".jpeg")
		}
	}
	return strings.Join(all, ",")
}

// Documents returns every type: what people send, and what offices work with.
func Documents() []Type { return []Type{PDF, JPEG, PNG, WebP, ODT, DOCX, ODS, XLSX, Text} }
