// Looks at the desk's pages as staff see them, at the sizes they are worked with, and uses the keys. The
// sessions and addresses come as JSON from the test that made the town. With ASCOLTO_SHOTS it keeps a picture
// of each page.
import { mkdirSync, readFileSync } from "node:fs";
import { check, launch, shutOnPaper } from "./browser.mjs";

const { origin, sessions, interaction, request, thread, contact, results, task, works } = JSON.parse(
  readFileSync(process.env.ASCOLTO_PAGES, "utf8"),
);
const shots = process.env.ASCOLTO_SHOTS;
const wrong = [];
const browser = await launch();

function expect(condition, what) {
  if (condition) return;
  wrong.push(what);
  console.log(what);
}

async function as(who, size, options = {}) {
  const context = await browser.newContext({ locale: "it-IT", viewport: size, ...options });
  await context.addCookies([{ name: "sid", value: sessions[who], url: origin }]);
  return context.newPage();
}

async function open(page, path) {
  const answer = await page.goto(origin + path);
  check(answer.status() === 200, `${path} answered ${answer.status()}`);
}

async function shoot(page, name) {
  if (!shots) return;
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: `${shots}/${name}.png` });
}

const overflow = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
const height = () => document.documentElement.scrollHeight - document.documentElement.clientHeight;

// So is the form by which a request is filed for somebody on the phone, also with a new contact's data.
async function filingForm() {
  const page = await as("desk", { width: 1280, height: 900 });
  await open(page, "/desk/requests/new");
  await page.locator('input[name="contact"][value="new"]').check({ force: true });
  expect(await page.locator('[name="given_name"]').isVisible(), "the data of who is new stay hidden");
  await shoot(page, "filing-new");
  const high = await page.evaluate(height);
  expect(high <= 0, `the form of a request is ${high} px higher than 900`);
  await page.close();
}

// The call form is whole at 1280 × 900, also with a new contact's data, and the focus is where the work
// begins.
async function callForm() {
  const page = await as("desk", { width: 1280, height: 900 });
  await open(page, "/desk/calls/new");
  await shoot(page, "call");
  expect(
    (await page.evaluate(height)) <= 0,
    `the call form is ${await page.evaluate(height)} px higher than 900`,
  );
  expect(
    (await page.evaluate(() => document.activeElement?.getAttribute("name"))) === "q",
    "the focus is not in the first field of the call form",
  );
  expect(
    !(await page.locator('[name="given_name"]').isVisible()),
    "the data of a new contact show before that is chosen",
  );
  await page.locator('input[name="caller"][value="new"]').check({ force: true });
  expect(await page.locator('[name="given_name"]').isVisible(), "the data of a new contact stay hidden");
  await shoot(page, "call-new");
  expect(
    (await page.evaluate(height)) <= 0,
    `with a new contact the call form is ${await page.evaluate(height)} px higher than 900`,
  );
  await page.context().close();
}

// Without scripts the data of a new contact open just the same.
async function callWithoutScripts() {
  const page = await as("desk", { width: 1280, height: 900 }, { javaScriptEnabled: false });
  await open(page, "/desk/calls/new");
  await page.locator('input[name="caller"][value="new"]').check({ force: true });
  expect(
    await page.locator('[name="given_name"]').isVisible(),
    "without scripts the data of a new contact stay hidden",
  );
  await open(page, "/desk/shortcuts");
  expect((await page.locator("main kbd").count()) > 8, "the page of the shortcuts is empty without scripts");
  await page.context().close();
}

async function rows() {
  const page = await as("desk", { width: 1920, height: 1080 });
  for (const path of ["/desk/contacts", "/desk/interactions", "/desk/requests"]) {
    await open(page, path);
    await shoot(page, `rows${path.replaceAll("/", "-")}`);
    const seen = await page
      .locator("tbody tr")
      .evaluateAll((all) => all.filter((r) => r.getBoundingClientRect().bottom <= window.innerHeight).length);
    expect(seen >= (path === "/desk/interactions" ? 34 : 40), `${path} shows ${seen} rows on a large screen`);
    const low = await page
      .locator("tbody th a")
      .evaluateAll((all) => all.map((a) => a.getBoundingClientRect().height).filter((h) => h < 24).length);
    expect(low === 0, `${path}: ${low} links lower than 24 px`);
  }
  await page.context().close();
}

