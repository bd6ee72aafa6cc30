// Small menus: what one can do with a message or a person; and a handful of emoji to react with.

import { el, fill, icon } from "./dom.js";

let opened = null;

function closeMenu(refocus = true) {
  if (!opened) return;
  const { node, from, outside } = opened;
  opened = null;
  node.remove();
  document.removeEventListener("pointerdown", outside, true);
  if (refocus) from?.focus?.({ preventScroll: true });
}

function placeAt(node, x, y) {
  document.body.append(node);
  const { width, height } = node.getBoundingClientRect();
  node.style.left = `${Math.max(8, Math.min(x, innerWidth - width - 8))}px`;
  node.style.top = `${Math.max(8, Math.min(y, innerHeight - height - 8))}px`;
}

function pointOf(event) {
  if (event?.clientX) return [event.clientX, event.clientY];
  const box = (event?.currentTarget ?? event?.target ?? document.activeElement).getBoundingClientRect();
  return [box.left, box.bottom + 4];
}

function moveFocus(node, event) {
  const items = [...node.querySelectorAll("[role=menuitem]:not(:disabled)")];
  const at = items.indexOf(document.activeElement);
  const steps = { ArrowDown: at + 1, ArrowUp: at - 1, ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: items.length - 1 };
  if (event.key === "Escape" || event.key === "Tab") closeMenu();
  else if (event.key in steps) items.at((steps[event.key] + items.length) % items.length)?.focus();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function open(node, event) {
  const from = document.activeElement;
  closeMenu(false);
  const [x, y] = pointOf(event);
  placeAt(node, x, y);
  const outside = (press) => !node.contains(press.target) && closeMenu(false);
  opened = { node, from, outside };
  document.addEventListener("pointerdown", outside, true);
  node.addEventListener("keydown", (key) => moveFocus(node, key));
  node.querySelector("[role=menuitem]")?.focus();
}

/** `items`: {label, icon, danger, run} or {heading} or null (a line). */
export function openMenu(items, event, label) {
  const rows = items.map((item) => {
    if (!item) return el("hr");
    if (item.heading) return el("div.menu-heading", {}, item.heading);
    const run = () => {
      closeMenu();
      item.run();
    };
    return el("button.menu-item", { type: "button", role: "menuitem", class: item.danger ? "danger" : null, on: { click: run } }, item.label, item.icon ? icon(item.icon, 18) : null);
  });
  open(el("div.menu", { role: "menu", "aria-label": label }, rows), event);
}

const FACES = "👍 ❤️ 😂 🎉 😮 😢 🔥 👏 🙏 💯 ✨ 🎨 🎵 🎬 📸 ✏️ 🤔 👀 🚀 🌈 ⭐ ✅ ❌ 💡 🥇 🤝 😍 😎 🥳 💜".split(" ");

/** Emoji to react with. */
export function openReactionPicker(event, pick) {
  const node = el("div.menu.faces", { role: "menu", "aria-label": "Add a reaction" });
  fill(node, FACES.map((face) => {
    const run = () => {
      closeMenu();
      pick(face);
    };
    return el("button.face", { type: "button", role: "menuitem", "aria-label": face, on: { click: run } }, face);
  }));
  open(node, event);
}
