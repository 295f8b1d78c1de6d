// Opens every page that shows what people typed, in a real browser, and reports whatever ran, was blocked, or
// went elsewhere. The pages and the sessions to open them with come as JSON from the test that typed.
import { readFileSync } from "node:fs";
import { check, eventually, launch } from "./browser.mjs";

const { origin, sessions, pages, vectors } = JSON.parse(readFileSync(process.env.ASCOLTO_PAGES, "utf8"));

// strange lists in a page what only an injection could have put there.
function strange() {
  const found = [];
  for (const e of document.querySelectorAll("*")) {
    for (const a of e.attributes) {
      if (/^(on|hx-on|data-hx-on)/i.test(a.name)) found.push(`${e.tagName} ${a.name}`);
      if (
        /^\s*(javascript|vbscript|data:text)/i.test(a.value) &&
        /^(href|src|action|formaction|xlink:href|data)$/i.test(a.name)
      )
        found.push(`${e.tagName} ${a.name}=${a.value}`);
      if (/^(data-)?hx-(get|post)$/i.test(a.name) && !a.value.startsWith("/"))
        found.push(`${e.tagName} ${a.name}=${a.value}`);
      if (a.name === "style" && /url\(|expression/i.test(a.value))
        found.push(`${e.tagName} style=${a.value}`);
    }
    if (/^(object|embed|base|frameset|math|marquee|video|audio)$/i.test(e.tagName)) found.push(e.tagName);
    if (/^script$/i.test(e.tagName) && !(e.getAttribute("src") || "").startsWith("/static/"))
      found.push("SCRIPT");
  }
  return found;
}

// watched returns a page with the list of what happened in it.
async function watched(browser, session) {
  const context = await browser.newContext({ locale: "it-IT" });
  if (session) await context.addCookies([{ name: "sid", value: session, url: origin }]);
  const page = await context.newPage();
  const faults = [];
  page.on("dialog", (d) => {
    faults.push("a dialog");
    d.dismiss();
  });
  page.on("pageerror", (e) => faults.push(`a script failed: ${e.message}`));
  page.on("console", (m) => {
    if (/content security policy/i.test(m.text())) faults.push(m.text().slice(0, 200));
  });
  page.on("request", (r) => {
    const to = new URL(r.url());
    if (to.protocol !== "data:" && to.protocol !== "about:" && to.origin !== origin)
      faults.push(`a request to ${to.href}`);
  });
  // what cannot run, and takes its time
  await page.route(/\.(css|woff2?|png|svg|ico)(\?|$)/, (route) => route.abort());
  return { page, faults, context };
}

// control shows that what this script looks for is there when texts stand in a page as they were typed: with
// the policy and without.
async function control(browser) {
  for (const policy of ["default-src 'self'; object-src 'none'; base-uri 'none'", ""]) {
    const { page, faults, context } = await watched(browser);
    await page.route("**/*", (route) =>
      route.fulfill({
        contentType: "text/html",
        body: `<!doctype html><main>${vectors.filter((v) => /^<(script>|img src=x onerror|svg onload)/.test(v)).join("\n")}</main>`,
        headers: policy ? { "content-security-policy": policy } : {},
      }),
    );
    await page.goto(`${origin}/controllo`);
    await eventually(`the control with the policy “${policy}” shows something`, () =>
      policy ? faults.some((f) => /content security policy/i.test(f)) : faults.includes("a dialog"),
    );
    check(
      (await page.evaluate(strange)).length > 0,
      `the control with the policy “${policy}” finds nothing strange`,
    );
    await context.close();
  }
}

const browser = await launch();
let shown = 0;
const wrong = [];
try {
  await control(browser);
  await Promise.all(
    Object.entries(sessions).map(async ([who, session]) => {
      const { page, faults, context } = await watched(browser, session);
      page.setDefaultTimeout(20000);
      for (const path of pages[who] ?? []) {
        faults.length = 0;
        const answer = await page.goto(origin + path, { waitUntil: "load" });
        faults.push(...(await page.evaluate(strange)));
        if (answer.status() >= (path.includes("?q=") ? 500 : 400) || new URL(page.url()).origin !== origin)
          faults.push(`status ${answer.status()} at ${page.url()}`);
        if (faults.length) wrong.push(`${who} at ${path}: ${faults.join("; ")}`);
        shown++;
      }
      await context.close();
    }),
  );
} finally {
  await browser.close();
}
console.log(`${shown} pages`);
check(wrong.length === 0, wrong.slice(0, 20).join("\n"));