// A heading of the desk is a third smaller than the same one on a page for citizens.
async function headings() {
  const page = await as("desk", { width: 1280, height: 900 });
  const size = (tag) =>
    page
      .locator(`main ${tag}`)
      .first()
      .evaluate((h) => parseFloat(getComputedStyle(h).fontSize));
  for (const [tag, site, desk] of [
    ["h1", "/forum", "/desk/contacts"],
    ["h2", "/", contact],
  ]) {
    await page.goto(origin + site);
    const airy = await size(tag);
    await open(page, desk);
    const dense = await size(tag);
    expect(dense <= (airy * 2) / 3 + 0.5, `${tag} of ${desk} has ${dense} px, of ${site} ${airy} px`);
  }
  await page.context().close();
}

// A long form stands in two columns on a screen, in one on a telephone.
async function columns() {
  for (const [width, two] of [
    [1280, true],
    [360, false],
  ]) {
    const page = await as("desk", { width, height: 900 });
    await open(page, "/desk/contacts/new");
    const [given, family] = await page
      .locator("main")
      .locator("[name=given_name], [name=family_name]")
      .evaluateAll((all) => all.map((e) => e.getBoundingClientRect()));
    const beside = Math.abs(given.top - family.top) < 2 && Math.abs(given.left - family.left) > 100;
    expect(
      beside === two,
      `at ${width} px the form of a contact does ${beside ? "" : "not "}stand in two columns`,
    );
    await page.context().close();
  }
}

// A heading of a list sorts by it, the other way when pressed again, and says so.
async function sorting() {
  const page = await as("desk", { width: 1280, height: 900 });
  for (const path of ["/desk/contacts", "/desk/interactions", "/desk/requests"]) {
    await open(page, path);
    const headings = page.locator("main thead th:has(a)");
    const count = await headings.count();
    expect(count >= (path === "/desk/requests" ? 4 : 2), `${path} has ${count} columns to sort by`);
    for (let n = 0; n < count; n++) {
      await open(page, path);
      const ways = [];
      const firsts = [];
      for (let press = 0; press < 2; press++) {
        await Promise.all([page.waitForNavigation(), headings.nth(n).locator("a").click()]);
        ways.push(await headings.nth(n).getAttribute("aria-sort"));
        firsts.push(
          await page.locator("main tbody tr").evaluateAll((all) => all.map((r) => r.innerText).join()),
        );
        const sorted = await page.locator("main thead th[aria-sort]").count();
        expect(sorted === 1, `${path}: ${sorted} columns say that the list is sorted by them`);
      }
      const name = await headings.nth(n).innerText();
      expect(
        ways.toSorted().join() === "ascending,descending",
        `${path}: pressed twice, “${name}” says ${ways.join()}`,
      );
      expect(firsts[0] !== firsts[1], `${path}: “${name}” leaves the list as it is`);
    }
  }
  await page.context().close();
}

// Who asked for something, and what tells them apart from namesakes, is never cut off in the queue.
async function namesakes() {
  for (const width of [1024, 1280, 1600, 1920]) {
    const page = await as("desk", { width, height: 900 });
    await open(page, "/desk/requests?order=applicant");
    await shoot(page, `queue-${width}`);
    const cells = await page.locator("main tbody .desk-person").evaluateAll((all) =>
      all.map((cell) => {
        const inside = cell.getBoundingClientRect();
        return [cell, ...cell.children].every(
          (e) =>
            e.scrollWidth <= Math.ceil(e.clientWidth || Infinity) &&
            e.getBoundingClientRect().right <= inside.right + 1,
        );
      }),
    );
    expect(
      cells.length >= 30 && (await page.locator(".desk-person .asc-mark").count()) >= 30,
      `the queue shows ${cells.length} people`,
    );
    expect(
      cells.every(Boolean),
      `at ${width} px ${cells.filter((whole) => !whole).length} people of the queue are cut off`,
    );
    const hidden = await page
      .locator("main .table-responsive")
      .evaluate((box) => box.scrollWidth - box.clientWidth);
    expect(width < 1280 || hidden <= 0, `at ${width} px the queue is ${hidden} px wider than its page`);
    const names = await page.locator("main tbody .desk-person a").allInnerTexts();
    expect(names[0]?.startsWith("Ansaloni"), `the queue by applicant begins with ${names[0]}`);
    await page.context().close();
  }
}

