// Looks at pages as people see them, and as people may have to: laid out on a screen and on a telephone, with
// axe, at 320 px with widely spaced text, with the colours of the system alone, on paper. With "forms" it
// sends forms with nothing in them, in both languages, and presses the buttons that add and remove, from the
// keyboard's point of view; otherwise it opens one page of every shape, once, as whoever comes to it first,
// or only as ASCOLTO_WHO. It says what it looked at, and what is left when its minutes are over. The sessions
// and addresses come as JSON from the test that made the town.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { check, launch, shutOnPaper } from "./browser.mjs";
import { layout } from "./layout.mjs";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const { origin, origins, sessions, forms } = JSON.parse(readFileSync(process.env.ASCOLTO_PAGES, "utf8"));
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const starts = {
  stranger: ["/", "/forum", "/sondaggi", "/cerca?q=parco", "/nessuna-pagina"],
  anna: ["/area-personale", "/forum"],
};
const seen = new Set();
const wrong = new Set();
const mostMinutes = 15;
const end = Date.now() + mostMinutes * 60_000;
const took = [];
const browser = await launch();

// home is the address of the site at which somebody is signed in.
const home = (who) => origins[who] ?? origin;

function expect(condition, what) {
  if (condition || wrong.has(what)) return;
  wrong.add(what);
  console.log(what);
}

async function as(who, size = { width: 1280, height: 900 }) {
  const context = await browser.newContext({ locale: "it-IT", viewport: size });
  if (sessions[who]) await context.addCookies([{ name: "sid", value: sessions[who], url: home(who) }]);
  return context.newPage();
}

// shape is a path with its ids left out, and the names of its query.
function shape(address) {
  const url = new URL(address, origin);
  const path = url.pathname
    .split("/")
    .map((p) => (p.length > 16 || /\d/.test(p) ? ":" : p))
    .join("/");
  return `${path}?${[...new Set(url.searchParams.keys())].sort().join("&")}`;
}

function linked(address) {
  const many = [...new URL(address, origin).searchParams.keys()].length > 1;
  return (
    address.startsWith("/") &&
    !many &&
    !/^\/(static|lingua)|lingua=|\.(csv|xlsx|pdf|json|atom|xml|txt|ics)\b|export|esporta|scarica/.test(
      address,
    )
  );
}

// axe looks at a page. Contrast, which takes it longest, is the same in every language.
async function axe(page, where, contrast = true) {
  await page.evaluate(axeSource);
  const options = {
    runOnly: rules,
    rules: { "color-contrast": { enabled: contrast } },
    resultTypes: ["violations"],
  };
  const { violations } = await page.evaluate((o) => window.axe.run(document, o), options);
  for (const v of violations)
    expect(
      false,
      `${where}: ${v.id}: ${v.nodes
        .map((n) => n.target.join(" "))
        .slice(0, 3)
        .join(", ")}`,
    );
}

// reflow is WCAG 1.4.10 with 1.4.12: the narrowest page with the widest spacing of text, and with a long word
// for the title in the path.
async function reflow(page, where) {
  await page.setViewportSize({ width: 320, height: 740 });
  const wide = await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(
      "* { line-height: 1.5 !important; letter-spacing: 0.12em !important } " +
      "* { word-spacing: 0.16em !important } " +
      "p { margin-bottom: 2em !important }",
    );
    document.adoptedStyleSheets = [sheet];
    const titled = document.querySelector(".breadcrumb-item.active");
    const title = titled?.textContent;
    if (titled) titled.textContent = "lungo".repeat(24);
    const root = document.documentElement;
    const over = root.scrollWidth - root.clientWidth;
    const clipped = (e) => e.closest("table, .table-responsive, [style*=overflow], .asc-table");
    const widest =
      over > 0 &&
      [...document.querySelectorAll("main *, header *, footer *")]
        .filter((e) => e.getBoundingClientRect().right > root.clientWidth && !clipped(e))
        .pop();
    document.adoptedStyleSheets = [];
    const said =
      over > 0 &&
      `${over} px wider than 320 with spaced text, by ${widest ? `${widest.localName}.${widest.className} “${widest.textContent.trim().slice(0, 40)}”` : "a table"}`;
    if (titled) titled.textContent = title;
    return said;
  });
  expect(!wide, `${where}: ${wide}`);
  await page.setViewportSize({ width: 1280, height: 900 });
}

