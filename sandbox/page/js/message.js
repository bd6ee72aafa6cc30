// One message as nodes: who, when, what, and what hangs below it.

import { avatar } from "./avatar.js";
import { emojiNode, LAYOUT_FLAG, render } from "./components.js";
import { el, icon, iconButton } from "./dom.js";
import { embedCard } from "./embed.js";
import { oneLine } from "./inline.js";
import { markdown, onlyEmoji } from "./markdown.js";
import { attachments, looseAttachments } from "./media.js";
import { announce, channelLabel, displayName, nameColour, pingsMe, state } from "./state.js";
import { clock, fullDate, messageTime } from "./time.js";

const EPHEMERAL = 1 << 6;
const LOADING = 1 << 7;
const REPLY = 19;
const ORDINARY = new Set([0, 19, 20, 23]); // plain, reply, slash command, context menu command

export const isEphemeral = (message) => Boolean(message.flags & EPHEMERAL);
export const isOrdinary = (message) => ORDINARY.has(message.type);

/** The name of an author in the colour of their highest role; pressing it opens what one can do with them. */
export function authorName(user, { menu = true } = {}) {
  const colour = nameColour(user.id);
  const props = colour ? { style: { "--role": colour }, class: "coloured" } : {};
  const name = displayName(user.id, user);
  if (!menu) return el("span.author", props, name);
  return el("button.author", { type: "button", ...props, on: { click: (event) => announce("person-menu", { id: user.id, event }) } }, name);
}

export const appTag = (user) => (user.bot ? el("span.app-tag", { title: "A bot" }, "APP") : null);

function timeNode(date, text) {
  return el("time.when", { datetime: date.toISOString(), title: fullDate(date) }, text);
}

function replyLine(message) {
  if (message.type !== REPLY) return null;
  const target = message.referenced_message;
  if (!target) return el("div.reply-line", {}, el("em", {}, "Original message was deleted"));
  const preview = target.content ? oneLine(target.content) : el("em", {}, target.attachments?.length ? "Click to see attachment" : "Click to see message");
  const jump = () => announce("open", { channelId: target.channel_id, messageId: target.id });
  return el(
    "div.reply-line",
    {},
    avatar(displayName(target.author.id, target.author), 16),
    appTag(target.author),
    authorName(target.author),
    el("span.reply-preview", { on: { click: jump } }, preview, target.edited_timestamp ? el("span.edited", {}, " (edited)") : null),
    el("button.jump", { type: "button", on: { click: jump }, "aria-label": "Go to the message that this answers" }, icon("reply", 14)),
  );
}

/** "Mira used /submit": above what a bot answers to a command. */
function commandLine(message) {
  const meta = message.interaction_metadata ?? message.interaction;
  const name = meta?.name ?? message.interaction?.name;
  if (!meta?.user || !name || ![20, 23].includes(message.type)) return null;
  return el(
    "div.reply-line.command-line",
    {},
    avatar(displayName(meta.user.id, meta.user), 16),
    authorName(meta.user),
    " used ",
    el("span.command-name", {}, message.type === 20 ? `/${name}` : name),
  );
}

function header(message) {
  const date = new Date(message.timestamp);
  return el("h3.message-head", {}, authorName(message.author), appTag(message.author), timeNode(date, messageTime(date)));
}

function content(message) {
  if (message.flags & LOADING) {
    return el("div.thinking", { role: "status" }, el("span.dots", {}, el("i"), el("i"), el("i")), `${displayName(message.author.id, message.author)} is thinking…`);
  }
  const parts = [];
  if (message.content && !(message.flags & LAYOUT_FLAG)) {
    parts.push(el("div.content.markdown", { class: onlyEmoji(message.content) ? "jumbo" : null }, markdown(message.content)));
  }
  if (message.edited_timestamp && !isEphemeral(message)) {
    const date = new Date(message.edited_timestamp);
    const mark = el("span.edited", { title: fullDate(date) }, "(edited)");
    if (parts.length) (parts[0].querySelector(":scope > .md-text:last-child") ?? parts[0]).append(" ", mark);
    else parts.push(mark);
  }
  return parts;
}

function reactions(message) {
  if (!message.reactions?.length) return null;
  return el(
    "div.reactions",
    {},
    message.reactions.map((reaction) =>
      el("button.reaction", {
        type: "button",
        class: reaction.me ? "mine" : null,
        "aria-pressed": reaction.me ? "true" : "false",
        "aria-label": `${reaction.emoji.name}, ${reaction.count}`,
        on: { click: () => announce("react", { message, emoji: reaction.emoji, on: !reaction.me }) },
      }, emojiNode(reaction.emoji), el("span", {}, String(reaction.count)))),
  );
}

