// Building the page out of nodes. Nothing in this page ever parses text as HTML: every string that came from
// a person or a bot becomes a text node, so there is no such thing as an escape that was forgotten.

const SVG = "http://www.w3.org/2000/svg";

/** Set one property of `el()`: classes, data, styles, listeners, or a plain attribute. */
function apply(node, key, value) {
  if (value === undefined || value === null || value === false) return;
  if (key === "class") node.setAttribute("class", [node.getAttribute("class"), value].filter(Boolean).join(" "));
  else if (key === "data") Object.assign(node.dataset, value);
  else if (key === "style") for (const [name, v] of Object.entries(value)) node.style.setProperty(name, v);
  else if (key === "on") for (const [name, handler] of Object.entries(value)) node.addEventListener(name, handler);
  else if (key === "value" || key === "checked" || key === "disabled" || key === "selected") node[key] = value;
  else node.setAttribute(key, value === true ? "" : String(value));
}

/** `el("button.primary", {type: "button", on: {click}}, "Send")`: a node; strings become text, null is left out. */
export function el(spec, props = {}, ...children) {
  const [tag, ...classes] = spec.split(".");
  const node = document.createElement(tag || "div");
  if (classes.length) node.className = classes.join(" ");
  for (const [key, value] of Object.entries(props ?? {})) apply(node, key, value);
  add(node, children);
  return node;
}

/** Append children, flattening lists and leaving out null, undefined and false. */
export function add(node, children) {
  for (const child of [children].flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child);
  }
  return node;
}

/** Replace all children. */
export function fill(node, ...children) {
  node.replaceChildren();
  return add(node, children);
}

/** An SVG node, for icons and avatars. */
export function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  add(node, children);
  return node;
}

