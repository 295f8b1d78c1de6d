package web

import (
	"context"
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
		return c.Status(fiber.StatusServiceUnavailable).JSON(fiber.Map{"status": "unavailable", "failing": failing})
	}
	return c.JSON(fiber.Map{"status": "ok"})
}
