// Select menus, in messages and in modals: a button that opens a searchable list.

import { emojiNode } from "./components.js";
import { el, fill, icon } from "./dom.js";
import { entityItems, entityName, search } from "./entities.js";
import { Listbox } from "./listbox.js";

const ENTITY = { 5: "user", 6: "role", 7: "mentionable", 8: "channel" };

function optionItem(option) {
  return {
    key: option.value,
    value: option.value,
    label: option.label,
    detail: option.description,
    lead: emojiNode(option.emoji),
  };
}

/**
 * A select. `context.choose(component, values, node)` is called when the choice is complete: at once where one value is
 * wanted, when the list closes where several are. In a modal `context.held(component, values)` keeps the values instead.
 */
export function selectMenu(component, context) {
  const kind = ENTITY[component.type];
  const most = component.max_values ?? 1;
  const least = component.min_values ?? 1;
  const several = most > 1;
  let values = kind
    ? (component.default_values ?? []).map((value) => value.id)
    : (component.options ?? []).filter((option) => option.default).map((option) => option.value);
  let before = values;

  const shown = el("span.select-value");
  const button = el("button.select", {
    type: "button",
    role: "combobox",
    "aria-haspopup": "listbox",
    "aria-expanded": "false",
    "aria-label": component.placeholder ?? "Make a selection",
    disabled: component.disabled ?? false,
    data: { customId: component.custom_id },
  }, shown, icon("down", 20));
  const searchField = el("input.listbox-search", { type: "text", placeholder: "Search", "aria-label": "Search", autocomplete: "off" });
  const list = new Listbox({
    field: searchField,
    anchor: button,
    label: component.placeholder ?? "Options",
    side: "below",
    multiple: several,
    onPick: (item) => pick(item.value),
    onClose: closed,
  });

  function describe() {
    const labels = values.map((value) =>
      kind ? entityName(value) : (component.options.find((option) => option.value === value)?.label ?? value));
    const single = !kind && values.length === 1 ? component.options.find((option) => option.value === values[0]) : null;
    button.classList.toggle("empty", !labels.length);
    fill(shown, single ? emojiNode(single.emoji) : null, labels.length ? labels.join(", ") : (component.placeholder ?? "Make a selection"));
  }

  function refresh() {
    const query = searchField.value;
    const items = kind
      ? entityItems(kind, query, component.channel_types)
      : search(component.options ?? [], query, (option) => [option.label, option.description]).map(optionItem);
    const full = several && values.length >= most;
    for (const item of items) {
      item.checked = values.includes(item.value);
      item.disabled = full && !item.checked;
      if (item.checked) item.trail = icon("check", 18);
    }
    list.show(items, { heading: list.open ? undefined : head(), active: list.open ? list.active : 0, empty: "Nothing found" });
  }

  /** The field has the focus even where there is little to search in: the keys go through it. */
  function head() {
    const searching = kind || (component.options ?? []).length > 8;
    const hint = several ? el("span.listbox-hint", {}, `Choose ${least === most ? most : `${least} to ${most}`}`) : null;
    return [searching ? searchField : el("span.sr-only", {}, searchField), hint];
  }

  function pick(value) {
    if (several) {
      values = values.includes(value) ? values.filter((other) => other !== value) : [...values, value];
      describe();
      refresh();
      return;
    }
    values = least === 0 && values.includes(value) ? [] : [value];
    before = null; // choosing the same option again is a choice too
    describe();
    list.close();
  }

  function closed() {
    if (!button.isConnected) return; // the message was drawn anew: nothing was chosen
    const changed = before === null || before.join() !== values.join();
    button.setAttribute("aria-expanded", "false");
    button.focus();
    if (!changed) return;
    if (values.length < least && !(values.length === 0 && component.required === false)) {
      values = before ?? [];
      describe();
      return;
    }
    before = values;
    if (context.held) context.held(component, values);
    else context.choose?.(component, values, button);
  }

  function open() {
    before = values;
    searchField.value = "";
    button.setAttribute("aria-expanded", "true");
    refresh();
    searchField.focus();
  }

  button.addEventListener("click", () => (list.open ? list.close() : open()));
  button.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" || list.open) return;
    event.preventDefault();
    open();
  });
  searchField.addEventListener("input", () => refresh());
  searchField.addEventListener("keydown", (event) => list.key(event));
  describe();
  if (context.held && values.length) context.held(component, values);
  return el("div.select-box", {}, button);
}
