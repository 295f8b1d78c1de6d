package web

import "strings"

// limitPurpose is of the digests that stand for clients where what they used is told to other instances.
const limitPurpose = "web/limits"

// limitNames returns what names clients to other instances, nil where there are none.
func (o Options) limitNames() func(key string) string {
	if !o.Shared {
		return nil
	}
	return func(key string) string { return o.Vault.Digest(limitPurpose, key) }
}

// shared names the limits that are told, by the letters their keys begin with.
func (l *limits) shared() map[string]*buckets {
	return map[string]*buckets{"r/": l.requests, "c/": l.changes, "d/": l.dear, "a/": l.accounts}
}

// Used returns how much each client used of its limits since the last call.
func (s *Server) Used() map[string]int {
	all := map[string]int{}
	for prefix, b := range s.limits.shared() {
		for key, n := range b.takeUsed() {
			all[prefix+key] = n
		}
	}
	return all
}

// Use counts what clients used at other instances.
func (s *Server) Use(elsewhere map[string]int) {
	of := s.limits.shared()
	for key, n := range elsewhere {
		prefix, rest, ok := strings.Cut(key, "/")
		if b := of[prefix+"/"]; ok && b != nil {
			b.use(rest, n)
		}
	}
}