// A telephone number stands on one line of a list, however many columns there are: on a tablet too, where
// rows are not kept to a line.
async function numbers() {
  for (const size of [
    { width: 768, height: 1024 },
    { width: 1024, height: 768 },
    { width: 1280, height: 900 },
    { width: 1920, height: 1080 },
  ]) {
    const page = await as("desk", size);
    await open(page, "/desk/contacts");
    await page.evaluate(() => {
      // however much the other cells of a row want
      for (const cell of document.querySelectorAll("main tbody :is(th, td):not(.desk-number)"))
        cell.append(` ${cell.innerText.repeat(3)}`);
    });
    const lines = await page.locator("main tbody .desk-number").evaluateAll((rows) => {
      const all = [];
      for (const row of rows) {
        const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
        for (let text = walker.nextNode(); text; text = walker.nextNode()) {
          const found = /[+\d][\d ]{7,}\d/.exec(text.data);
          if (!found) continue;
          const range = document.createRange();
          range.setStart(text, found.index);
          range.setEnd(text, found.index + found[0].length);
          all.push(new Set([...range.getClientRects()].map((r) => Math.round(r.top))).size);
        }
      }
      return all;
    });
    expect(lines.length >= 20, `only ${lines.length} telephone numbers are in the list`);
    expect(
      lines.every((n) => n === 1),
      `at ${size.width} px a telephone number breaks into ${Math.max(...lines)} lines`,
    );
    await page.context().close();
  }
}

// What is folded away on the screen stands open on paper, and is folded again afterwards: figures, reasons,
// history. Forms stay shut.
async function paper() {
  for (const [who, path, least] of [
    ["news", results, 1],
    ["desk", "/desk/requests/report", 1],
    ["desk", request, 3],
  ]) {
    const page = await as(who, { width: 1280, height: 900 });
    await open(page, path);
    await page.locator("main details").evaluateAll((all) =>
      all.forEach((d) => {
        d.open = false;
      }),
    );
    await page.emulateMedia({ media: "print" }); // as browsers print that run no script
    const closed = await shutOnPaper(page);
    expect(closed === 0, `${path}: ${closed} things are folded away on paper`);
    await page.emulateMedia({ media: null });
    await page.evaluate(() => {
      const count = (which) => [...document.querySelectorAll("main details")].filter(which).length;
      const form = (d) => d.closest("form") || d.querySelector("form");
      window.folded = () => ({
        words: count((d) => !form(d) && !d.open),
        forms: count((d) => form(d) && d.open),
      });
      window.addEventListener("beforeprint", () => {
        window.printed = window.folded();
      });
    });
    const before = await page.evaluate(() => window.folded());
    await page.pdf();
    const [during, after] = await page.evaluate(() => [window.printed, window.folded()]);
    expect(before.words >= least, `${path} has ${before.words} things folded away`);
    expect(
      during?.words === 0 && during?.forms === 0,
      `${path} is printed with ${JSON.stringify(during)} folded away, forms open`,
    );
    expect(
      after.words === before.words,
      `${path}: of ${before.words} things folded away ${after.words} are so after printing`,
    );
    await page.context().close();
  }
}

// The page of a task that ends while somebody looks says so by itself: nobody loads it anew, and it does so
// by its script, for what a browser without scripts is sent (a page that loads itself) is not in force here.
async function byItself() {
  const page = await as("news", { width: 1280, height: 900 });
  await open(page, task);
  expect(
    (await page.locator("main").innerText()).includes("In attesa"),
    `${task} does not say that the task waits`,
  );
  expect((await page.locator("[data-live]").count()) === 1, `${task} has no part that changes by itself`);
  const answer = await fetch(works);
  check(answer.status === 200, `the task was not done: ${answer.status}`);
  const file = page.getByRole("link", { name: "Scarica il file" });
  const told = await file.waitFor({ timeout: 15000 }).then(
    () => true,
    () => false,
  );
  expect(told, `${task}: the task has ended, and its page does not say so`);
  expect((await page.locator("[data-live]").count()) === 0, `${task}: what has ended goes on changing`);
  await page.context().close();
}

const everywhere = {
  desk: [
    "/desk",
    "/desk/search",
    "/desk/calls/new",
    "/desk/contacts",
    "/desk/contacts/new",
    contact,
    "/desk/interactions",
    interaction,
    `${interaction}/edit`,
    "/desk/requests",
    request,
    "/desk/requests/report",
    "/desk/forum",
    thread,
    "/desk/surveys",
    "/desk/account",
    "/desk/shortcuts",
  ],
  head: ["/desk/interactions/statistics", "/desk/surveys/new"],
  news: [
    "/desk/segments",
    "/desk/segments/new",
    "/desk/campaigns",
    "/desk/campaigns/new",
    "/desk/mail",
    "/desk/settings",
    "/desk/forum/areas",
  ],
  moderator: ["/desk/moderation", "/desk/moderation/log", thread],
  administrator: ["/desk/users", "/desk/users/new", "/desk/audit"],
};

