// Windows over the page, on the browser's own <dialog>: it keeps the focus inside and gives it back afterwards.

import { el, iconButton } from "./dom.js";

/** Open a dialog; returns {node, close}. Pressing outside or Escape closes it unless `sticky`. */
export function openDialog({ label, content, className = "", onClose, sticky = false }) {
  const node = el("dialog.dialog", { class: className, "aria-label": label }, content);
  const close = () => node.open && node.close();
  const before = document.activeElement;
  node.addEventListener("close", () => {
    node.remove();
    // The browser gives the focus back while the page below is still inert, and then Chromium takes no typing there.
    if (document.activeElement === before) {
      before.blur();
      before.focus({ preventScroll: true });
    }
    onClose?.();
  });
  node.addEventListener("pointerdown", (event) => {
    if (event.target === node && !sticky) close();
  });
  document.body.append(node);
  node.showModal();
  return { node, close };
}

/** A question with two answers; resolves to true or false. */
export function confirm({ title, text, action, danger = false }) {
  return new Promise((resolve) => {
    let answer = false;
    const done = (value) => () => {
      answer = value;
      dialog.close();
    };
    const dialog = openDialog({
      label: title,
      className: "confirm",
      onClose: () => resolve(answer),
      content: [
        el("header.dialog-head", {}, el("h2", {}, title), iconButton("close", "Close", done(false))),
        el("div.dialog-body", {}, text),
        el("footer.dialog-foot", {},
          el("button.button.secondary", { type: "button", on: { click: done(false) } }, "Cancel"),
          el("button.button", { type: "button", class: danger ? "danger" : "primary", autofocus: true, on: { click: done(true) } }, action)),
      ],
    });
  });
}

let shelf = null;

/** A short notice at the edge of the page, read aloud too. */
export function toast(text, kind = "info") {
  shelf ??= document.body.appendChild(el("div.toasts", { role: "status", "aria-live": "polite" }));
  const node = el("div.toast", { class: kind }, text);
  shelf.append(node);
  setTimeout(() => node.remove(), 6000);
}
