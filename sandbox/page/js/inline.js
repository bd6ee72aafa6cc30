// Discord's markdown, inline: marks, code, spoilers, links, mentions, timestamps, emoji.
// A rule is tried where its first character stands; what no rule wants is text.

import { el } from "./dom.js";
import { announce, channelIcon, channelLabel, displayName, hex, rolesOf, state, userOf } from "./state.js";
import { icon } from "./dom.js";
import { fullDate, stamp } from "./time.js";

const SAFE_ADDRESS = /^https?:\/\/[^\s<>]+$/i;

/** An outside link; anything but http and https stays text, whatever a message claims. */
export function link(address, label) {
  if (!SAFE_ADDRESS.test(address)) return null;
  const inside = insideLink(address);
  if (inside) return inside;
  return el("a", { href: address, target: "_blank", rel: "noopener noreferrer", title: address }, label ?? address);
}

/** A link to a message or channel of this Discord opens it here instead of leaving the page. */
function insideLink(address) {
  const match = /^https?:\/\/(?:(?:\w+\.)?discord(?:app)?\.com|127\.0\.0\.1:\d+|localhost:\d+)\/channels\/(\d+|@me)\/(\d+)(?:\/(\d+))?$/.exec(address);
  if (!match || !state.channels.has(match[2])) return null;
  const channel = state.channels.get(match[2]);
  return mention(
    [icon(channelIcon(channel), 14), channelLabel(channel), match[3] ? " › message" : null],
    () => announce("open", { channelId: match[2], messageId: match[3] }),
  );
}

function mention(children, onClick, props = {}) {
  if (!onClick) return el("span.mention", props, ...[children].flat());
  return el("button.mention", { type: "button", ...props, on: { click: onClick } }, ...[children].flat());
}

function userMention(id) {
  if (!userOf(id)) return mention(`<@${id}>`);
  const roles = rolesOf(id).map((role) => role.name).join(", ");
  return mention(`@${displayName(id)}`, null, { title: roles || "member" });
}

function roleMention(id) {
  const role = state.roles.get(id);
  if (!role) return mention("@unknown-role");
  const colour = role.color ? { style: { "--role": hex(role.color) }, class: "role" } : {};
  return mention(`@${role.name}`, null, colour);
}

function channelMention(id) {
  const channel = state.channels.get(id);
  if (!channel) return mention([icon("hash", 14), "unknown"]);
  return mention([icon(channelIcon(channel), 14), channelLabel(channel)], () => announce("open", { channelId: id }));
}

function timestamp(seconds, style) {
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return null;
  const live = style === "R" ? { data: { live: "1" } } : {};
  return el("time.stamp", { datetime: date.toISOString(), title: fullDate(date), ...live }, stamp(date, style ?? "f"));
}

function spoiler(children) {
  const node = el("span.spoiler", { role: "button", tabindex: "0", "aria-label": "Spoiler: press to show" }, ...children);
  const show = (event) => {
    if (node.classList.contains("shown")) return;
    event.preventDefault();
    event.stopPropagation();
    node.classList.add("shown");
    node.removeAttribute("aria-label");
    node.removeAttribute("role");
  };
  node.addEventListener("click", show, true);
  node.addEventListener("keydown", (event) => ["Enter", " "].includes(event.key) && show(event));
  return node;
}

const wrap = (tag) => (match, context) => el(tag, {}, inline(match[1], context));

