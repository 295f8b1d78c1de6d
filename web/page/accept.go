package page

import (
	"mime"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// APIPath is where the addresses for programs begin. There cookies are not looked at, and every answer is
// JSON.
const APIPath = "/api/"

// isProgram reports whether a path is one for programs.
func isProgram(path string) bool { return path+"/" == APIPath || strings.HasPrefix(path, APIPath) }

// ForProgram reports whether the address is one for programs.
func (r *Request) ForProgram() bool { return r.program }

// The media types of what programs read and send.
const (
	jsonType    = "application/json"
	problemType = "application/problem+json"
	patchType   = "application/merge-patch+json" // RFC 7396
	pageType    = "text/html"
)

// WantsProblem reports whether an error is to be told to a program: at its addresses always, elsewhere
// when the request would rather have JSON than a page.
func (r *Request) WantsProblem() bool {
	return r.program || max(r.accepts(problemType), r.accepts(jsonType)) > r.accepts(pageType)
}

// TakesJSON reports whether whoever asks can read JSON.
func (r *Request) TakesJSON() bool { return r.accepts(jsonType) > 0 }

func (r *Request) accepts(mediaType string) float64 {
	return quality(r.c.Get(fiber.HeaderAccept), mediaType)
}

// longestAccept is how long an Accept header may be that is read; browsers send less than half of this.
const longestAccept = 1000

// quality returns how much an Accept header wants a media type, from 0 to 1 (RFC 9110, 12.5.1): what
// names it most exactly decides. Without a header everything is as good.
func quality(accept, mediaType string) float64 {
	if accept == "" || len(accept) > longestAccept {
		return 1
	}
	kind, _, _ := strings.Cut(mediaType, "/")
	best, exact := 0.0, -1
	for part := range strings.SplitSeq(accept, ",") {
		name, params, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		at := map[string]int{"*/*": 0, kind + "/*": 1, mediaType: 2}
		rank, fits := at[name]
		if !fits || rank < exact {
			continue
		}
		q := 1.0
		if s, told := params["q"]; told {
			if q, err = strconv.ParseFloat(s, 64); err != nil || !(q >= 0 && q <= 1) {
				continue
			}
		}
		if rank > exact || q > best {
			best, exact = q, rank
		}
	}
	return best
}
