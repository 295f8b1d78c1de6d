package web

import (
	"context"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"ascolto/web/assets"
)

// static serves a built file from memory. Its name changes with its content, so that it can be kept for ever.
func (s *Server) static(c *fiber.Ctx) error {
	f, ok := assets.Lookup(c.Params("name"))
	if !ok {
		return fiber.NewError(fiber.StatusNotFound)
	}
	c.Set(fiber.HeaderContentType, f.Type)
	c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	if f.Gzip == nil {
		return c.Send(f.Body)
	}
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	accept := c.Get(fiber.HeaderAcceptEncoding)
	switch {
	case f.Brotli != nil && assets.Accepts(accept, "br"):
		c.Set(fiber.HeaderContentEncoding, "br")
		return c.Send(f.Brotli)
	case assets.Accepts(accept, "gzip"):
		c.Set(fiber.HeaderContentEncoding, "gzip")
		return c.Send(f.Gzip)
	}
	return c.Send(f.Body)
}

// logo serves a logo that was published. Its name is that of its bytes, so that it can be kept for ever;
// opened by itself it may load and run nothing.
func (s *Server) logo(c *fiber.Ctx) error {
	hash, isPNG := strings.CutSuffix(c.Params("name"), ".png")
	if !isPNG || s.opt.Texts == nil {
		return fiber.NewError(fiber.StatusNotFound)
	}
	picture, err := s.opt.Texts.LogoPicture(c.UserContext(), hash)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "image/png")
	c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	c.Set(fiber.HeaderContentSecurityPolicy,
		"default-src 'none'; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	return c.Send(picture.PNG)
}

// healthz says that the process answers.
func (s *Server) healthz(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.JSON(fiber.Map{"status": "ok"})
}

// readyz says whether everything the process depends on answers, and names what does not.
func (s *Server) readyz(c *fiber.Ctx) error {
	ctx, cancel := context.WithTimeout(c.UserContext(), 2*time.Second)
	defer cancel()
	failing := []string{}
	for name, check := range s.opt.Checks {
		if err := check(ctx); err != nil {
			s.opt.Log.Error("not ready", "part", name, "error", err)
			failing = append(failing, name)
		}
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	if len(failing) > 0 {
		return c.Status(fiber.StatusServiceUnavailable).JSON(fiber.Map{"status": "unavailable",
			"failing": failing})
	}
	return c.JSON(fiber.Map{"status": "ok"})
}
