package ui

import (
	"context"
	"io"
	"strings"

	"github.com/a-h/templ"

	"ascolto/internal/memo"
)

// Kept is part as it was rendered for this key before: the key holds all that part depends on. What memory
// does not hold is rendered and kept.
func Kept[K comparable](memory *memo.Texts[K], key K, part templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		text, ok := memory.Get(key)
		if !ok {
			var b strings.Builder
			if err := part.Render(ctx, &b); err != nil {
				return err
			}
			text = b.String()
			memory.Put(key, text)
		}
		_, err := io.WriteString(w, text)
		return err
	})
}
