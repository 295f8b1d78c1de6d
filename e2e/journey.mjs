// The story of Ascolto in a browser: a citizen answers a survey and opens a discussion, the URP records her
// call, the communication office writes to the satisfied of one district, the program is killed in between,
// and what was promised holds.
import { base, check, eventually, launch, mails, Person, t, text, widths } from "./browser.mjs";

const password = process.env.ASCOLTO_DEMO_PASSWORD;
const giulia = "cittadina@example.it";
const secret = "riservatissimo"; // in the operator's note: no citizen may ever see it
const word = "zafferanopoli"; // in the citizen's post: everybody may find it

function step(name) {
  console.log(`${new Date().toISOString().slice(11, 19)} ${name}`);
}

async function field(person, name, value) {
  await person.page.locator(`main [name="${name}"]`).first().fill(value);
}

async function choose(person, name, value) {
  await person.page.locator(`main input[name="${name}"][value="${value}"]`).check({ force: true });
}

async function signInWithCode(person, email, to = "/area-personale") {
  const before = (await mails(email)).length;
  await person.open(`/accedi?ritorno=${encodeURIComponent(to)}`);
  await person.inspect("accedi");
  await field(person, "email", email);
  await person.press(t("accounts.signin.send_code"));
  await person.inspect("codice");
  const mail = await eventually("the code by mail", async () => (await mails(email))[before]);
  const code = /^\s*(\d[\d ]{5,})\s*$/m.exec(text(mail))?.[1] ?? /(\d{6,})/.exec(text(mail))?.[1];
  check(code, `no code in the mail:\n${text(mail)}`);
  await field(person, "code", code.trim());
  await person.press(t("accounts.code.sign_in"));
}

async function signInStaff(person, email) {
  await person.open("/desk/login");
  await person.inspect("desk-login");
  await field(person, "email", email);
  await field(person, "password", password);
  await person.press(t("accounts.desk.sign_in"));
  await person.inspect("desk");
}

// answer goes through a survey page by page, taking the first answer of choices and the best of scales.
async function answer(person, slug) {
  await person.open("/sondaggi");
  await person.inspect("sondaggi");
  await person.open(`/sondaggi/${slug}`);
  await person.inspect("sondaggio");
  await person.press(t("surveys.start.begin"));
  for (let page = 1; page < 10 && person.page.url().includes("/pagina/"); page++) {
    await person.inspect(`sondaggio-pagina-${page}`);
    const names = await person.page
      .locator("main input[type=radio]")
      .evaluateAll((all) => [...new Set(all.map((i) => i.name))]);
    for (const name of names) {
      const all = person.page.locator(`main input[type=radio][name="${name}"]`);
      const scale = (await all.count()) >= 5 && (await all.first().getAttribute("value")).match(/^[01]$/);
      await (scale ? all.last() : all.first()).check({ force: true });
    }
    const free = person.page.locator("main form textarea");
    if (await free.count()) await free.first().fill("Più bagni pubblici: l'attesa è lunga. <b>Grazie</b>");
    await person.page
      .locator("main form.asc-form button[type=submit], main form button.btn-primary[type=submit]")
      .first()
      .waitFor();
    const next = person.page.getByRole("button", { name: t("surveys.page.next"), exact: true });
    await person.press((await next.count()) ? t("surveys.page.next") : t("surveys.page.summary"));
  }
  await person.inspect("riepilogo");
  await person.press(t("surveys.summary.send"));
  await person.says(t("surveys.sent.received"));
  await person.inspect("inviato");
}

async function kill() {
  const answer = await fetch(`${process.env.ASCOLTO_CONTROL}/kill`, { method: "POST" });
  check(answer.ok, `the program did not come back: ${await answer.text()}`);
}

async function citizenStory(browser) {
  const person = await Person.of(browser, "Giulia");
  step("a visitor looks around");
  await person.open("/");
  await person.inspect("home");
  for (const path of [
    "/forum",
    "/forum/crocetta",
    "/forum/regole",
    "/note-legali",
    "/privacy",
    "/contatti",
    "/domande-frequenti",
    "/sondaggi/biblioteche/risultati",
  ]) {
    await person.open(path);
    await person.inspect(path.slice(1).replaceAll("/", "-"));
  }
  step("Giulia signs in and answers a survey");
  await signInWithCode(person, giulia);
  await person.says("Giulia");
  await person.inspect("area-personale");
  await answer(person, "sportello-urp");
  step("she opens a discussion");
  await person.open("/forum/nuova");
  await person.inspect("forum-nuova");
  await person.page.locator('main select[name="area"]').selectOption("crocetta");
  await field(person, "title", "Una fontanella per il parco");
  await field(
    person,
    "body",
    `D'estate l'acqua manca: a ${word} la mettono **ovunque**.\n\n<script>alert(1)</script>`,
  );
  await person.press(t("forum.new.send"));
  await person.says(word);
  await person.inspect("discussione");
  return { person, thread: new URL(person.page.url()).pathname };
}

