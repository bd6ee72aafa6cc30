// A list that pops up beside a field and is moved through with the arrow keys while the focus stays in the field
// (the combobox pattern). The slash picker, option fields, selects, mentions and the people picker all use it.

import { el, fill } from "./dom.js";

let serial = 0;

/**
 * `field`: the element that has the focus; `anchor`: what the list stands beside (default: the field);
 * `onPick(item)`: called with the chosen item. An item is {key, label, detail, lead, trail, group, disabled, checked}.
 */
export class Listbox {
  constructor({ field, anchor = field, onPick, label, className = "", side = "above", multiple = false, onClose }) {
    Object.assign(this, { field, anchor, onPick, side, multiple, onClose });
    this.items = [];
    this.active = -1;
    this.id = `list-${(serial += 1)}`;
    this.head = el("div.listbox-head");
    this.list = el("ul.listbox-items", { role: "listbox", id: this.id, "aria-label": label, "aria-multiselectable": multiple || null });
    this.node = el("div.listbox", { class: className }, this.head, this.list);
    // A press must not take the focus out of the field.
    this.node.addEventListener("mousedown", (event) => event.target.tagName !== "INPUT" && event.preventDefault());
    this.place = this.place.bind(this);
  }

  get open() {
    return this.node.isConnected;
  }

  show(items, { heading, active = 0, empty } = {}) {
    this.items = items;
    if (heading !== undefined) fill(this.head, heading);
    const rows = [];
    let group;
    items.forEach((item, index) => {
      if (item.group && item.group !== group) rows.push(el("li.listbox-group", { role: "presentation" }, item.group));
      group = item.group;
      rows.push(this.row(item, index));
    });
    if (!items.length && empty) rows.push(el("li.listbox-empty", { role: "presentation" }, empty));
    fill(this.list, rows);
    if (!items.length && !empty && heading === undefined) return this.close();
    this.activate(items.length ? Math.max(0, Math.min(active, items.length - 1)) : -1);
    if (!this.open) this.mount();
    this.place();
    return undefined;
  }

  row(item, index) {
    const node = el(
      "li.listbox-item",
      {
        role: "option",
        id: `${this.id}-${index}`,
        class: item.disabled ? "off" : null,
        "aria-selected": item.checked ? "true" : "false",
        "aria-disabled": item.disabled ? "true" : null,
        data: { key: item.key ?? "" },
      },
      item.lead ?? null,
      el("span.listbox-text", {}, el("span.listbox-label", {}, item.label), item.detail ? el("span.listbox-detail", {}, item.detail) : null),
      item.trail ?? null,
    );
    node.addEventListener("pointermove", () => this.active !== index && this.activate(index, false));
    node.addEventListener("click", () => this.pick(index));
    return node;
  }

  mount() {
    // Inside an open modal dialog only its own descendants can be pressed.
    (this.anchor.closest("dialog[open]") ?? document.body).append(this.node);
    this.field.setAttribute("aria-expanded", "true");
    this.field.setAttribute("aria-controls", this.id);
    addEventListener("resize", this.place);
    addEventListener("scroll", this.place, true);
    this.outside = (event) => {
      if (!this.node.contains(event.target) && !this.anchor.contains(event.target) && event.target !== this.field) this.close();
    };
    document.addEventListener("pointerdown", this.outside);
  }

  close() {
    if (!this.open) return;
    this.node.remove();
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
    removeEventListener("resize", this.place);
    removeEventListener("scroll", this.place, true);
    document.removeEventListener("pointerdown", this.outside);
    this.onClose?.();
  }

  /** Beside the anchor, on the wished side when there is room, never out of the window. */
  place() {
    if (!this.anchor.isConnected) return this.close(); // its message was drawn anew
    const box = this.anchor.getBoundingClientRect();
    const above = box.top - 16;
    const below = innerHeight - box.bottom - 16;
    const up = this.side === "above" ? above > 180 || above > below : below < 220 && above > below;
    const width = Math.min(Math.max(box.width, 280), innerWidth - 16);
    const style = this.node.style;
    style.width = `${width}px`;
    style.left = `${Math.max(8, Math.min(box.left, innerWidth - width - 8))}px`;
    style.maxHeight = `${Math.min(440, up ? above : below)}px`;
    style.top = up ? "auto" : `${box.bottom + 6}px`;
    style.bottom = up ? `${innerHeight - box.top + 6}px` : "auto";
    return undefined;
  }

  activate(index, scroll = true) {
    this.active = index;
    this.list.querySelector(".active")?.classList.remove("active");
    const node = document.getElementById(`${this.id}-${index}`) ?? this.list.querySelectorAll(".listbox-item")[index];
    if (!node) return this.field.removeAttribute("aria-activedescendant");
    node.classList.add("active");
    this.field.setAttribute("aria-activedescendant", node.id);
    if (scroll) node.scrollIntoView({ block: "nearest" });
    return undefined;
  }

  pick(index = this.active) {
    const item = this.items[index];
    if (!item || item.disabled) return false;
    this.onPick(item);
    return true;
  }

  /** Arrow keys, Enter and Escape while the list is open; true when the key was used up. */
  key(event) {
    if (!this.open || event.isComposing) return false;
    const last = this.items.length - 1;
    if (event.key === "ArrowDown") this.activate(this.active >= last ? 0 : this.active + 1);
    else if (event.key === "ArrowUp") this.activate(this.active <= 0 ? last : this.active - 1);
    else if (event.key === "Enter" || event.key === "Tab") {
      if (event.shiftKey || !this.pick()) return false;
    } else if (event.key === "Escape") this.close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }
}