/** Bare addresses end before closing punctuation, and keep a bracket only when it was opened inside them. */
function bareLink(match) {
  let address = match[0].replace(/[.,:;!?'"*_~|]+$/, "");
  while (address.endsWith(")") && address.split("(").length < address.split(")").length) address = address.slice(0, -1);
  const node = link(address);
  return node ? { node, length: address.length } : null;
}

// [first characters, expression, make a node (or null to leave it as text), needs a non-word character before]
const RULES = [
  ["\\", /^\\([^\p{L}\p{N}\s])/u, (match) => match[1]],
  ["`", /^(`+)([\s\S]*?[^`])\1(?!`)/, (match) => el("code.code", {}, match[2].replace(/^ (?=`)|(?<=`) $/g, ""))],
  ["*", /^\*\*\*(?=\S)([\s\S]+?)\*\*\*(?!\*)/, (match, context) => el("strong", {}, el("em", {}, inline(match[1], context)))],
  ["*", /^\*\*(?=\S)((?:\\[\s\S]|(?!\*\*)[\s\S]|\*\*(?=\*))+?)\*\*(?!\*)/, wrap("strong")],
  ["*", /^\*(?=\S)((?:\*\*|\\[\s\S]|\s+(?:[^*\s]|\*\*)|[^\s*\\])+?)\*(?!\*)/, wrap("em")],
  ["_", /^__((?:\\[\s\S]|(?!__)[\s\S])+)__(?!_)/, wrap("u")],
  ["_", /^_(?=\S)((?:__|\\[\s\S]|[^\\_])+?)_(?![\p{L}\p{N}_])/u, wrap("em"), true],
  ["~", /^~~([\s\S]+?)~~/, wrap("s")],
  ["|", /^\|\|([\s\S]+?)\|\|/, (match, context) => spoiler([inline(match[1], context)])],
  ["[", /^\[((?:\\.|[^[\]\\]|\[[^[\]]*\])+)\]\(<?(https?:\/\/(?:[^\s<>()]|\([^\s<>()]*\))+)>?(?: "[^"]*")?\)/, (match, context) =>
    context.masked === false ? null : link(match[2], inline(match[1], { ...context, masked: false, bare: false }))],
  ["<", /^<(https?:\/\/[^\s<>]+)>/, (match) => link(match[1])],
  ["<", /^<@!?(\d{5,20})>/, (match) => userMention(match[1])],
  ["<", /^<@&(\d{5,20})>/, (match) => roleMention(match[1])],
  ["<", /^<#(\d{5,20})>/, (match) => channelMention(match[1])],
  ["<", /^<\/([\w -]{1,100}):(\d{5,20})>/, (match) =>
    mention(`/${match[1]}`, () => announce("compose", { command: match[1] }))],
  ["<", /^<t:(-?\d{1,13})(?::([tTdDfFR]))?>/, (match) => timestamp(match[1], match[2])],
  ["<", /^<a?:(\w{2,32}):(\d{5,20})>/, (match) => customEmoji(match[1])],
  ["h", /^https?:\/\/[^\s<>]{2,}/i, (match, context) => (context.bare === false ? null : bareLink(match)), true],
  ["@", /^@(everyone|here)\b/, (match) => mention(match[0])],
];
const SPECIAL = new Set(RULES.map(([first]) => first));

/** Custom emoji have no picture here; their name in a chip says as much. */
export function customEmoji(name) {
  return el("span.custom-emoji", { title: `:${name}:` }, `:${name}:`);
}

/** The first rule that fits at `at`: its node and how much text it took. */
function attempt(text, at, context) {
  const rest = text.slice(at);
  const previous = at ? text[at - 1] : "";
  for (const [first, expression, make, boundary] of RULES) {
    if (first !== text[at] || (boundary && /[\p{L}\p{N}]/u.test(previous))) continue;
    const match = expression.exec(rest);
    const made = match && make(match, context);
    if (made) return made.node ? made : { node: made, length: match[0].length };
  }
  return null;
}

/** Inline markdown as nodes. */
export function inline(text, context = {}) {
  const fragment = document.createDocumentFragment();
  let plain = "";
  let at = 0;
  while (at < text.length) {
    const hit = SPECIAL.has(text[at]) ? attempt(text, at, context) : null;
    if (!hit) {
      plain += text[at++];
      continue;
    }
    if (plain) fragment.append(plain);
    plain = "";
    fragment.append(hit.node);
    at += hit.length;
  }
  if (plain) fragment.append(plain);
  return fragment;
}

/** One line without line breaks or blocks, for reply previews. */
export function oneLine(text, limit = 120) {
  const line = text.replace(/\s+/g, " ").trim();
  return inline(line.length > limit ? `${line.slice(0, limit)}…` : line, { bare: false, masked: false });
}