// Our own drawings on a 24 x 24 grid: one path each, filled with the colour of the text around it.
const ICONS = {
  hash: "M10 3 8.6 8H4l-.5 2h4.6l-1.1 4H2.5L2 16h4.5L5 21h2.1l1.4-5h4.9L12 21h2.1l1.4-5H20l.5-2h-4.5l1.1-4h4.4l.5-2h-4.4L19 3h-2.1l-1.4 5h-4.9L12 3zm0 7h5l-1.1 4h-5z",
  thread: "M4 4h2v6a4 4 0 0 0 4 4h6.2l-3-3 1.4-1.4L20 15l-5.4 5.4-1.4-1.4 3-3H10a6 6 0 0 1-6-6z",
  forum: "M4 4h12a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2H9l-5 4v-4a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2zm16 4a2 2 0 0 1 2 2v12l-4-3h-7a2 2 0 0 1-2-2h9a2 2 0 0 0 2-2z",
  voice: "M4 9v6h4l5 4V5L8 9zm12-1.5v9a5 5 0 0 0 0-9zm0-3.4v2.1a7 7 0 0 1 0 11.6v2.1a9 9 0 0 0 0-15.8z",
  news: "M4 9v6h3l2 5h3l-2-5 9 3V6L10 9zm16 1v4a2 2 0 0 0 0-4z",
  at: "M12 3a9 9 0 1 0 5 16.5l-1.1-1.7A7 7 0 1 1 19 12v1.2c0 .9-.5 1.6-1.2 1.6S16.6 14 16.6 13V8h-2v.7a4.2 4.2 0 1 0 .5 6.1 3.1 3.1 0 0 0 2.7 1.6c1.9 0 3.2-1.5 3.2-3.4V12a9 9 0 0 0-9-9zm0 6.8a2.2 2.2 0 1 1 0 4.4 2.2 2.2 0 0 1 0-4.4z",
  people: "M9 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zm7 1a3.5 3.5 0 0 1 0 7c-.6 0-1.1-.1-1.6-.4a6 6 0 0 0 0-6.2c.5-.3 1-.4 1.6-.4zM9 14c4 0 7 2 7 4.5V20H2v-1.5C2 16 5 14 9 14zm7.5 0c3 .3 5.5 2 5.5 4.5V20h-4v-1.5a5.5 5.5 0 0 0-1.5-4.5z",
  calendar: "M7 2h2v2h6V2h2v2h3a1 1 0 0 1 1 1v15a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1h3zm12 8H5v9h14z",
  menu: "M3 6h18v2H3zm0 5h18v2H3zm0 5h18v2H3z",
  down: "M6 9l6 6 6-6 1.4 1.4L12 17.8l-7.4-7.4z",
  right: "M9 6l6 6-6 6-1.4-1.4L12.2 12 7.6 7.4z",
  close: "M6 4.6 12 10.6l6-6L19.4 6l-6 6 6 6-1.4 1.4-6-6-6 6L4.6 18l6-6-6-6z",
  plus: "M11 4h2v7h7v2h-7v7h-2v-7H4v-2h7z",
  reply: "M10 5v4c7 1 10 5.5 11 11-2.500-4-6-6-11-6v4.500L2.500 11.700z",
  edit: "M15.500 4.500l4 4L8 20H4v-4zm1.400-1.400l1.200-1.200a1.500 1.500 0 0 1 2.100 0l1.900 1.900a1.500 1.500 0 0 1 0 2.100l-1.200 1.200z",
  trash: "M9 3h6l1 2h4v2H4V5h4zM6 9h12l-1 12H7z",
  more: "M6 10a2 2 0 1 1 0 4 2 2 0 0 1 0-4zm6 0a2 2 0 1 1 0 4 2 2 0 0 1 0-4zm6 0a2 2 0 1 1 0 4 2 2 0 0 1 0-4z",
  smile: "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zm0 2a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM9 8.500a1.300 1.300 0 1 1 0 2.600 1.300 1.300 0 0 1 0-2.600zm6 0a1.300 1.300 0 1 1 0 2.600 1.300 1.300 0 0 1 0-2.600zM7.500 13h9a4.500 4.500 0 0 1-9 0z",
  eye: "M12 5c5 0 8.500 4 10 7-1.500 3-5 7-10 7s-8.500-4-10-7c1.500-3 5-7 10-7zm0 3a4 4 0 1 0 0 8 4 4 0 0 0 0-8zm0 2a2 2 0 1 1 0 4 2 2 0 0 1 0-4z",
  file: "M6 2h8l5 5v14a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1V3a1 1 0 0 1 1-1zm7 1.500V8h4.500z",
  note: "M9 4l11-2v13.500a3 3 0 1 1-2-2.800V7L11 8.300v9.200a3 3 0 1 1-2-2.800z",
  play: "M7 4l13 8-13 8z",
  pause: "M6 4h4v16H6zm8 0h4v16h-4z",
  download: "M11 3h2v9l3.500-3.500L18 10l-6 6-6-6 1.500-1.500L11 12zM4 18h16v2H4z",
  link: "M14 4h6v6h-2V7.400l-8.300 8.300-1.400-1.400L16.600 6H14zM5 6h6v2H6v10h10v-5h2v6a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1z",
  moon: "M20 14.500A8.500 8.500 0 0 1 9.500 4 8.500 8.500 0 1 0 20 14.500z",
  sun: "M12 7a5 5 0 1 1 0 10 5 5 0 0 1 0-10zM11 1h2v4h-2zm0 18h2v4h-2zM1 11h4v2H1zm18 0h4v2h-4zM4.200 5.600l1.400-1.400 2.800 2.800L7 8.400zm11.400 11.400l1.400-1.400 2.800 2.800-1.400 1.400zM4.200 18.400L7 15.600 8.400 17l-2.800 2.800zM15.600 7l2.800-2.800 1.400 1.400L17 8.400z",
  bot: "M11 2h2v3h4a3 3 0 0 1 3 3v9a3 3 0 0 1-3 3H7a3 3 0 0 1-3-3V8a3 3 0 0 1 3-3h4zM9 10a1.500 1.500 0 1 0 0 3 1.500 1.500 0 0 0 0-3zm6 0a1.500 1.500 0 1 0 0 3 1.500 1.500 0 0 0 0-3zM8 15v2h8v-2z",
  check: "M9 15.200 5.400 11.600 4 13l5 5L20 7l-1.400-1.400z",
  pin: "M9 3h6v2l-1 1v5l3 3v2h-4v5h-2v-5H7v-2l3-3V6L9 5z",
  send: "M3 4l18 8-18 8 3-7 8-1-8-1z",
  slash: "M15 3h2.500L9 21H6.500z",
  warn: "M12 3l10 18H2zm-1 6v6h2V9zm0 8v2h2v-2z",
  search: "M10 4a6 6 0 1 1 0 12 6 6 0 0 1 0-12zm0 2a4 4 0 1 0 0 8 4 4 0 0 0 0-8zm5.500 8.100L21 19.600 19.600 21l-5.500-5.500z",
};

/** An icon of the text's colour; decorative, so screen readers pass over it. */
export function icon(name, size = 20) {
  return svg(
    "svg",
    { viewBox: "0 0 24 24", width: size, height: size, class: "icon", "aria-hidden": "true" },
    svg("path", { d: ICONS[name] ?? ICONS.file, fill: "currentColor", "fill-rule": "evenodd" }),
  );
}

/** A button that is only an icon; its name is read aloud and shown as a tooltip. */
export function iconButton(name, label, onClick, props = {}) {
  return el("button.icon-button", { type: "button", title: label, "aria-label": label, on: { click: onClick }, ...props }, icon(name));
}