async function operatorStory(browser) {
  const person = await Person.of(browser, "the operator");
  step("the operator records a call");
  await signInStaff(person, "operatrice@example.it");
  await person.open("/desk/calls/new");
  await person.inspect("desk-call");
  await field(person, "q", giulia);
  await person.press(t("crm.call.search"));
  await person.says("Giulia");
  await person.page.locator('main input[name="caller"]').first().check({ force: true });
  await field(person, "subject", "Orari della piscina");
  await field(person, "note", `Appunto ${secret}: richiamare.`);
  await choose(person, "channel", "phone");
  await choose(person, "direction", "inbound");
  await person.page.locator('main input[name="outcome"]').first().check({ force: true });
  await person.press(t("crm.call.save"));
  await person.says("Orari della piscina");
  await person.inspect("desk-interaction");
  for (const [path, kind] of [
    ["/desk/contacts", "desk-contacts"],
    ["/desk/interactions", "desk-interactions"],
    ["/desk/forum", "desk-forum"],
    ["/desk/surveys", "desk-surveys"],
  ]) {
    await person.open(path);
    await person.inspect(kind);
  }
  return person;
}

async function segment(person) {
  await person.open("/desk/segments/new");
  await person.inspect("desk-segment-new");
  await field(person, "name", "Soddisfatti dello sportello, Crocetta");
  const add = async (label) => {
    const select = person.page.locator('main select[name="rule.new"]');
    const value = await select
      .locator("option")
      .evaluateAll((all, want) => all.find((o) => o.textContent.includes(want))?.value, label);
    check(value, `no condition “${label}”`);
    await select.selectOption(value);
    const [answer] = await Promise.all([
      person.page.waitForNavigation(),
      person.page.locator('button[value="add rule"]').click(),
    ]);
    check(answer.status() < 500, `adding a condition answered ${answer.status()}`);
  };
  await add(t("crm.rule.field.district"));
  await choose(person, "rule.1", "q2");
  await add("Quanto sei soddisfatto del servizio ricevuto");
  for (const point of ["4", "5"]) await choose(person, "rule.2", point);
  await person.inspect("desk-segment-rule");
  await person.press(t("core.form.save"));
  await person.inspect("desk-segment");
  return person.page.url().split("/").pop();
}

async function campaign(person, id) {
  await person.open("/desk/campaigns/new");
  await person.inspect("desk-campaign-new");
  await field(person, "name", "Grazie del parere");
  await person.page.locator('main select[name="segment"]').selectOption(id);
  await choose(person, "class", "voluntary");
  await person.page.locator('main select[name="topic"]').selectOption("quartiere");
  await field(person, "subject.it", "Il tuo parere sullo sportello è servito");
  await field(
    person,
    "body.it",
    "Gentile {{nome|cittadina o cittadino}},\n\n" +
      "grazie del parere: da lunedì lo sportello apre **anche il pomeriggio**.",
  );
  await person.press(t("notify.form.save"));
  await person.inspect("desk-campaign-draft");
  const page = new URL(person.page.url()).pathname;
  await person.open(`${page}/preview`);
  await person.inspect("desk-campaign-preview");
  await person.open(`${page}/schedule`);
  await person.inspect("desk-campaign-schedule");
  const now = new Intl.DateTimeFormat("sv-SE", {
    timeZone: "Europe/Rome",
    dateStyle: "short",
    timeStyle: "short",
  }).format(new Date());
  await field(person, "start", now.replace(" ", "T"));
  await person.press(t("notify.schedule.confirm"));
  await person.inspect("desk-campaign-confirm");
  await person.press(t("notify.confirm.yes_later"));
  return page;
}

async function communicationStory(browser) {
  const person = await Person.of(browser, "the communication office");
  step("the communication office chooses recipients and schedules a mail");
  await signInStaff(person, "comunicazione@example.it");
  const page = await campaign(person, await segment(person));
  step("the program is killed while the mail goes out");
  await kill();
  await person.open(page); // from here on it renews itself; opening it again would race its own reload
  await eventually(
    "the campaign is over",
    async () => (await person.page.locator("main").innerText()).includes(t("notify.campaign_state.finished")),
    120,
  );
  await person.inspect("desk-campaign-finished");
  await person.open("/desk/campaigns");
  await person.inspect("desk-campaigns");
  await person.open("/desk/mail");
  await person.inspect("desk-mail");
  return person;
}