// laid looks at a page as most people see it, on a screen and on a telephone, folded and unfolded: no word
// broken, nothing that touches or is cut off.
async function laid(page, where) {
  const opened = await page.locator("main details").evaluateAll((all) => all.map((d) => d.open));
  const open = (states) =>
    page.locator("main details").evaluateAll(
      (all, to) =>
        all.forEach((d, n) => {
          d.open = to[n] ?? true;
        }),
      states,
    );
  for (const states of [opened, []]) {
    await open(states);
    for (const size of [
      { width: 360, height: 800 },
      { width: 1280, height: 900 },
    ]) {
      await page.setViewportSize(size);
      for (const one of await page.evaluate(layout))
        expect(false, `${where} at ${size.width} px${states === opened ? "" : " unfolded"}: ${one}`);
    }
  }
  await open(opened);
}

// forced looks at a page in the colours of the system: what is pressed has a border, what is drawn shows on
// its ground.
async function forced(page, where) {
  await page.emulateMedia({ forcedColors: "active" });
  const faults = await page.evaluate(() => {
    const shown = (e) => e.getClientRects().length > 0;
    const bare = [...document.querySelectorAll(".btn, .badge, .alert")].filter((e) => {
      const s = getComputedStyle(e);
      return shown(e) && (s.borderTopStyle === "none" || parseFloat(s.borderTopWidth) === 0);
    });
    const ground = getComputedStyle(document.documentElement).backgroundColor;
    const canvas = ground === "rgba(0, 0, 0, 0)" ? "rgb(255, 255, 255)" : ground;
    const lost = [...document.querySelectorAll("header svg.icon, footer svg.icon")].filter(
      (e) => shown(e) && getComputedStyle(e).fill === canvas,
    );
    return {
      bare: bare.map((e) => `${e.className} “${e.textContent.trim().slice(0, 30)}”`),
      lost: lost.length,
    };
  });
  for (const one of faults.bare) expect(false, `${where}: in forced colours no border has ${one}`);
  expect(faults.lost === 0, `${where}: in forced colours ${faults.lost} icons are not seen`);
  await page.emulateMedia({ forcedColors: "none" });
}

// paper looks at what is folded away on the screen: it stands open in print, but for forms and what is marked
// otherwise.
async function paper(page, where) {
  if (!(await page.locator("details").count())) return;
  await page.emulateMedia({ media: "print" });
  const closed = await shutOnPaper(page);
  expect(closed === 0, `${where}: ${closed} things are folded away on paper`);
  await page.emulateMedia({ media: "screen" });
}

async function look(page, where) {
  await axe(page, where);
  await reflow(page, where);
  await laid(page, where);
  await forced(page, where);
  await paper(page, where);
}

// open goes to a page; whoever asks too fast waits as long as the answer says.
async function open(page, address) {
  for (let tries = 0; ; tries++) {
    const answer = await page.goto(address);
    if (answer.status() !== 429 || tries > 5) return answer;
    await page.waitForTimeout(1000 * Number(answer.headers()["retry-after"] ?? 1));
  }
}

async function crawl(who) {
  const page = await as(who);
  const queue = [...(starts[who] ?? ["/desk"])];
  const mine = new Set(queue.map(shape));
  let looked = 0;
  for (let n = 0; n < queue.length; n++) {
    if (Date.now() > end) {
      expect(false, `${who}: after ${mostMinutes} minutes not looked at: ${queue.slice(n).join(" ")}`);
      break;
    }
    const where = `${who} ${queue[n]}`;
    const answer = await open(page, home(who) + queue[n]);
    if (!(answer.headers()["content-type"] ?? "").startsWith("text/html")) continue;
    expect(
      answer.status() === (queue[n] === "/nessuna-pagina" ? 404 : 200),
      `${where}: answers ${answer.status()}`,
    );
    const links = await page
      .locator("a[href]")
      .evaluateAll((all) => all.map((a) => a.getAttribute("href").split("#")[0]));
    for (const to of links.filter(linked)) {
      if (starts[who] && to.startsWith("/desk")) continue; // the footer leads the staff there
      if (mine.has(shape(to)) || seen.has(shape(to))) continue;
      mine.add(shape(to));
      queue.push(to);
    }
    if (seen.has(shape(queue[n])) && queue[n] !== "/desk") continue;
    seen.add(shape(queue[n]));
    looked++;
    const began = Date.now();
    await look(page, where);
    const english = new URL(queue[n], home(who));
    english.searchParams.set("lingua", "en");
    await open(page, english.href);
    expect((await page.locator("html").getAttribute("lang")) === "en", `${where}: not in English`);
    await axe(page, `${where} in English`, false);
    took.push([Date.now() - began, where]);
    console.log(`  ${where}: ${Date.now() - began} ms`);
  }
  console.log(`${who}: ${looked} pages`);
  await page.context().close();
  return looked;
}

