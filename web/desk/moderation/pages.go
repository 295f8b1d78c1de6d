// Package moderation has what moderators decide of posts.
package moderation

import "ascolto/forum"

// Pages answers the requests about moderation.
type Pages struct {
	Forum *forum.Service
}
