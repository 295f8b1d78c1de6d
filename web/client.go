package web

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// clientOf returns the address the request came from: that of the connection, or when a trusted proxy holds
// the connection, the rightmost address of X-Forwarded-For that is no trusted proxy. What stands left of it
// is hearsay.
func (s *Server) clientOf(c *fiber.Ctx) netip.Addr {
	client, ok := netip.AddrFromSlice(c.Context().RemoteIP())
	if !ok {
		return netip.Addr{}
	}
	client = client.Unmap()
	hops := forwardedFor(c)
	for _, hop := range slices.Backward(hops) {
		if !s.trusts(client) {
			break
		}
		next, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			break
		}
		client = next.Unmap().WithZone("")
	}
	return client
}

// forwardedFor returns the addresses of all X-Forwarded-For headers, in the order they were added.
func forwardedFor(c *fiber.Ctx) []string {
	var hops []string
	for _, line := range c.Request().Header.PeekAll(fiber.HeaderXForwardedFor) {
		hops = append(hops, strings.Split(string(line), ",")...)
	}
	return hops
}

func (s *Server) trusts(addr netip.Addr) bool {
	return slices.ContainsFunc(s.opt.Proxies, func(p netip.Prefix) bool { return p.Contains(addr) })
}
