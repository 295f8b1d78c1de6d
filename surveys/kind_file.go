package surveys

import (
	"strconv"
	"strings"

	"ascolto/internal/blob"
	"ascolto/internal/civic"
)

// File asks for files: photographs, and documents where the question takes them.
const File Kind = "file"

// ByFiles is how files are answered: the ids of those that the form brought.
const ByFiles Way = "files"

// The bounds of an answer of files.
const (
	MaxFiles      = 10
	MaxFileMB     = 20       // of each
	maxFormUpload = 50 << 20 // bytes, of all files of a page
)

// Uploads returns what the form of a page of questions can bring at most; each question takes less.
func Uploads() blob.Use {
	return blob.Use{Name: "survey", Types: blob.Documents(), MaxSize: MaxFileMB << 20, MaxCount: MaxFiles,
		MaxTotal: maxFormUpload}
}

type fileKind struct{ uncoded }

func (fileKind) name() Kind { return File }

func (fileKind) settings() []Setting {
	return []Setting{
		{Name: "files", Pair: true, Least: 1, Most: MaxFiles, Whole: func(d *Details) *int { return &d.Files }},
		{Name: "megabytes", Least: 1, Most: MaxFileMB, Whole: func(d *Details) *int { return &d.Megabytes }},
		{Name: "papers", Flag: func(d *Details) *bool { return &d.Papers }},
	}
}

// fresh takes three photographs until somebody says otherwise.
func (fileKind) fresh(q *Question) {
	if q.Files == 0 && q.Megabytes == 0 {
		q.Files, q.Megabytes = 3, 10
	}
}

func (fileKind) clean(q *Question, p *civic.Problems) {
	if q.Files < 1 || q.Files > MaxFiles {
		p.Add("files", "surveys.error.files", civic.Args{"Max": MaxFiles})
	}
	if q.Megabytes < 1 || q.Megabytes > MaxFileMB {
		p.Add("megabytes", "surveys.error.megabytes", civic.Args{"Max": MaxFileMB})
	}
}

func (fileKind) inputs(q Question) []Input {
	use := Uploads()
	use.MaxCount, use.MaxSize = q.Files, int64(q.Megabytes)<<20
	use.MaxTotal = min(maxFormUpload, int64(use.MaxCount)*use.MaxSize)
	if !q.Papers {
		use.Types = []blob.Type{blob.JPEG, blob.PNG, blob.WebP}
	}
	return []Input{{By: ByFiles, Use: use}}
}

// parse reads the ids of files; what is known of them the service looks up.
func (k fileKind) parse(q Question, typed TypedAnswer) (Answer, error) {
	a := Answer{Question: q.Code}
	for _, s := range typed[""] {
		if id, err := civic.ParseID(s); s != "" && err == nil {
			a.Files = append(a.Files, blob.Attachment{File: id})
		}
	}
	return k.normal(q, a)
}

func (fileKind) typed(a Answer, _ string) TypedAnswer {
	typed := TypedAnswer{}
	for _, f := range a.Files {
		typed[""] = append(typed[""], string(f.File))
	}
	return typed
}

func (fileKind) normal(q Question, a Answer) (Answer, error) {
	if len(a.Files) > q.Files {
		return Answer{Question: q.Code}, civic.NewErrorArgs(civic.Invalid, "error.file.many",
			civic.Args{"Max": q.Files})
	}
	return Answer{Question: q.Code, Files: a.Files}, nil
}

// values says that there are files: conditions ask no more.
func (fileKind) values(a Answer) []string {
	if len(a.Files) == 0 {
		return nil
	}
	return []string{strconv.Itoa(len(a.Files))}
}

func fileNames(a Answer) []string {
	var names []string
	for _, f := range a.Files {
		names = append(names, f.Name)
	}
	return names
}

func (fileKind) inWords(_ Question, a Answer, _, _ string) []string { return fileNames(a) }

const namesSuffix = "_names"

func (fileKind) columns(Question) []Column { return []Column{{State: true}, {Suffix: namesSuffix}} }

// cells says how many files there are and what they are called; the files themselves are no part of a table.
func (fileKind) fillCells(_ Question, a Answer, _, _ string, cells map[string]string) {
	cells[""], cells[namesSuffix] = strconv.Itoa(len(a.Files)), strings.Join(fileNames(a), "; ")
}
