// Package locale holds the texts of Ascolto in Italian and English, and writes numbers, dates and percentages
// the way each language does. A catalogue is a pair of files, <area>.it.json and <area>.en.json, with the
// same keys and the same gaps.
package locale

import (
	"embed"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"strings"
	"sync"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"ascolto/internal/civic"
	"ascolto/internal/memo"
)

//go:embed *.json
var files embed.FS

// Lang is a language the interface speaks.
type Lang string

// The languages, the first of which is spoken to whoever asks for none of them.
const (
	Italian Lang = "it"
	English Lang = "en"
)

// Langs lists the languages in the order the interface offers them.
func Langs() []Lang { return []Lang{Italian, English} }

// ParseLang returns the language named s, or an Invalid error.
func ParseLang(s string) (Lang, error) {
	switch l := Lang(s); l {
	case Italian, English:
		return l, nil
	}
	return "", civic.NewError(civic.Invalid, "error.language")
}

// Catalogues are all texts in all languages. They do not change once loaded and are safe for concurrent use.
type Catalogues struct {
	localizers map[Lang]*Localizer
	matcher    language.Matcher
}

// Load reads the catalogues that are part of the program; log hears about texts that are asked for and
// missing. It returns an error when a file cannot be parsed.
func Load(log *slog.Logger) (*Catalogues, error) {
	bundle := i18n.NewBundle(language.Italian)
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil, fmt.Errorf("locale: list catalogues: %w", err)
	}
	for _, e := range entries {
		if err := loadFile(bundle, e.Name()); err != nil {
			return nil, fmt.Errorf("locale: %s: %w", e.Name(), err)
		}
	}
	c := &Catalogues{localizers: map[Lang]*Localizer{}}
	var tags []language.Tag
	for _, l := range Langs() {
		tags = append(tags, language.Make(string(l)))
		c.localizers[l] = &Localizer{lang: l, texts: i18n.NewLocalizer(bundle, string(l)), log: log,
			filled: memo.NewTexts(maxFilled, memo.Bytes)}
	}
	c.matcher = language.NewMatcher(tags)
	return c, nil
}

// loadFile adds a catalogue to bundle; in Italian, articles before gaps follow what fills them.
func loadFile(bundle *i18n.Bundle, name string) error {
	data, err := files.ReadFile(name)
	if err != nil {
		return err
	}
	if strings.HasSuffix(name, "."+string(Italian)+".json") {
		data = withElisions(data)
	}
	_, err = bundle.ParseMessageFileBytes(data, name)
	return err
}

// In returns the Localizer of l, the Italian one when l is no language of ours.
func (c *Catalogues) In(l Lang) *Localizer {
	if z, ok := c.localizers[l]; ok {
		return z
	}
	return c.localizers[Italian]
}

// Match returns the language that fits an Accept-Language header best, Italian when none does.
func (c *Catalogues) Match(accept string) Lang {
	const longest = 200 // browsers send less than half of this
	if len(accept) > longest {
		return Italian
	}
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(tags) == 0 {
		return Italian
	}
	_, i, confidence := c.matcher.Match(tags...)
	if confidence == language.No {
		return Italian
	}
	return Langs()[i]
}

// Kept returns what somebody wrote, and the text of taken in its place when it went with an erasure.
func (l *Localizer) Kept(text, taken string) string {
	if text == civic.Taken {
		return l.T(taken)
	}
	return text
}

// Localizer gives texts, numbers and dates in one language.
type Localizer struct {
	lang    Lang
	texts   *i18n.Localizer
	log     *slog.Logger
	plain   sync.Map // texts without gaps, by key, each resolved once
	filled  *memo.Texts[string]
	missing sync.Map // keys told to the log already
}

// Lang returns the language spoken.
func (l *Localizer) Lang() Lang { return l.lang }

// T returns the text of key with its gaps filled from args: integers and decimals are written with
// separators, times as dates. An integer "Count" chooses singular or plural. Give years and codes as strings.
// A missing text is shown as its key and logged once.
func (l *Localizer) T(key string, args ...civic.Args) string {
	if len(args) > 0 {
		return l.fill(key, args...)
	}
	if text, ok := l.plain.Load(key); ok {
		return text.(string)
	}
	text, ok := l.resolve(key)
	if ok { // a key without a text is not kept: there is no end of those
		l.plain.Store(key, text)
	}
	return text
}

// resolve returns the text of key, or the key and false when there is none.
func (l *Localizer) resolve(key string, args ...civic.Args) (string, bool) {
	cfg := i18n.LocalizeConfig{MessageID: key}
	if len(args) > 0 {
		cfg.TemplateData = l.readable(args[0])
		cfg.PluralCount = pluralCount(args[0]["Count"])
	}
	text, err := l.texts.Localize(&cfg)
	if err != nil && cfg.PluralCount != nil && !isMissing(err) {
		cfg.PluralCount = 2 // Italian has a form of its own for round millions, which no text here needs
		text, err = l.texts.Localize(&cfg)
	}
	if err != nil {
		if _, told := l.missing.LoadOrStore(key, true); !told {
			l.log.Error("text missing", "key", key, "lang", string(l.lang), "error", err.Error())
		}
		return key, false
	}
	return text, true
}

// Has reports whether there is a text for key.
func (l *Localizer) Has(key string) bool {
	_, err := l.texts.Localize(&i18n.LocalizeConfig{MessageID: key})
	return err == nil || !isMissing(err)
}

// Message returns the text of m.
func (l *Localizer) Message(m civic.Message) string {
	if m.Args == nil {
		return l.T(m.Key)
	}
	return l.T(m.Key, m.Args)
}

func isMissing(err error) bool {
	var missing *i18n.MessageNotFoundErr
	return errors.As(err, &missing)
}

// pluralCount returns what go-i18n chooses the plural form by, nil when count is not a whole number.
func pluralCount(count any) any {
	switch n := count.(type) {
	case int:
		return n
	case int64:
		return n
	}
	return nil
}

// readable returns args with numbers and times written in l's language.
func (l *Localizer) readable(args civic.Args) civic.Args {
	out := maps.Clone(args)
	if out == nil {
		out = civic.Args{}
	}
	for k, v := range out {
		switch v := v.(type) {
		case int:
			out[k] = l.Int(v)
		case int64:
			out[k] = l.Int(int(v))
		case float64:
			out[k] = l.Decimal(v, 1)
		case civic.Decimal:
			out[k] = l.Exact(float64(v))
		case time.Time:
			out[k] = l.Date(v)
		case civic.Text:
			out[k] = v.In(string(l.lang))
		}
	}
	if l.lang == Italian {
		out[elisionGap] = elide
	}
	return out
}
