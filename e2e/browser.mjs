// What the journeys share: a browser that refuses other hosts, pages checked for accessibility at two widths,
// texts taken from the catalogues, and the mails that arrived.
import { readFileSync, readdirSync, existsSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const require = createRequire(import.meta.url);
const axeSource = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const localeFolder = new URL("../web/locale/", import.meta.url);
const shots = process.env.ASCOLTO_SHOTS;

export const base = process.env.ASCOLTO_URL;
export const widths = [
  { width: 1280, height: 900 },
  { width: 360, height: 740 },
];

const texts = {};
for (const file of readdirSync(localeFolder).filter((f) => f.endsWith(".it.json"))) {
  Object.assign(texts, JSON.parse(readFileSync(new URL(file, localeFolder), "utf8")));
}

// t returns the Italian text of a catalogue key, with its gaps filled.
export function t(key, args = {}) {
  const text = texts[key];
  if (typeof text !== "string") throw new Error(`the catalogues have no plain text ${key}`);
  return text.replace(/{{\s*\.(\w+)\s*}}/g, (_, name) => args[name] ?? "");
}

export function check(condition, what) {
  if (!condition) throw new Error(what);
}

// eventually tries until the probe returns something true.
export async function eventually(what, probe, seconds = 30) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
    const found = await probe();
    if (found) return found;
    await new Promise((r) => setTimeout(r, 200));
  }
  throw new Error(`not within ${seconds} s: ${what}`);
}

// mails returns what the test's mail server has received for an address.
export async function mails(address) {
  const all = await (await fetch(process.env.ASCOLTO_MAILS)).json();
  return all.filter((m) => m.to.some((to) => to.toLowerCase() === address.toLowerCase()));
}

// text returns a mail's plain text part, decoded.
export function text(mail) {
  const boundary = /boundary="?([^";\r\n]+)/i.exec(mail.raw)?.[1];
  const part = boundary
    ? mail.raw.split(`--${boundary}`).find((p) => /content-type:\s*text\/plain/i.test(p))
    : mail.raw;
  const body = part.slice(part.search(/\r?\n\r?\n/)).trim();
  if (!/quoted-printable/i.test(boundary ? part : mail.raw.slice(0, mail.raw.search(/\r?\n\r?\n/))))
    return body;
  const bytes = body
    .replace(/=\r?\n/g, "")
    .replace(/=([0-9A-F]{2})/gi, (_, h) => String.fromCharCode(parseInt(h, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}

// browserPath returns where the browser is.
export function browserPath() {
  return (
    ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync) ??
    process.env.CHROMIUM
  );
}

export async function launch() {
  check(browserPath(), "there is no Chromium; make browser installs one");
  return chromium.launch({
    executablePath: browserPath(),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

// shutOnPaper returns how many things stay folded away on paper that should not: all but forms and what is
// marked otherwise. Styles follow the medium a moment later.
export async function shutOnPaper(page) {
  const shut = () =>
    page.locator("details:not([data-unprinted])").evaluateAll(
      (all) =>
        all.filter((d) => {
          const form = d.closest("form") || d.querySelector("form");
          return (
            !form &&
            d.checkVisibility() &&
            getComputedStyle(d, "::details-content").contentVisibility === "hidden"
          );
        }).length,
    );
  let closed = await shut();
  for (let tries = 0; closed > 0 && tries < 20; tries++) {
    await page.waitForTimeout(100);
    closed = await shut();
  }
  return closed;
}

// Person is somebody with a browser of their own. Everything they open is watched.
export class Person {
  static async of(browser, name, options = {}) {
    const context = await browser.newContext({ viewport: widths[0], locale: "it-IT", ...options });
    const page = await context.newPage();
    const person = new Person(name, context, page);
    person.scripts = options.javaScriptEnabled !== false; // without them axe cannot run in the page
    return person;
  }

  constructor(name, context, page) {
    Object.assign(this, { name, context, page, faults: [], seen: new Set() });
    page.on("request", (r) => {
      const url = new URL(r.url());
      if (url.protocol !== "data:" && url.origin !== base)
        this.faults.push(`${name}: a request to another host: ${url.origin}`);
    });
    page.on("console", (m) => {
      if (/content security policy/i.test(m.text())) this.faults.push(`${name}: ${m.text()}`);
    });
    page.on("pageerror", (e) => this.faults.push(`${name}: a script failed: ${e.message}`));
    page.on("dialog", (d) => {
      this.faults.push(`${name}: a dialog opened`);
      d.dismiss();
    });
  }

  async open(path) {
    const answer = await this.page.goto(base + path);
    check(answer.status() < 400, `${this.name}: ${path} answered ${answer.status()}`);
    return this.page;
  }

  async says(what) {
    const body = await this.page.locator("main").innerText();
    check(body.includes(what), `${this.name}: no “${what}” on ${this.page.url()}:\n${body.slice(0, 1500)}`);
  }

  async silent(what) {
    check(
      !(await this.page.content()).includes(what),
      `${this.name}: “${what}” must not be on ${this.page.url()}`,
    );
  }

  // press submits a form and follows to the page that answers.
  async press(name, options = {}) {
    const button = this.page
      .getByRole(options.role ?? "button", { name, exact: options.exact ?? true })
      .first();
    const [answer] = await Promise.all([this.page.waitForNavigation(), button.click()]);
    check(
      options.status ? answer.status() === options.status : answer.status() < 400,
      `${this.name}: “${name}” answered ${answer.status()} at ${this.page.url()}`,
    );
  }

  async follow(name, options = {}) {
    await this.press(name, { ...options, role: "link" });
  }

  // inspect checks the page as it stands for accessibility at both widths, once for each kind of page.
  async inspect(kind) {
    if (this.seen.has(kind)) return;
    this.seen.add(kind);
    for (const size of widths) {
      await this.page.setViewportSize(size);
      if (shots) {
        mkdirSync(shots, { recursive: true });
        await this.page.screenshot({ path: `${shots}/${kind}-${size.width}.png`, fullPage: true });
      }
      const wide = await this.page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      check(wide <= 0, `${kind}: ${wide} px wider than the window at ${size.width} px`);
      if (!this.scripts) continue;
      await this.page.evaluate(axeSource);
      const { violations } = await this.page.evaluate(() =>
        window.axe.run(document, {
          runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
        }),
      );
      check(
        violations.length === 0,
        `${kind} at ${size.width} px: ${violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`).join("; ")}`,
      );
    }
    await this.page.setViewportSize(widths[0]);
  }

  close() {
    check(this.faults.length === 0, this.faults.join("\n"));
    return this.context.close();
  }
}
