package page

import "testing"

// TestQuality reads Accept headers as RFC 9110 does.
func TestQuality(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		accept     string
		page, json float64
	}{
		{"", 1, 1},
		{"*/*", 1, 1},
		{"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", 1, 0.8},
		{"application/json", 0, 1},
		{"application/json, text/plain, */*", 1, 1},
		{"application/*;q=0.5, application/json;q=0, text/html", 1, 0},
		{"APPLICATION/JSON ; Q=0.3 , text/*;q=0.2", 0.2, 0.3},
		{"application/json;q=7, text/html;q=NaN", 0, 0},
		{"nonsense;;;", 0, 0},
	} {
		if page, json := quality(tc.accept, pageType), quality(tc.accept, jsonType); page != tc.page ||
			json != tc.json {
			t.Errorf("%q: page %v, JSON %v; want %v, %v", tc.accept, page, json, tc.page, tc.json)
		}
	}
}
