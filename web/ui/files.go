package ui

import (
	"strings"

	"github.com/a-h/templ"

	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/web/locale"
)

// KeptFiles returns the name of the field by which a form that comes back names the files that it brought
// before.
func KeptFiles(name string) string { return civic.Field(name, "kept") }

// FileSize returns a number of bytes as people read it: "340 KB", "1,2 MB".
func FileSize(l *locale.Localizer, bytes int64) string {
	switch {
	case bytes >= 10<<20:
		return l.T("core.file.mb", civic.Args{"Size": l.Decimal(float64(bytes)/(1<<20), 0)})
	case bytes >= 1<<20:
		return l.T("core.file.mb", civic.Args{"Size": l.Decimal(float64(bytes)/(1<<20), 1)})
	}
	return l.T("core.file.kb", civic.Args{"Size": l.Int(int((bytes + 1<<10 - 1) >> 10))})
}

// FileKind says what kind of file it is and how long: "PDF, 340 KB".
func FileKind(l *locale.Localizer, a blob.Attachment) string {
	return a.Type.Format() + ", " + FileSize(l, a.Size)
}

// filesTaken says in words what a field takes.
func filesTaken(l *locale.Localizer, use blob.Use) string {
	args := civic.Args{"Count": use.MaxCount, "Formats": strings.Join(use.Formats(), ", "),
		"Each": FileSize(l, use.MaxSize), "Total": FileSize(l, use.Bytes())}
	if use.MaxCount == 1 || use.Bytes() >= int64(use.MaxCount)*use.MaxSize {
		return l.T("core.file.taken", args)
	}
	return l.T("core.file.taken_together", args)
}

// fileAttributes returns those of the control of a field of files.
func (f Form) fileAttributes(field Field, use blob.Use) templ.Attributes {
	a := f.attributes(field)
	ids := strings.TrimSpace(f.FieldID(field.Name) + "-formati " + f.describedBy(field))
	a["aria-describedby"], a["accept"] = ids, use.Accept()
	if len(f.Attached[field.Name]) > 0 {
		delete(a, "required")
	}
	if use.MaxCount > 1 {
		a["multiple"] = true
	}
	return a
}