// errors sends forms as they stand, empty, and looks at what complains.
async function errors() {
  for (const { who, page: path, action } of forms) {
    const page = await as(who);
    for (const lang of ["it", "en"]) {
      await page.goto(`${home(who)}${path}${path.includes("?") ? "&" : "?"}lingua=${lang}`);
      const form = page.locator(`main form[method=post][action="${action}"]`).first();
      if (!(await form.count())) {
        expect(false, `${who} ${path}: no form to ${action}`);
        break;
      }
      await form.evaluate((f) => {
        for (const field of f.querySelectorAll(
          "input:not([type=hidden], [type=radio], [type=checkbox]), textarea",
        ))
          field.value = "";
        f.noValidate = true;
      });
      const [answer] = await Promise.all([
        page.waitForNavigation(),
        form.evaluate((f) => f.requestSubmit(f.querySelector("button.btn-primary[type=submit]"))),
      ]);
      expect(answer.status() === 422, `${who} ${path} with nothing in it answers ${answer.status()}`);
      expect(
        /^(Errore|Error):/.test(await page.title()),
        `${who} ${path}: its title does not begin with the error: ${await page.title()}`,
      );
      await look(page, `${who} ${path} with errors, ${lang}`);
    }
    await page.context().close();
  }
}

// focused presses every button that adds or removes a part of a form: what has the focus afterwards is not
// the whole page.
async function focused() {
  const page = await as("news");
  await page.goto(`${origin}/desk/segments/new`);
  const press = async (locator, what) => {
    await locator.focus();
    await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
    const where = await page.evaluate(() => document.activeElement?.tagName);
    expect(where && where !== "BODY" && where !== "HTML", `after ${what} the focus is lost`);
  };
  for (const value of await page.locator('select[name="rule.new"] option').evaluateAll((all) =>
    all
      .map((o) => o.value)
      .filter(Boolean)
      .slice(0, 4),
  )) {
    await page.locator('select[name="rule.new"]').selectOption(value);
    await press(page.locator('button[name=do][value="add rule"]'), `adding ${value}`);
  }
  for (let left = 0; left < 12; left++) {
    const button = page.locator("main button[name=do]:not([value^=add])").first();
    if (!(await button.count())) break;
    await press(button, await button.getAttribute("value"));
  }
  check(await page.locator('button[name=do][value="add rule"]').count(), "the form of segments is gone");
  await page.context().close();
}

async function everywhere() {
  const only = process.env.ASCOLTO_WHO;
  check(!only || only in sessions, `nobody is called ${only}: there are ${Object.keys(sessions).join(", ")}`);
  let all = 0;
  for (const who of Object.keys(sessions)) if (!only || who === only) all += await crawl(who);
  const slowest = took
    .sort((a, b) => b[0] - a[0])
    .slice(0, 3)
    .map(([ms, where]) => `${where} (${ms} ms)`);
  console.log(
    `${all} pages: axe in both languages, 320 px with spaced text, forced colours, paper; slowest ${slowest.join(", ")}`,
  );
  check(only || all > 100, `only ${all} pages were opened`);
}

try {
  for (const part of process.argv[2] === "forms" ? [focused, errors] : [everywhere]) await part();
} finally {
  await browser.close();
}
if (wrong.size > 0) process.exit(1);
console.log("all is as it should be");
