// Has Lighthouse look at pages that everybody opens, on a telephone, of a running site with demo data: its
// address is the argument, else that of `make run`. Lighthouse comes from npm (`npm install --global
// lighthouse@12`), or ASCOLTO_LIGHTHOUSE says where it is. A page whose performance or accessibility scores
// less than 0.95 fails.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { browserPath } from "./browser.mjs";

const run = promisify(execFile);
const lighthouse = process.env.ASCOLTO_LIGHTHOUSE ?? "lighthouse";
const origin = process.argv[2] ?? "http://localhost:8080";
const least = 0.95;

// first returns where the first link of a page leads that matches.
async function first(path, link) {
  const found = link.exec(await (await fetch(origin + path)).text());
  if (!found) throw new Error(`${origin}${path} has no link like ${link}: is it a site with demo data?`);
  return found[1];
}

const pages = [
  "/",
  await first("/sondaggi", /href="(\/sondaggi\/(?![^"]*\.)[^"/]+)"/),
  await first("/sondaggi", /href="(\/sondaggi\/[^"/]+\/risultati)"/),
  "/forum",
  "/cerca?q=scuola",
  await first("/", /href="(\/forum\/discussioni\/[^"]+)"/),
  "/domande-frequenti",
  "/contatti",
  "/richieste",
  "/richieste/tempi",
  "/accedi",
];
const categories = ["performance", "accessibility", "best-practices"];

// scores returns what Lighthouse gives a page, by category, and what of accessibility failed.
async function scores(page) {
  const { stdout } = await run(
    lighthouse,
    [
      origin + page,
      "--quiet",
      "--output=json",
      `--only-categories=${categories.join(",")}`,
      "--chrome-flags=--headless=new --no-sandbox",
    ],
    { env: { ...process.env, CHROME_PATH: browserPath() }, maxBuffer: 64 << 20 },
  );
  const { categories: given, audits } = JSON.parse(stdout);
  const failed = given.accessibility.auditRefs
    .filter(({ id }) => audits[id].score === 0)
    .map(({ id }) => id);
  return { ...Object.fromEntries(categories.map((c) => [c, given[c].score])), failed };
}

let low = 0;
for (const page of pages) {
  let got;
  for (let looks = 0; looks < 3; looks++) {
    got = await scores(page);
    if (got.performance >= least) break; // speed depends on what else the machine does: the best of three
  }
  console.log(`${page}: ${categories.map((c) => `${c} ${got[c]}`).join(", ")} ${got.failed.join(", ")}`);
  if (got.accessibility < least || got.performance < least) low++;
}
if (low > 0) {
  console.log(`${low} of ${pages.length} pages score less than ${least}`);
  process.exit(1);
}
