package markdown

import (
	"html/template"

	"ascolto/internal/memo"
)

// Kept turns texts into HTML as its engine does and remembers what came out, by the text itself: a text that
// was edited is another one, and what is shown is never that of before. It is safe for use by several
// goroutines.
type Kept struct {
	engine *Engine
	texts  *memo.Texts[string]
}

// Keep returns e with a memory of at most bound bytes.
func (e *Engine) Keep(bound int) *Kept {
	return &Kept{engine: e, texts: memo.NewTexts(bound, memo.Bytes)}
}

// HTML returns source as Engine.HTML does. What could not be read within the limits is not remembered: it may
// be the next time.
func (k *Kept) HTML(source string) template.HTML {
	if page, ok := k.texts.Get(source); ok {
		return template.HTML(page) // sanitised when it was put there
	}
	d := k.engine.Parse(source)
	page := d.HTML()
	if d.root != nil {
		k.texts.Put(source, string(page))
	}
	return page
}
