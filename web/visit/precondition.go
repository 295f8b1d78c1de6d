package visit

import (
	"net/http"
	"regexp"
	"strings"

	"github.com/gofiber/fiber/v2"

	"ascolto/internal/civic"
)

// IfMatch returns the versions that a change is to be made of, none for any version that there is ("*");
// or a Refusal with status 428 when the request names none (RFC 6585, 3), 400 when it cannot be read. A
// tag that a proxy has marked as weak counts as its own: ours tell versions, not bytes.
func (v *Visit) IfMatch() (tags []string, _ error) {
	header := strings.TrimSpace(v.c.Get(fiber.HeaderIfMatch))
	switch header {
	case "":
		return nil, refused(http.StatusPreconditionRequired, "api.error.if_match")
	case "*":
		return nil, nil
	}
	for header != "" {
		m := entityTag.FindStringSubmatch(header)
		if m == nil || len(tags) == maxTags {
			return nil, refused(http.StatusBadRequest, "api.error.if_match_form")
		}
		tags, header = append(tags, m[1]), header[len(m[0]):]
	}
	return tags, nil
}

// entityTag is one tag of a list with what follows it up to the next (RFC 9110, 8.8.3).
var entityTag = regexp.MustCompile(`^(?:W/)?"([\x21\x23-\x7e]*)"[ \t]*(?:$|,[ \t]*)`)

const maxTags = 20

// Tagged tells the version of what the answer is about.
func (v *Visit) Tagged(tag string) { v.c.Set(fiber.HeaderETag, `"`+tag+`"`) }

// Unchanged tells the version of what was asked for, and reports whether the program has it already; the
// answer is then made.
func (v *Visit) Unchanged(tag string) bool {
	v.Tagged(tag)
	if v.c.Get(fiber.HeaderIfNoneMatch) == "" || !v.hasTag(`"`+tag+`"`) {
		return false
	}
	v.c.Set(fiber.HeaderCacheControl, "no-store")
	v.c.Status(http.StatusNotModified)
	return true
}

// idempotencyKey is a key as programs make them: a UUID, a number of theirs; with the quotes of a
// structured field or without.
var idempotencyKey = regexp.MustCompile(`^(?:"([!#-\[\]-~]{8,200})"|([!#-\[\]-~]{8,200}))$`)

// IdempotencyKey returns the key by which a program marks what it creates, so that it is created once
// however often it is sent; or a Refusal with status 400.
func (v *Visit) IdempotencyKey() (string, error) {
	const header = "Idempotency-Key"
	all := v.c.Request().Header.PeekAll(header)
	if len(all) == 0 {
		return "", refused(http.StatusBadRequest, "api.error.key")
	}
	m := idempotencyKey.FindStringSubmatch(string(all[0]))
	if m == nil || len(all) > 1 {
		return "", refused(http.StatusBadRequest, "api.error.key_form")
	}
	return m[1] + m[2], nil
}

// Created answers 201 with where the new thing is.
func (v *Visit) Created(path string, body any) error {
	v.c.Set(fiber.HeaderLocation, v.Absolute(path))
	return v.JSON(http.StatusCreated, body)
}

// Done answers 204: what was asked for is done, and there is nothing to tell.
func (v *Visit) Done() error {
	v.c.Set(fiber.HeaderCacheControl, "no-store")
	return v.c.SendStatus(http.StatusNoContent)
}

// Next tells where the part of a list after this one is (RFC 8288).
func (v *Visit) Next(path string) { v.c.Set(fiber.HeaderLink, "<"+v.Absolute(path)+`>; rel="next"`) }

// CheckQuery returns Invalid when the query has a parameter that is not named, or one twice: whoever
// mistypes a filter must not get everybody.
func (v *Visit) CheckQuery(names ...string) error {
	var p civic.Problems
	seen := map[string]bool{}
	for key := range v.c.Context().QueryArgs().All() {
		name := string(key)
		known := false
		for _, n := range names {
			known = known || n == name
		}
		switch {
		case !known:
			p.Add(fieldName(name), "api.error.parameter")
		case seen[name]:
			p.Add(name, "api.error.field_twice")
		}
		seen[name] = true
	}
	return p.Err()
}
