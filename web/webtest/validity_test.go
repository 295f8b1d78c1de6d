package webtest

import (
	"strings"
	"testing"
)

func TestMarkupFaults(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`<p>Testo</p><div><p>a</p></div>`:                                          "",
		`<p><form action="/x"><button>Ok</button></form></p>`:                      `<form> stands in <p>`,
		`<p><span><ul><li>a</li></ul></span></p>`:                                  `<ul> stands in <span>`,
		`<button><div>a</div></button>`:                                            `<div> stands in <button>`,
		`<label for="a">A<table></table></label><input id="a">`:                    `<table> stands in <label>`,
		`<p><a href="/x"><div>a</div></a></p>`:                                     `<div> stands in <p>`,
		`<div><a href="/x"><div>a</div></a></div>`:                                 "",
		`<p>a<p>b</p></p>`:                                                         `<p> stands in <p>`,
		`<a href="/x">a <a href="/y">b</a></a>`:                                    `<a href="/y"> stands in <a href="/x">`,
		`<form><form></form></form>`:                                               `<form> stands in <form>`,
		`<ul><p>a</p></ul>`:                                                        `<p> stands directly in <ul>`,
		`<div><b>a</div></b>`:                                                      `</b> closes <main>; </div> closes <b>`,
		`<details><summary><h2>a</h2></summary></details>`:                         "",
		`<table><tbody><tr role="row"><td role="cell">a</td></tr></tbody></table>`: `<td> has the role cell; <tr> has the role row`,
		`<ul role="status"><li>a</li></ul>`:                                        `<ul> has the role status`,
		`<div role="status">a</div>`:                                               "",
		`<div aria-label="a">b</div>`:                                              `<div> has a name and no role`,
		`<label for="s">S</label><select id="s" required><option value="a">A</option></select>`:        `<select id="s"> is required and begins with an answer`,
		`<label for="s">S</label><select id="s" required><option value="">-</option></select>`:         "",
		`<label for="i">S</label><input id="i" autocomplete="street-address">`:                         `<input id="i"> has autocomplete "street-address"`,
		`<label for="i">S</label><textarea id="i" autocomplete="section-a street-address"></textarea>`: "",
		`<label for="i">S</label><input id="i" autocomplete="via">`:                                    `<input id="i"> has autocomplete "via"`,
		`<input id="i" type="text">`: `<input id="i"> has no label`,
		`<input id="i" type="hidden"><input type="submit"><label>A <input></label>`: "",
		`<label for="d">A</label><div id="d"></div>`:                                `a label is for #d, which is no control`,
		`<p id="a"></p><p id="a"></p>`:                                              `the id a is there 2 times`,
		`<p aria-describedby="b">a</p>`:                                             `p aria-describedby leads to #b, which is not there`,
		`<a href="#b">a</a>`:                                                        `a link leads to #b, which is not there`,
		`<h2>a</h2><h4>b</h4>`:                                                      `<h4> follows a heading of level 2`,
		`<h2>a</h2><h3>b</h3><h2>c</h2>`:                                            "",
		`<h2> </h2>`:                                                                `<h2> has no words`,
		`<a href="/x"><img src="/y" alt="Logo"></a>`:                                "",
		`<a href="/x"><svg aria-hidden="true"><use href="/y"></use></svg></a>`:      `<a href="/x"> has no words`,
		`<a href="/x y">a</a>`:                                                      `<a> has the address "/x y"`,
	} {
		if got := strings.Join(MarkupFaults("<main><h1>Titolo</h1>"+body+"</main>"), "; "); got != want {
			t.Errorf("%s\n gives %q,\nwants %q", body, got, want)
		}
	}
	if got := MarkupFaults("<main><p>a"); len(got) != 3 {
		t.Errorf("a page without a title and without an end: %q", got)
	}
}
