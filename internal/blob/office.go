package blob

import (
	"archive/zip"
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"

	"ascolto/internal/civic"
)

// The bounds of a document that is an archive of parts.
const (
	maxParts    = 5000
	maxUnpacked = 200 << 20 // bytes, as the archive says
)

// checkOffice returns which document of an office program an archive is. It refuses archives of other things,
// with programs within, with names that lead elsewhere, or that say they unpack to very much. Nothing is
// unpacked.
func checkOffice(_ context.Context, _ *Store, sent *spooled) (examined, error) {
	archive, err := zip.NewReader(sent.file, sent.size)
	if err != nil {
		return examined{}, errTorn(err)
	}
	if len(archive.File) > maxParts {
		return examined{}, errKind()
	}
	var unpacked uint64
	for _, part := range archive.File {
		if unpacked += part.UncompressedSize64; unpacked > maxUnpacked ||
			part.UncompressedSize64 > maxUnpacked {
			return examined{}, errKind()
		}
		if !filepath.IsLocal(part.Name) || strings.ContainsAny(part.Name, "\\:\x00") {
			return examined{}, errKind()
		}
		if isProgram(part.Name) {
			return examined{}, civic.NewError(civic.Invalid, "error.file.macros")
		}
	}
	kind, err := officeKind(archive)
	return examined{spooled: sent, kind: kind}, err
}

// isProgram reports whether a part of a document holds macros: those of OpenDocument (version 1.3, part 2,
// 3.1) lie in folders of their own, those of Office Open XML in a part of a fixed name.
func isProgram(name string) bool {
	name = strings.ToLower(name)
	return strings.HasPrefix(name, "basic/") || strings.HasPrefix(name, "scripts/") ||
		strings.HasSuffix(name, "vbaproject.bin") || strings.Contains(name, "/activex/") ||
		strings.Contains(name, "macrosheets/")
}

// officeKind returns the type that the archive declares where its format says so.
func officeKind(archive *zip.Reader) (Type, error) {
	parts := map[string]bool{}
	for _, part := range archive.File {
		parts[part.Name] = true
	}
	switch {
	case parts["[Content_Types].xml"] && parts["word/document.xml"]:
		return DOCX, nil
	case parts["[Content_Types].xml"] && parts["xl/workbook.xml"]:
		return XLSX, nil
	case !parts["content.xml"] || archive.File[0].Name != "mimetype":
		return "", errKind()
	}
	declared, err := archive.File[0].Open()
	if err != nil {
		return "", errTorn(err)
	}
	defer declared.Close()
	b, err := io.ReadAll(io.LimitReader(declared, 200))
	if err != nil && !errors.Is(err, io.EOF) {
		return "", errTorn(err)
	}
	if kind := Type(b); kind == ODT || kind == ODS {
		return kind, nil
	}
	return "", errKind()
}
