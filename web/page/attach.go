package page

import (
	"context"
	"io"
	"slices"

	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/web/ui"
)

// Files keeps what forms bring; *blob.Store is one.
type Files interface {
	Put(ctx context.Context, u blob.Upload, from io.Reader) (blob.File, error)
	Sent(ctx context.Context, c blob.Claim, ids ...civic.ID) ([]blob.File, error)
}

// AttachInput says where the files of a form go.
type AttachInput struct {
	Files  Files
	Use    blob.Use
	Sender civic.ID // who sends them: an account, or what an anonymous form is known by
	Person civic.ID // whose data they are, when that is known already
	// nothing tells who sends them, their names neither
	Anonymous bool
	Pool      blob.Pool // what they share with others until they are kept for good
}

// Attachments keeps the files that a field brings and returns them after those that the same form brought
// before and still names: a form that comes back shows them, so that nobody chooses a file twice. What
// cannot be kept is noted as a problem that names the file. No document refers to them until a service does;
// it returns an error when nothing can be kept now, as of a full disk.
func (f *Form) Attachments(name string, in AttachInput) ([]blob.Attachment, error) {
	files := f.sentBefore(name, in)
	total, over := int64(0), 0
	for _, file := range files {
		total += file.Size
	}
	for _, sent := range f.r.sent.files[name] {
		switch {
		case len(files) >= in.Use.MaxCount || sent.file == nil:
			over++
			continue
		case sent.size > in.Use.MaxSize:
			f.Problem(name, "error.file.large",
				civic.Args{"Name": blob.SentName(sent.name), "Max": in.Use.MaxSize >> 20})
			continue
		case total+sent.size > in.Use.Bytes():
			f.Problem(name, "error.file.total",
				civic.Args{"Name": blob.SentName(sent.name), "Max": in.Use.Bytes() >> 20})
			continue
		}
		file, err := in.Files.Put(f.r.Context(),
			blob.Upload{Name: sent.name, Use: in.Use, Person: in.Person, Sender: in.Sender,
				Anonymous: in.Anonymous, Pool: in.Pool, From: f.r.Browser().Address},
			io.NewSectionReader(sent.file, 0, sent.size))
		switch civic.CodeOf(err) {
		case "":
			if !slices.ContainsFunc(
				files,
				func(b blob.File) bool {
					return b.SHA256 == file.SHA256 && (in.Anonymous || b.Name == file.Name)
				},
			) {
				files, total = append(files, file), total+sent.size
			}
		case civic.Invalid, civic.TooLarge, civic.Limited:
			f.Check(name, err)
		default:
			return nil, err
		}
	}
	if over > 0 {
		f.Problem(name, "error.file.over", civic.Args{"Max": in.Use.MaxCount, "Count": over})
	}
	return f.attach(name, files), nil
}

// sentBefore returns the files that the form names as brought before.
func (f *Form) sentBefore(name string, in AttachInput) []blob.File {
	var files []blob.File
	for _, id := range f.IDs(ui.KeptFiles(name)) {
		sent, err := in.Files.Sent(
			f.r.Context(),
			blob.Claim{Use: in.Use, Person: in.Person, Sender: in.Sender},
			id,
		)
		if err != nil {
			f.Problem(name, "error.file.gone")
			continue
		}
		files = append(files, sent...)
	}
	return files
}

// attach notes what a field of the form has brought so far, for the form that comes back.
func (f *Form) attach(name string, files []blob.File) []blob.Attachment {
	all := make([]blob.Attachment, len(files))
	ids := make([]string, len(files))
	for i, file := range files {
		all[i], ids[i] = file.Attachment(f.r.Actor), string(file.ID)
	}
	f.values[ui.KeptFiles(name)] = ids
	if f.attached == nil {
		f.attached = map[string][]blob.Attachment{}
	}
	f.attached[name] = all
	return all
}

// Carry returns to with the files that this form has brought so far, for a form that is shown again for
// another reason than an error.
func (f *Form) Carry(to ui.Form) ui.Form {
	to.Attached = f.attached
	return to
}
