package web

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
)

// robots tells crawlers what is not for them; what must not be listed says so itself, page by page.
func (s *Server) robots(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "public, max-age=86400")
	var b strings.Builder
	b.WriteString("User-agent: *\n")
	for _, path := range []string{"/desk", "/area-personale", "/disiscrizione/", "/forum/segnalazioni/",
		"/forum/provvedimenti/"} {
		b.WriteString("Disallow: " + path + "\n")
	}
	b.WriteString("\nSitemap: " + s.opt.Origin + "/sitemap.xml\n")
	return c.SendString(b.String())
}

// securityLife is for how long security.txt is to be believed: RFC 9116, 2.5.5, asks for less than a year.
const securityLife = 180 * 24 * time.Hour

// securityText says where faults of the site's security are told (RFC 9116).
func (s *Server) securityText(c *fiber.Ctx) error {
	contact := s.opt.Town.Security
	if contact == "" && s.opt.Town.Email != "" {
		contact = "mailto:" + s.opt.Town.Email
	}
	if contact == "" {
		return fiber.ErrNotFound
	}
	c.Set(fiber.HeaderCacheControl, "public, max-age=86400")
	expires := time.Now().UTC().Add(securityLife).Truncate(24 * time.Hour)
	return c.SendString(
		fmt.Sprintf(
			"Contact: %s\nExpires: %s\nPreferred-Languages: it, en\nCanonical: %s/.well-known/security.txt\n",
			contact, expires.Format(time.RFC3339), s.opt.Origin))
}

// favicon serves the site's icon to programs that ask for it by the old name and read no SVG: the same sign,
// in pixels.
func (s *Server) favicon(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentType, "image/x-icon")
	c.Set(fiber.HeaderCacheControl, "public, max-age=86400")
	return c.Send(s.icon)
}

// iconSize is the width and height of favicon.ico.
const iconSize = 32

// drawIcon returns favicon.ico: a white balloon on blue, as assets/src/icon.svg draws it.
func drawIcon() []byte {
	img := image.NewNRGBA(image.Rect(0, 0, iconSize, iconSize))
	blue, white := color.NRGBA{0, 0x66, 0xcc, 0xff}, color.NRGBA{0xff, 0xff, 0xff, 0xff}
	for y := range iconSize {
		for x := range iconSize {
			tail := x >= 11 && x < 17 && y >= 21 && y-21 < 17-x
			switch {
			case !rounded(x, y, 0, 0, iconSize, iconSize, 7):
			case rounded(x, y, 5, 8, 27, 21, 2) || tail:
				img.SetNRGBA(x, y, white)
			default:
				img.SetNRGBA(x, y, blue)
			}
		}
	}
	var b bytes.Buffer
	png.Encode(&b, img) // into memory, never fails
	return asIcon(b.Bytes())
}

// rounded reports whether a pixel lies in a rectangle with round corners.
func rounded(x, y, left, top, right, bottom, radius int) bool {
	if x < left || x >= right || y < top || y >= bottom {
		return false
	}
	dx := max(left+radius-x, x-(right-1-radius), 0)
	dy := max(top+radius-y, y-(bottom-1-radius), 0)
	return dx*dx+dy*dy <= radius*radius
}

// asIcon puts a PNG image into the file that an icon is.
func asIcon(image []byte) []byte {
	const header = 6 + 16
	b := binary.LittleEndian.AppendUint16(nil, 0)
	b = binary.LittleEndian.AppendUint16(b, 1) // an icon
	b = binary.LittleEndian.AppendUint16(b, 1) // of one image
	b = append(b, iconSize, iconSize, 0, 0)
	b = binary.LittleEndian.AppendUint16(b, 1)
	b = binary.LittleEndian.AppendUint16(b, 32) // bits of a pixel
	b = binary.LittleEndian.AppendUint32(b, uint32(len(image)))
	b = binary.LittleEndian.AppendUint32(b, header)
	return append(b, image...)
}
