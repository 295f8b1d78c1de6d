package requests

import (
	"net/url"

	"ascolto/internal/civic"
)

// maxLink bounds the address of what was published.
const maxLink = 500

// cleanLink returns the address of a page, or an Invalid error when it is none that a browser opens safely.
func cleanLink(s string) (string, error) {
	s, err := civic.CleanLine(civic.Bare(s), maxLink)
	if err != nil || s == "" {
		return "", err
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && u.Scheme != "http" {
		return "", civic.NewError(civic.Invalid, "requests.error.link")
	}
	return s, nil
}
