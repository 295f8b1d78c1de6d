package docstore

import (
	"math"
	"testing"
	"time"
	"unicode/utf8"

	"go.mongodb.org/mongo-driver/v2/bson"

	"ascolto/internal/civic"
)

// FuzzDocument: whatever texts and numbers a document is made of, it is refused as Invalid or comes back as
// it was.
func FuzzDocument(f *testing.F) {
	f.Add("id", "text", "key", 1.5, int64(7), []byte{1, 2})
	f.Add("\xff", "\xc3\x28", "$where", math.NaN(), int64(-1), []byte(nil))
	f.Add("a\x00b", "\x00", "a.b", math.Inf(1), int64(0), []byte{0})
	f.Fuzz(func(t *testing.T, id, text, key string, number float64, whole int64, blob []byte) {
		type foreign struct {
			Meta   `bson:",inline"`
			Text   string         `bson:"text"`
			Number float64        `bson:"number"`
			At     time.Time      `bson:"at"`
			Nested map[string]any `bson:"nested"`
		}
		nested := map[string]any{key: []any{text, number, whole, blob, map[string]any{key: text}, nil, true,
			time.UnixMilli(whole % 1e12)}}
		doc := &foreign{Meta: Meta{ID: civic.ID(id)}, Text: text, Number: number, Nested: nested}
		l := &layout{
			indexes: []*index{
				{name: "text", fields: []field{{name: "text", path: []string{"text"}, array: -1}},
					array: -1}}}
		r, err := newRecord(doc, &doc.Meta, l, nil)
		good := id != "" && len(id) <= maxID && utf8.ValidString(id) && utf8.ValidString(text) &&
			!math.IsNaN(number) && !math.IsInf(number, 0)
		if err != nil {
			if code := civic.CodeOf(err); code != civic.Invalid && code != civic.TooLarge {
				t.Fatalf("refused as %q: %v", code, err)
			}
			return
		}
		if !good {
			t.Fatalf("taken: %q %q %q %v", id, text, key, number)
		}
		var again foreign
		if err := bson.Unmarshal(r.raw, &again); err != nil || again.ID != doc.ID || again.Text != text ||
			again.Number != number || len(again.Nested) != 1 {
			t.Fatalf("%+v came back as %+v, %v", doc, again, err)
		}
	})
}
