// Keyboard shortcuts of the desk. They are read from the page itself (data-keys on links, data-key on
// buttons and on what folds), so that nobody is offered what they may not open. None fires while somebody
// types, and they can be switched off (WCAG 2.1.4).

const off = "asc-shortcuts-off";
const wait = 1500; // milliseconds between the keys of a pair

function switchedOff(): boolean {
  try {
    return localStorage.getItem(off) === "1";
  } catch {
    return false;
  }
}

/** Reports whether keys pressed there are text. */
function typing(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("input, textarea, select, [role=textbox]"))
  );
}

function help(): HTMLDialogElement | null {
  return document.querySelector<HTMLDialogElement>("dialog[data-shortcuts]");
}

/** Does what a key or a pair of keys stands for, and reports whether it stood for anything. */
function act(keys: string): boolean {
  if (keys === "?") {
    help()?.showModal();
    return help() !== null;
  }
  if (keys === "/") {
    const field = document.querySelector<HTMLInputElement>("main input[type=search], main input[name=q]");
    if (field) {
      field.focus();
      field.select();
      return true;
    }
  }
  const button = document.querySelector<HTMLElement>(`main [data-key="${CSS.escape(keys)}"]`);
  const link = document.querySelector<HTMLAnchorElement>(`a[data-keys="${CSS.escape(keys)}"]`);
  (button ?? link)?.click();
  return (button ?? link) !== null;
}

function listen(): void {
  let first = "";
  let since = 0;
  document.addEventListener("keydown", (e) => {
    if (
      e.defaultPrevented ||
      e.isComposing ||
      e.repeat ||
      e.ctrlKey ||
      e.altKey ||
      e.metaKey ||
      e.key.length !== 1
    )
      return;
    if (typing(e.target) || document.querySelector("dialog[open]") || switchedOff()) return;
    const keys = first && Date.now() - since < wait ? `${first} ${e.key}` : e.key;
    first = "";
    if (act(keys)) e.preventDefault();
    else if (e.key === "g") [first, since] = ["g", Date.now()];
  });
}

/** The button that switches them off and on again, wherever the list stands. */
function toggles(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-shortcuts-toggle]")) {
    const tell = (): void => {
      button.setAttribute("aria-pressed", String(switchedOff()));
    };
    button.hidden = false;
    button.addEventListener("click", () => {
      try {
        localStorage.setItem(off, switchedOff() ? "0" : "1");
      } catch {
        return; // a browser that keeps nothing
      }
      tell();
    });
    tell();
  }
}

export function shortcuts(): void {
  if (!document.body.classList.contains("desk")) return;
  listen();
  toggles();
  document.querySelector("button[data-shortcuts-close]")?.addEventListener("click", () => help()?.close());
  for (const link of document.querySelectorAll<HTMLAnchorElement>("a[data-shortcuts-open]")) {
    link.addEventListener("click", (e) => {
      const dialog = help();
      if (!dialog) return;
      e.preventDefault();
      dialog.showModal();
    });
  }
}

/**
 * Puts the focus into the first field of a page that is one form, where there is a keyboard and the page
 * stands at its beginning.
 */
export function firstField(): void {
  if (!document.body.classList.contains("desk") || window.innerWidth < 768 || location.hash) return;
  const forms = document.querySelectorAll<HTMLFormElement>("main > form.asc-form");
  if (forms.length !== 1) return;
  const fields = forms[0].querySelectorAll<HTMLElement>("input:not([type=hidden]), select, textarea");
  [...fields]
    .find((f) => f.getClientRects().length > 0 && !f.hasAttribute("disabled"))
    ?.focus({ preventScroll: true });
}