/** A card for the thread that grew out of this message. */
function threadCard(message) {
  const thread = message.thread ?? state.channels.get(message.id);
  if (!thread || message.type === 21) return null;
  const count = state.channels.get(thread.id)?.message_count ?? thread.message_count ?? 0;
  return el(
    "button.thread-card",
    { type: "button", on: { click: () => announce("open", { channelId: thread.id }) } },
    icon("thread", 16),
    el("strong", {}, channelLabel(thread)),
    el("span", {}, count === 1 ? "1 message ›" : `${count} messages ›`),
  );
}

function ephemeralLine(message) {
  return el(
    "div.ephemeral-line",
    {},
    icon("eye", 14),
    "Only you can see this • ",
    el("button.text-link", { type: "button", on: { click: () => announce("dismiss", message) } }, "Dismiss message"),
  );
}

function toolbar(message, local) {
  if (local) return null;
  const mine = message.author.id === state.me;
  const say = (what, extra) => (event) => announce(what, { message, event, ...extra });
  return el(
    "div.toolbar",
    { role: "group", "aria-label": "Message actions" },
    isEphemeral(message) ? null : iconButton("smile", "Add reaction", say("pick-reaction")),
    mine && isOrdinary(message) ? iconButton("edit", "Edit", say("edit")) : null,
    isEphemeral(message) ? null : iconButton("reply", "Reply", say("reply")),
    iconButton("more", "More", say("message-menu")),
  );
}

const SYSTEM = {
  1: (m) => ["added ", m.mentions?.[0] ? authorName(m.mentions[0]) : "somebody", "."],
  4: (m) => ["changed the channel name: ", el("strong", {}, m.content)],
  6: () => ["pinned a message to this channel."],
  7: () => ["joined the server."],
  18: (m) => ["started a thread: ", threadLink(m), "."],
  46: () => ["posted the result of a poll."],
};

function threadLink(message) {
  const id = message.message_reference?.channel_id ?? message.thread?.id;
  return el("button.text-link", { type: "button", on: { click: () => announce("open", { channelId: id }) } }, el("strong", {}, message.content || channelLabel(state.channels.get(id))));
}

function systemMessage(message) {
  const date = new Date(message.timestamp);
  const sentence = SYSTEM[message.type]?.(message) ?? [message.content || `did something (message type ${message.type}).`];
  const sign = { 6: "pin", 7: "right", 18: "thread" }[message.type] ?? "right";
  return [
    el("div.gutter", {}, icon(sign, 18)),
    el("div.body", {}, el("div.system", {}, authorName(message.author), " ", sentence, " ", timeNode(date, messageTime(date))), threadCard(message)),
  ];
}

/** The message in whose place a thread begins: Discord repeats it at the thread's top. */
function starter(message) {
  return message.type === 21 && message.referenced_message ? { ...message.referenced_message, id: message.id, type: 0 } : message;
}

/**
 * A message as a list item. `grouped`: the same author just spoke, so name and face are left out.
 * `context` is what components call when they are used; `failed` a sentence shown below when that went wrong.
 */
export function messageNode(original, { grouped = false, context, failed, busy } = {}) {
  const message = starter(original);
  const local = Boolean(message.local);
  const node = el("li.message", {
    id: `message-${message.id}`,
    tabindex: "-1",
    class: [grouped ? "grouped" : "first", pingsMe(message) ? "pinged" : null, isEphemeral(message) ? "ephemeral" : null, busy ? "busy" : null]
      .filter(Boolean).join(" "),
    data: { id: message.id, author: message.author.id, type: String(message.type) },
  });
  if (!isOrdinary(message)) {
    node.append(...systemMessage(message), toolbar(message, local) ?? "");
    return node;
  }
  const date = new Date(message.timestamp);
  const about = [replyLine(message), commandLine(message)].filter(Boolean);
  node.append(...about);
  node.append(
    el("div.gutter", {}, grouped ? timeNode(date, clock(date)) : avatar(displayName(message.author.id, message.author), 40)),
    el("div.body", {},
      grouped ? null : header(message),
      content(message),
      attachments(looseAttachments(message)),
      (message.embeds ?? []).map((embed) => embedCard(embed, message)),
      message.components?.length ? el("div.components", { class: message.flags & LAYOUT_FLAG ? "layout" : null }, render(message.components, { ...context, message })) : null,
      failed ? el("div.failed", { role: "alert" }, failed) : null,
      message.error ? el("div.failed", { role: "alert" }, icon("warn", 16), message.error) : null,
      reactions(message),
      threadCard(message),
      isEphemeral(message) ? ephemeralLine(message) : null),
  );
  const tools = toolbar(message, local);
  if (tools) node.append(tools);
  return node;
}