async function narrow() {
  for (const [who, paths] of Object.entries(everywhere)) {
    for (const size of [
      { width: 360, height: 740 },
      { width: 1280, height: 900 },
    ]) {
      const page = await as(who, size);
      for (const path of paths) {
        await open(page, path);
        await shoot(page, `${who}${path.replaceAll("/", "-")}-${size.width}`);
        const wide = await page.evaluate(overflow);
        expect(wide <= 0, `${path} is ${wide} px wider than ${size.width}`);
      }
      await page.context().close();
    }
  }
  // WCAG 1.4.10 with 1.4.12: the narrowest page with the widest spacing of text
  const page = await as("administrator", { width: 320, height: 740 });
  for (const path of ["/desk/audit", "/desk/users"]) {
    await open(page, path);
    await page.evaluate(() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(
        "* { line-height: 1.5 !important; letter-spacing: 0.12em !important } " +
        "* { word-spacing: 0.16em !important } " +
        "p { margin-bottom: 2em !important }",
      );
      document.adoptedStyleSheets = [sheet];
    });
    const wide = await page.evaluate(overflow);
    expect(wide <= 0, `${path} with spaced text is ${wide} px wider than 320`);
  }
  await page.context().close();
}

// A table of figures is a table on a telephone, too: its rows are no blocks one below the other, and nothing
// is cut.
async function shortTables() {
  for (const [who, path] of [
    ["news", "/desk/interactions/statistics"],
    ["protection", `${contact}/erasure`],
  ]) {
    const page = await as(who, { width: 360, height: 800 });
    await open(page, path);
    await shoot(page, `short${path.replaceAll("/", "-")}`);
    const rows = await page.locator("main .asc-short tbody tr").evaluateAll((all) =>
      all.map((r) => {
        const cells = [...r.children].map((c) => c.getBoundingClientRect());
        return {
          abreast: cells.every((c) => Math.abs(c.top - cells[0].top) < 2),
          right: Math.max(...cells.map((c) => c.right)),
        };
      }),
    );
    expect(rows.length > 2, `${path} has ${rows.length} rows in short tables`);
    expect(
      rows.every((r) => r.abreast),
      `${path}: cells of a row stand one below the other at 360 px`,
    );
    expect(
      rows.every((r) => r.right <= 360),
      `${path}: a table is wider than 360 px`,
    );
    await page.context().close();
  }
}

async function firstFields() {
  const page = await as("desk", { width: 1280, height: 900 });
  for (const [path, name] of [
    ["/desk/contacts/new", "kind"],
    [`${interaction}/edit`, "subject"],
  ]) {
    await open(page, path);
    const focused = await page.evaluate(() => document.activeElement?.getAttribute("name"));
    expect(focused === name, `${path}: the focus is in ${focused}`);
  }
  await page.context().close();
}

async function keys() {
  const page = await as("desk", { width: 1280, height: 900 });
  const press = async (...all) => {
    for (const key of all) await page.keyboard.press(key);
  };
  const at = async (path, what) => {
    await page
      .waitForURL(origin + path, { timeout: 5000 })
      .catch(() => wrong.push(`${what}: still at ${page.url()}`));
  };
  await open(page, "/desk");
  await press("g", "c");
  await at("/desk/contacts", "g c");
  await press("/");
  expect(
    (await page.evaluate(() => document.activeElement?.getAttribute("name"))) === "q",
    "/ does not lead to the search field",
  );
  await page.keyboard.type("n?gc");
  expect(
    page.url() === `${origin}/desk/contacts` && (await page.locator("main [name=q]").inputValue()) === "n?gc",
    "keys fire while somebody types",
  );
  await page.evaluate(() => document.activeElement.blur());
  await press("n");
  await at("/desk/calls/new", "n");
  await page.evaluate(() => document.activeElement.blur());
  await press("?");
  expect(await page.locator("dialog[open]").isVisible(), "? opens no list");
  await page.locator("dialog [data-shortcuts-toggle]").click();
  await press("Escape");
  expect(!(await page.locator("dialog[open]").count()), "Escape does not close the list");
  await open(page, "/desk");
  await press("n");
  await page.waitForTimeout(400);
  expect(page.url() === `${origin}/desk`, "a key fires after the keys were switched off");
  await page.evaluate(() => localStorage.clear());
  await open(page, "/desk/calls/new");
  await page.locator("main [name=subject]").fill("Orari della piscina");
  await page.evaluate(() => document.activeElement.blur());
  await press("s");
  await at("/desk/interactions", "s");
  await page.context().close();
}

try {
  for (const part of [
    callForm,
    filingForm,
    callWithoutScripts,
    rows,
    headings,
    columns,
    sorting,
    namesakes,
    numbers,
    paper,
    narrow,
    shortTables,
    firstFields,
    keys,
    byItself,
  ])
    await part();
} finally {
  await browser.close();
}
if (wrong.length > 0) {
  process.exit(1);
}
console.log("the desk is as it should be");
