// The frame around the conversation: theme, drawers, and what the address and the browser remember.

const $ = (id) => document.getElementById(id);
const KEY = "sandbox-page";

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

/** What to show first: the address wins (?as= ?channel= ?message= ?guild= ?theme=), then the last visit. */
export function loadPrefs() {
  const query = Object.fromEntries(new URLSearchParams(location.search));
  const { as, theme } = kept();
  return { as, theme, ...query };
}

/** Keep the address true, so that it can be copied, and the choice for the next visit. */
export function remember(changes) {
  const address = new URL(location.href);
  for (const [key, value] of Object.entries(changes)) if (value) address.searchParams.set(key, value);
  address.searchParams.delete("message");
  history.replaceState(null, "", address);
  keep({ as: changes.as });
}

function keep(changes) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...kept(), ...changes }));
  } catch {
    // No storage: the choice lasts as long as the page.
  }
}

/** dark, light, or what the system prefers. */
export function setTheme(theme) {
  const dark = theme ? theme === "dark" : !matchMedia("(prefers-color-scheme: light)").matches;
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  $("theme-button").setAttribute("aria-pressed", String(!dark));
}

export function wireChrome() {
  $("theme-button").addEventListener("click", () => {
    const theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    setTheme(theme);
    keep({ theme });
  });
  const app = $("app");
  $("drawer-button").addEventListener("click", () => app.classList.toggle("drawer"));
  $("shade").addEventListener("click", () => app.classList.remove("drawer", "people"));
  $("members-button").addEventListener("click", () => {
    const narrow = matchMedia("(max-width: 900px)").matches;
    app.classList.toggle(narrow ? "people" : "alone");
    $("members-button").setAttribute("aria-pressed", String(narrow ? app.classList.contains("people") : !app.classList.contains("alone")));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") app.classList.remove("drawer", "people");
  });
}
