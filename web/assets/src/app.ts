// What makes pages more comfortable where scripts run. Every page works without it.

import { firstField, shortcuts } from "./shortcuts";

document.documentElement.classList.add("js");

/** Opens and closes the navigation of narrow screens. */
function siteNavigation(): void {
  const button = document.querySelector<HTMLButtonElement>('[data-toggle="navigation"]');
  const nav = document.getElementById("navigazione");
  if (!button || !nav) return;
  const show = (open: boolean): void => {
    nav.classList.toggle("open", open);
    button.setAttribute("aria-expanded", String(open));
  };
  button.addEventListener("click", () => show(!nav.classList.contains("open")));
  document.addEventListener("keydown", (e) => {
    if (e.key !== "Escape" || !nav.classList.contains("open")) return;
    show(false);
    button.focus();
  });
  // The skip link must not lead to something hidden.
  document.querySelector('a[href="#navigazione"]')?.addEventListener("click", () => show(true));
}

/** Tells below a text area how many characters are left, politely and not at every key. */
function counters(): void {
  for (const area of document.querySelectorAll<HTMLTextAreaElement>("textarea[data-counter]")) {
    const note = document.createElement("p");
    note.className = "form-text";
    note.setAttribute("aria-live", "polite");
    const tell = (): void => {
      note.textContent = `${area.dataset.counter} ${area.maxLength - area.value.length}`;
    };
    let waiting = 0;
    area.addEventListener("input", () => {
      window.clearTimeout(waiting);
      waiting = window.setTimeout(tell, 400);
    });
    area.after(note);
    tell();
  }
}

/** What scripts add to the parts of a question of a survey, by the name that the page gives it. */
const aids: Record<string, (group: HTMLElement) => void> = { sum: leftOfSum, place: ownPosition };

function surveyAids(): void {
  for (const group of document.querySelectorAll<HTMLElement>("[data-aid]"))
    aids[group.dataset.aid ?? ""]?.(group);
}

/** Tells below numbers that must come to a total how much is left of it, politely and not at every key. */
function leftOfSum(group: HTMLElement): void {
  const inputs = [...group.querySelectorAll<HTMLInputElement>("input")];
  const note = document.createElement("p");
  note.className = "form-text";
  note.setAttribute("role", "status");
  const tell = (): void => {
    const sum = inputs.reduce((all, i) => all + (Number(i.value.replace(/[.,\s]/g, "")) || 0), 0);
    note.textContent = `${group.dataset.text} ${Number(group.dataset.value) - sum}`;
  };
  let waiting = 0;
  group.addEventListener("input", () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(tell, 400);
  });
  group.append(note);
  tell();
}

/**
 * Offers beside the fields of a place to fill in the coordinates of where one is, as exactly as they are
 * kept.
 */
function ownPosition(group: HTMLElement): void {
  const [lat, lon] = [...group.querySelectorAll<HTMLInputElement>("input")].slice(-2);
  if (!lat || !lon || !("geolocation" in navigator)) return;
  const [offer, failed] = (group.dataset.text ?? "").split("|");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-outline-primary btn-sm";
  button.textContent = offer ?? "";
  const note = document.createElement("p");
  note.className = "form-text";
  note.setAttribute("role", "status");
  button.addEventListener("click", () => {
    note.textContent = "";
    navigator.geolocation.getCurrentPosition(
      (here) => {
        const digits = Number(group.dataset.value);
        lat.value = here.coords.latitude.toFixed(digits);
        lon.value = here.coords.longitude.toFixed(digits);
        note.textContent = `${lat.value}; ${lon.value}`;
      },
      () => (note.textContent = failed ?? ""),
      { timeout: 20_000 },
    );
  });
  group.append(button, note);
}

/**
 * Marks what was focused with a pointer, so that the design system draws its outline for the keyboard only.
 */
function pointerFocus(): void {
  let pointer = false;
  document.addEventListener("pointerdown", () => (pointer = true), true);
  document.addEventListener("keydown", () => (pointer = false), true);
  document.addEventListener("focusin", (e) => {
    if (pointer && e.target instanceof HTMLElement) e.target.setAttribute("data-focus-mouse", "true");
  });
  document.addEventListener("focusout", (e) => {
    if (e.target instanceof HTMLElement) e.target.removeAttribute("data-focus-mouse");
  });
}

/** Folds away on narrow screens what stands open beside the matter on wide ones. */
function foldNarrow(): void {
  const narrow = window.innerWidth < 992;
  for (const details of document.querySelectorAll<HTMLDetailsElement>("details[data-fold-narrow]")) {
    if (narrow) details.open = false;
    // until then the style sheet hides what is about to be folded, so that nothing jumps
    details.dataset.folded = "";
  }
}

/**
 * Opens on paper what is folded away on the screen, but for forms, and folds it again. What is marked
 * otherwise is not printed.
 */
function unfoldForPrint(): void {
  let opened: HTMLDetailsElement[] = [];
  window.addEventListener("beforeprint", () => {
    const folded = document.querySelectorAll<HTMLDetailsElement>("details:not([open], form *)");
    opened = [...folded].filter((details) => !details.querySelector("form"));
    for (const details of opened) details.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
  });
}

/**
 * Renews the part of the page that changes by itself: when its event stream tells of another version, or
 * every so many seconds where there is no stream to be had, and only while somebody looks. When the page
 * comes back without the mark, or in another state, it is shown anew as a whole.
 */
function live(): void {
  const part = document.querySelector<HTMLElement>("[data-live]");
  if (!part?.id) return;
  const pause = Math.max(1, Number(part.dataset.live)) * 1000;
  let busy = false;
  const renew = async (): Promise<void> => {
    if (busy || document.hidden) return;
    busy = true;
    try {
      const answer = await fetch(location.href, {
        headers: { Accept: "text/html", "Ascolto-Renewal": "1" },
        cache: "no-store",
      });
      if (answer.ok && !answer.redirected) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.getElementById(part.id);
        if (!fresh?.hasAttribute("data-live") || fresh.dataset.liveState !== part.dataset.liveState)
          return location.reload();
        if (!part.contains(document.activeElement)) {
          part.replaceChildren(...fresh.childNodes);
          part.dataset.liveVersion = fresh.dataset.liveVersion;
        }
      }
    } catch {
      // The server or the network is away for a while: the next time tells.
    } finally {
      busy = false;
    }
  };
  let timer = 0;
  const poll = (): void => {
    timer ||= window.setInterval(() => void renew(), pause);
  };
  const events = part.dataset.liveEvents;
  if (!events || !("EventSource" in window)) return poll();
  let stream: EventSource | undefined;
  const listen = (): void => {
    if (stream || timer || document.hidden) return;
    const opened = new EventSource(events);
    stream = opened;
    opened.addEventListener("change", (e) => {
      if ((e as MessageEvent<string>).data !== part.dataset.liveVersion) void renew();
    });
    opened.addEventListener("error", () => {
      if (opened.readyState === EventSource.CLOSED) poll(); // refused: there are too many
    });
  };
  // A stream takes one of the few connections a browser has: a page that nobody looks at gives it back.
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) return listen();
    stream?.close();
    stream = undefined;
  });
  listen();
}

document.addEventListener("DOMContentLoaded", () => {
  foldNarrow();
  siteNavigation();
  counters();
  surveyAids();
  pointerFocus();
  live();
  shortcuts();
  unfoldForPrint();
  const marked = document.querySelector<HTMLElement>("[data-focus], [autofocus]");
  if (marked) marked.focus();
  else firstField();
});
