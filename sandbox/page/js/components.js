// Components of a message, version 1 (rows) and version 2 (layouts).

import { el, icon } from "./dom.js";
import { customEmoji, link } from "./inline.js";
import { markdown } from "./markdown.js";
import { fileCard, gallery, hide, picture, resolveMedia } from "./media.js";
import { selectMenu } from "./select.js";
import { hex } from "./state.js";

const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link", 6: "premium" };
export const LAYOUT_FLAG = 1 << 15; // IS_COMPONENTS_V2

/** A partial emoji object as Discord gives it on buttons, options and reactions. */
export function emojiNode(emoji) {
  if (!emoji) return null;
  return emoji.id ? customEmoji(emoji.name) : el("span.emoji", { "aria-hidden": "true" }, emoji.name);
}

function button(component, context) {
  const style = STYLES[component.style] ?? "secondary";
  const label = [emojiNode(component.emoji), component.label ? el("span", {}, component.label) : null];
  if (component.style === 5) {
    const anchor = el("a.button", { class: style, href: component.url, target: "_blank", rel: "noopener noreferrer" }, label, icon("link", 14));
    // Only addresses that a link in a message may have; anything else is shown but goes nowhere.
    if (!link(component.url ?? "") || component.disabled) {
      anchor.removeAttribute("href");
      anchor.setAttribute("aria-disabled", "true");
    }
    return anchor;
  }
  const node = el("button.button", {
    type: "button",
    class: style,
    disabled: component.disabled ?? false,
    data: { customId: component.custom_id ?? "" },
    "aria-label": component.label ? null : (component.emoji?.name ?? "Button"),
  }, label);
  node.addEventListener("click", () => context.press?.(component, node));
  return node;
}

function section(component, context) {
  const accessory = component.accessory;
  return el(
    "div.section",
    {},
    el("div.section-text", {}, render(component.components, context)),
    el("div.section-accessory", {}, accessory ? render([accessory], context) : null),
  );
}

function container(component, context) {
  const accent = component.accent_color;
  const node = el(
    "section.container",
    accent !== null && accent !== undefined ? { class: "accented", style: { "--accent": hex(accent) } } : {},
    render(component.components, context),
  );
  return component.spoiler ? hide(node) : node;
}

// One function per component type; what Discord adds later is shown by its number rather than lost.
const KINDS = {
  1: (component, context) => el("div.row", {}, render(component.components, context)),
  2: button,
  3: selectMenu,
  5: selectMenu,
  6: selectMenu,
  7: selectMenu,
  8: selectMenu,
  9: section,
  10: (component) => el("div.text-display.markdown", {}, markdown(component.content)),
  11: (component, { message }) =>
    picture({ ...resolveMedia(component.media, message), description: component.description, spoiler: component.spoiler }, { className: "thumbnail", fixed: true }),
  12: (component, { message }) =>
    gallery(component.items.map((item) => ({ ...resolveMedia(item.media, message), description: item.description, spoiler: item.spoiler }))),
  13: (component, { message }) => {
    const file = fileCard({ ...resolveMedia(component.file, message), ...(component.name ? { filename: component.name } : {}) });
    return component.spoiler ? hide(file) : file;
  },
  14: (component) =>
    el("div.separator", { class: [component.divider === false ? "plain" : null, component.spacing === 2 ? "large" : null].filter(Boolean).join(" ") || null, role: "separator" }),
  17: container,
};

/**
 * Components as nodes. `context`: {message, press(component, node), choose(component, values, node)}.
 */
export function render(components, context) {
  return (components ?? []).map((component) => {
    const make = KINDS[component.type];
    return make ? make(component, context) : el("div.unknown-component", {}, `(component of type ${component.type})`);
  });
}
