// The left side: the guild, its channels with threads below them, and the direct messages of the person we are.

import { avatar } from "./avatar.js";
import { el, fill, icon } from "./dom.js";
import { announce, channelIcon, channelLabel, ChannelType, isDm, isThread, state, threadsOf } from "./state.js";

const folded = new Set();
const THREADS_SHOWN = 12;

function entry(channel, { nested = false } = {}) {
  const mark = state.unread.get(channel.id);
  const current = channel.id === state.channelId;
  const label = channelLabel(channel);
  return el(
    "li",
    {},
    el("button.channel", {
      type: "button",
      class: [nested ? "nested" : null, current ? "current" : null, mark ? "unread" : null].filter(Boolean).join(" ") || null,
      "aria-current": current ? "page" : null,
      title: label,
      data: { channel: channel.id },
      on: { click: () => announce("open", { channelId: channel.id }) },
    },
    isDm(channel) ? avatar(label, 24) : icon(channelIcon(channel), nested ? 16 : 20),
    el("span.channel-name", {}, label),
    mark?.mentions ? el("span.pill", { "aria-label": `${mark.mentions} mentions` }, String(mark.mentions)) : null),
  );
}

/** A channel and its open threads, the liveliest first; a forum's threads are its posts and listed on its own page too. */
function branch(channel) {
  const threads = threadsOf(channel.id)
    .filter((thread) => !thread.thread_metadata?.archived || thread.id === state.channelId)
    .sort((a, b) => (BigInt(b.last_message_id ?? b.id) < BigInt(a.last_message_id ?? a.id) ? -1 : 1));
  const shown = threads.filter((thread, index) => index < THREADS_SHOWN || thread.id === state.channelId);
  return [entry(channel), shown.length ? el("li", {}, el("ul.threads", {}, shown.map((thread) => entry(thread, { nested: true })))) : null];
}

const byPosition = (a, b) => (a.position ?? 0) - (b.position ?? 0) || (BigInt(a.id) < BigInt(b.id) ? -1 : 1);

function heading(text, key) {
  const open = !folded.has(key);
  return el(
    "button.channel-heading",
    {
      type: "button",
      "aria-expanded": String(open),
      on: {
        click: () => {
          if (open) folded.add(key);
          else folded.delete(key);
          announce("channels");
        },
      },
    },
    icon(open ? "down" : "right", 14),
    text,
  );
}

function group(title, key, channels) {
  const rows = folded.has(key)
    ? channels.filter((channel) => channel.id === state.channelId || state.unread.has(channel.id)).map((channel) => entry(channel))
    : channels.map(branch);
  return el("section", {}, heading(title, key), el("ul", {}, rows));
}

/** Draw the channel list into `node`. */
export function drawChannels(node) {
  const all = [...state.channels.values()];
  const top = all.filter((channel) => !isThread(channel) && !isDm(channel));
  const loose = top.filter((channel) => channel.type !== ChannelType.CATEGORY && !state.channels.has(channel.parent_id)).sort(byPosition);
  const categories = top.filter((channel) => channel.type === ChannelType.CATEGORY).sort(byPosition);
  const dms = all.filter(isDm).sort((a, b) => (BigInt(b.last_message_id ?? b.id) < BigInt(a.last_message_id ?? a.id) ? -1 : 1));
  const scroll = node.scrollTop;
  fill(
    node,
    el("ul", {}, loose.map(branch)),
    categories.map((category) => {
      const children = top.filter((channel) => channel.parent_id === category.id).sort(byPosition);
      return children.length ? group(category.name, category.id, children) : null;
    }),
    dms.length ? group("Direct messages", "dms", dms) : null,
  );
  node.scrollTop = scroll;
}
