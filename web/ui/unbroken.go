package ui

import "regexp"

// titlePart is a piece of a title; one that is whole is not broken over two lines.
type titlePart struct {
	text  string
	whole bool
}

// reference is a number or code with hyphens, as 2026-000123, after which a browser would break a line.
var reference = regexp.MustCompile(`[0-9A-Z]+(?:-[0-9A-Z]*[0-9][0-9A-Z]*)+`)

// unbroken returns the pieces of a title, of which numbers and codes are whole.
func unbroken(title string) []titlePart {
	var parts []titlePart
	end := 0
	for _, at := range reference.FindAllStringIndex(title, -1) {
		if at[0] > end {
			parts = append(parts, titlePart{text: title[end:at[0]]})
		}
		parts = append(parts, titlePart{title[at[0]:at[1]], true})
		end = at[1]
	}
	if end < len(title) {
		parts = append(parts, titlePart{text: title[end:]})
	}
	return parts
}