async function mailStory(person) {
  step("the mail has arrived, and unsubscribing takes a POST");
  const all = (await mails(giulia)).filter(
    (m) => /Content-Type:/i.test(m.raw) && m.header["List-Unsubscribe"],
  );
  const ids = new Set(all.map((m) => m.header["Message-Id"]?.[0]));
  check(ids.size === 1, `Giulia got ${all.length} mails with ${ids.size} different ids`);
  const mail = all[0];
  const link = /<(http[^>]+)>/.exec(mail.header["List-Unsubscribe"][0])[1];
  check(mail.header["List-Unsubscribe-Post"]?.[0] === "List-Unsubscribe=One-Click", "no RFC 8058 header");
  check(link.startsWith(base), `the link leads elsewhere: ${link}`);
  check(text(mail).includes("Gentile Giulia"), `not personal:\n${text(mail)}`);
  check(!/<img|src=/i.test(mail.raw), "the mail loads something");
  await person.page.goto(link);
  await person.inspect("disiscrizione");
  await person.open("/area-personale/preferenze");
  await person.inspect("preferenze");
  const before = await person.page.locator("main").innerText();
  for (let i = 0; i < 3; i++) check((await fetch(link)).ok, "a scanner's GET");
  await person.open("/area-personale/preferenze");
  check((await person.page.locator("main").innerText()) === before, "a GET changed the preferences");
  const answer = await fetch(link, {
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    body: "List-Unsubscribe=One-Click",
  });
  check(answer.ok, `one-click answered ${answer.status}`);
  await person.open("/area-personale/preferenze");
  check((await person.page.locator("main").innerText()) !== before, "one-click changed nothing");
}

async function proof({ person, thread }, operator) {
  step("timeline and search show what they should, and nothing else");
  await person.open("/area-personale");
  for (const shown of [
    "Orari della piscina",
    "Come ti sei trovato allo sportello?",
    "Una fontanella per il parco",
    "Il tuo parere sullo sportello è servito",
  ]) {
    await eventually(`“${shown}” on the timeline`, async () => {
      await person.open("/area-personale");
      return (await person.page.locator("main").innerText()).includes(shown);
    });
  }
  await person.silent(secret);
  await person.open(thread);
  await person.says(word);
  await eventually("search finds the post", async () => {
    await person.open(`/cerca?q=${word}`);
    return (await person.page.locator("main").innerText()).includes("Una fontanella per il parco");
  });
  await person.inspect("cerca");
  await person.open(`/cerca?q=${secret}`);
  check(
    !(await person.page.locator("main").innerText()).includes("piscina"),
    "a citizen finds the staff note",
  );
  await eventually("the operator finds the note", async () => {
    await operator.open(`/desk/search?q=${secret}`);
    return (await operator.page.locator("main").innerText()).toLowerCase().includes("piscina");
  });
  await operator.inspect("desk-search");
  const answer = await person.page.goto(`${base}/desk/contacts`);
  check(answer.status() === 403, `a citizen at the desk: ${answer.status()}`);
}

// requestStory is a request of somebody without an account, on a telephone without scripts: confirmed by the
// link of the mail.
async function requestStory(browser) {
  step("a request without an account");
  const nadia = "nadia@example.it";
  const person = await Person.of(browser, "Nadia, without JavaScript", {
    javaScriptEnabled: false,
    viewport: widths[1],
  });
  await person.open("/richieste/nuova/istanza");
  await person.inspect("richiesta");
  await field(person, "given_name", "Nadia");
  await field(person, "family_name", "Dall'Ò");
  await field(person, "email", nadia);
  await field(person, "subject", "Lampione spento");
  await field(person, "text", "Da tre settimane è spento.");
  await person.press(t("requests.site.review"));
  await person.inspect("richiesta-riepilogo");
  await person.press(t("requests.visitor.send"));
  await person.says(t("requests.confirm.not_filed"));
  await person.inspect("richiesta-conferma");
  const mail = await eventually("the message that asks to confirm", async () => (await mails(nadia))[0]);
  const link = /\/richieste\/conferma\/\S+/.exec(text(mail))?.[0];
  check(link && !text(mail).includes("Lampione"), `no link, or what was typed, in the mail:\n${text(mail)}`);
  const reader = await Person.of(browser, "Nadia, on another device");
  await reader.open(link);
  await reader.says("Da tre settimane è spento.");
  await reader.inspect("richiesta-aperta");
  await reader.press(t("requests.confirm.file"));
  await reader.says("18-bis");
  await reader.inspect("richiesta-ricevuta");
  await eventually("the receipt by mail", async () => (await mails(nadia))[1]);
  for (const one of [person, reader]) await one.close();
}

async function withoutScripts(browser, thread) {
  step("the same with JavaScript off");
  const person = await Person.of(browser, "Nino, without JavaScript", { javaScriptEnabled: false });
  await person.open("/");
  await signInWithCode(person, "nino@example.it", thread);
  await answer(person, "vivere-il-quartiere");
  await person.open(thread);
  await person.open(`${thread.split("/").slice(0, 4).join("/")}/rispondi?a=1`);
  await field(person, "body", "Sono d'accordo, ne servono due.");
  await person.press(t("forum.reply.send"));
  await person.says("ne servono due");
  await person.close();
}

const browser = await launch();
try {
  const giuliaIs = await citizenStory(browser);
  const operator = await operatorStory(browser);
  const office = await communicationStory(browser);
  await mailStory(giuliaIs.person);
  await proof(giuliaIs, operator);
  await withoutScripts(browser, giuliaIs.thread);
  await requestStory(browser);
  for (const person of [giuliaIs.person, operator, office]) await person.close();
  step("done");
} finally {
  await browser.close();
}
