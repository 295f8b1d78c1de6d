package page

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
func (r *Request) IfMatch() (tags []string, _ error) {
	header := strings.TrimSpace(r.c.Get(fiber.HeaderIfMatch))
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
func (r *Request) Tagged(tag string) { r.c.Set(fiber.HeaderETag, `"`+tag+`"`) }

// Unchanged tells the version of what was asked for, and reports whether the program has it already; the
// answer is then made.
func (r *Request) Unchanged(tag string) bool {
	r.Tagged(tag)
	if r.c.Get(fiber.HeaderIfNoneMatch) == "" || !r.hasTag(`"`+tag+`"`) {
		return false
	}
	r.c.Set(fiber.HeaderCacheControl, "no-store")
	r.c.Status(http.StatusNotModified)
	return true
}

// idempotencyKey is a key as programs make them: a UUID, a number of theirs; with the quotes of a
// structured field or without.
var idempotencyKey = regexp.MustCompile(`^(?:"([!#-\[\]-~]{8,200})"|([!#-\[\]-~]{8,200}))$`)

// IdempotencyKey returns the key by which a program marks what it creates, so that it is created once
// however often it is sent; or a Refusal with status 400.
func (r *Request) IdempotencyKey() (string, error) {
	const header = "Idempotency-Key"
	all := r.c.Request().Header.PeekAll(header)
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
func (r *Request) Created(path string, body any) error {
	r.c.Set(fiber.HeaderLocation, r.Absolute(path))
	return r.JSON(http.StatusCreated, body)
}

// Done answers 204: what was asked for is done, and there is nothing to tell.
func (r *Request) Done() error {
	r.c.Set(fiber.HeaderCacheControl, "no-store")
	return r.c.SendStatus(http.StatusNoContent)
}

// Next tells where the part of a list after this one is (RFC 8288).
func (r *Request) Next(path string) { r.c.Set(fiber.HeaderLink, "<"+r.Absolute(path)+`>; rel="next"`) }

// CheckQuery returns Invalid when the query has a parameter that is not named, or one twice: whoever
// mistypes a filter must not get everybody.
func (r *Request) CheckQuery(names ...string) error {
	var p civic.Problems
	seen := map[string]bool{}
	for key := range r.c.Context().QueryArgs().All() {
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
