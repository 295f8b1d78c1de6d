package forum

import (
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"

	"ascolto/forum"
	"ascolto/internal/civic"
	"ascolto/web/locale"
	"ascolto/web/ui"
)

// Posts that look different are never taken for the same: whatever of a post, its page and its reader changes
// what is rendered changes the key under which that is kept.
func TestPostsThatLookDifferentAreKeptApart(t *testing.T) {
	t.Parallel()
	texts, err := locale.Load(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	plain := func() (*forumThreadPage, *forum.PostView) {
		page := &forumThreadPage{}
		page.Thread.ID, page.Thread.Slug = "thread", "slug"
		return page,
			&forum.PostView{
				ID: "post", Thread: "thread", Number: 3, Parent: 2, Author: "Anna D.", HTML: "<p>Testo</p>",
			}
	}
	look := func(page *forumThreadPage, p *forum.PostView, lang locale.Lang) (string, shownPost) {
		f := &ui.Frame{L: texts.In(lang)}
		var b strings.Builder
		if err := forumPost(f, page, p).Render(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
		return b.String(), page.shown(lang, p)
	}
	page, post := plain()
	text, key := look(page, post, locale.Italian)
	if again, same := look(page, post, locale.Italian); again != text || same != key {
		t.Fatal("the same post has two looks or two keys")
	}
	differ := 0
	compare := func(what string, page *forumThreadPage, p *forum.PostView, lang locale.Lang) {
		other, otherKey := look(page, p, lang)
		if other != text {
			differ++
			if otherKey == key {
				t.Errorf("%s: another look under the same key", what)
			}
		}
	}
	for i := range reflect.TypeFor[forum.PostView]().NumField() {
		page, post := plain()
		field := reflect.ValueOf(post).Elem().Field(i)
		switch v := field.Addr().Interface().(type) {
		case **forum.Official:
			*v = &forum.Official{}
		case *time.Time:
			*v = time.Unix(1, 0)
		default:
			change(t, field)
		}
		compare(reflect.TypeFor[forum.PostView]().Field(i).Name, page, post, locale.Italian)
	}
	page, post = plain()
	page.MayPost = true
	compare("may post", page, post, locale.Italian)
	page, post = plain()
	page.Replies = []forum.PostView{{Number: 2}}
	compare("parent here", page, post, locale.Italian)
	page, post = plain()
	page.Thread.Slug = "other"
	compare("slug", page, post, locale.Italian)
	page, post = plain()
	page.Thread.ID = "other"
	compare("thread", page, post, locale.Italian)
	page, post = plain()
	compare("language", page, post, locale.English)
	page, post = plain()
	post.Official = &forum.Official{Office: civic.ID("urp"), Name: "URP"}
	compare("office", page, post, locale.Italian)
	if differ < 14 {
		t.Errorf("%d changes are seen", differ)
	}
}

// change gives a field another value than it has.
func change(t *testing.T, field reflect.Value) {
	t.Helper()
	switch field.Kind() {
	case reflect.String:
		field.SetString(field.String() + "x")
	case reflect.Int, reflect.Int64:
		field.SetInt(field.Int() + 1)
	case reflect.Bool:
		field.SetBool(!field.Bool())
	default:
		t.Fatalf("what is another %s?", field.Type())
	}
}
