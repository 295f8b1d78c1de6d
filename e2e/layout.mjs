// What the eye sees at once and no rule of accessibility says. It runs in a page and returns what is wrong
// there, in words.
export function layout() {
  const shown = (e) =>
    e.checkVisibility({ contentVisibilityAuto: true, opacityProperty: true, visibilityProperty: true });
  const wrong = new Set();

  // A short word is never broken: where one is, its column is squeezed. Nor is the number of a request:
  // people read it out and copy it.
  const whole = /(?<![\p{L}\p{N}_@.-])(?:\p{L}{3,10}|\d{4}-\d{6})(?![\p{L}\p{N}_@-]|\.[\p{L}\p{N}])/gu;
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const around = text.parentElement;
    if (!shown(around) || around.closest(".visually-hidden, textarea, select, option, script, style, svg"))
      continue;
    for (const word of text.data.matchAll(whole)) {
      const range = document.createRange();
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      const lines = new Set(
        [...range.getClientRects()].filter((r) => r.width > 0).map((r) => Math.round(r.top)),
      );
      if (lines.size > 1)
        wrong.add(
          `the word “${word[0]}” is broken over ${lines.size} lines in ${around.localName}.${around.className}`,
        );
    }
  }

  // Buttons do not touch, neither beside nor below each other.
  const buttons = [...document.querySelectorAll("main .btn")]
    .filter(shown)
    .map((e) => [e, e.getBoundingClientRect()])
    .filter(([, r]) => r.width > 1);
  for (const [n, [one, a]] of buttons.entries()) {
    for (const [other, b] of buttons.slice(n + 1)) {
      if (one.contains(other) || other.contains(one)) continue;
      const beside = Math.max(b.left - a.right, a.left - b.right);
      const below = Math.max(b.top - a.bottom, a.top - b.bottom);
      if (Math.max(beside, below) < 3)
        wrong.add(
          `“${one.innerText.trim()}” and “${other.innerText.trim()}” are ${Math.round(Math.max(beside, below))} px apart`,
        );
    }
  }

  // Fields of a form neither.
  const fields = [...document.querySelectorAll("main :is(.form-control, .form-select)")]
    .filter(shown)
    .map((e) => [e, e.getBoundingClientRect()]);
  for (const [n, [one, a]] of fields.entries()) {
    for (const [other, b] of fields.slice(n + 1)) {
      if (Math.max(b.left - a.right, a.left - b.right, b.top - a.bottom, a.top - b.bottom) < 3)
        wrong.add(`the fields ${one.name} and ${other.name} touch`);
    }
  }

  // A value is not squeezed beside a label that takes its room.
  for (const label of document.querySelectorAll("main dl > dt")) {
    const value = label.nextElementSibling;
    if (!value || !shown(label) || !shown(value)) continue;
    const [a, b] = [label.getBoundingClientRect(), value.getBoundingClientRect()];
    const beside = b.left >= a.right && Math.abs(a.top - b.top) < 4;
    const lines = b.height / parseFloat(getComputedStyle(value).lineHeight);
    if (beside && b.width < a.width && lines > 2.5)
      wrong.add(
        `“${value.innerText.trim().slice(0, 30)}…” has ${Math.round(b.width)} px, its label ${Math.round(a.width)}`,
      );
  }

  // What an empty field says of itself can be read to its end.
  const pen = document.createElement("canvas").getContext("2d");
  for (const field of document.querySelectorAll("main input[placeholder]")) {
    if (!shown(field)) continue;
    const s = getComputedStyle(field);
    pen.font = `${s.fontWeight} ${s.fontSize} ${s.fontFamily}`;
    const over =
      pen.measureText(field.placeholder).width +
      parseFloat(s.paddingLeft) +
      parseFloat(s.paddingRight) -
      field.clientWidth;
    if (over > 1) wrong.add(`${Math.round(over)} px of “${field.placeholder}” are cut off`);
  }

  // On a screen nothing has to be scrolled sideways.
  for (const box of document.querySelectorAll("main .table-responsive")) {
    const over = box.scrollWidth - box.clientWidth;
    if (window.innerWidth >= 1280 && over > 1)
      wrong.add(`${over} px of “${box.innerText.trim().slice(0, 30)}…” are cut off`);
  }
  return [...wrong];
}
