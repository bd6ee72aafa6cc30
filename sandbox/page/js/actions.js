// What a person does with messages: interactions and their answers, reactions, menus.

import { api } from "./api.js";
import { confirm, openDialog, toast } from "./dialog.js";
import { el, iconButton } from "./dom.js";
import { isEphemeral } from "./message.js";
import { openMenu, openReactionPicker } from "./menu.js";
import { openModal } from "./modal.js";
import { announce, displayName, nameColour, rolesOf, state, userOf } from "./state.js";
import { findMessage, putMessage, putReaction } from "./store.js";
import { avatar } from "./avatar.js";
import { roleBadges } from "./entities.js";
import { fullDate, snowflakeDate, snowflakeNow } from "./time.js";

const MANAGE_MESSAGES = 1n << 13n;
const FAILED = "This interaction failed";

/** Commands this person may use in a channel, asked for once and again when `fresh`. */
export async function commandsIn(channelId, fresh = false) {
  if (channelId === "0") return { slash: [], message: [], user: [] };
  if (fresh || !state.commands.has(channelId)) state.commands.set(channelId, await api.commands(channelId));
  return state.commands.get(channelId);
}

/** What the bot answered: a modal opens; a message that the stream has not brought yet is put in place. */
function answered(answer) {
  if (answer.type === "modal" && answer.modal) {
    const app = [...state.members.values()].find((member) => member.user.bot)?.user;
    openModal(answer.modal, {
      appName: app ? displayName(app.id, app) : null,
      submit: async (values) => answered(await api.modal(answer.interaction, values)),
    });
  }
  for (const message of [answer.message, ...(answer.followups ?? [])]) {
    if (message && !findMessage(message.channel_id, message.id)) putMessage(message, { fresh: true });
  }
  return answer;
}

/** A message that only this page knows: a command that went unanswered, as Discord shows it. */
function failedCommand(channelId, name, type, sentence) {
  const app = [...state.members.values()].find((member) => member.user.bot)?.user ?? { id: "0", username: "App", bot: true };
  const me = userOf(state.me);
  putMessage({
    id: snowflakeNow(), channel_id: channelId, author: app, content: "", type, flags: 64, local: true, error: sentence,
    timestamp: new Date().toISOString(), edited_timestamp: null, attachments: [], embeds: [], components: [], mentions: [],
    interaction_metadata: { user: me, name },
  }, { fresh: true });
}

export async function runSlash(channelId, leaf, values) {
  try {
    answered(await api.slash(channelId, leaf.path, values));
  } catch (error) {
    failedCommand(channelId, leaf.path.join(" "), 20, error.message);
  }
}

async function runMenu(channelId, name, target) {
  try {
    answered(await api.menu(channelId, name, target));
  } catch (error) {
    failedCommand(channelId, name, 23, error.message);
  }
}

/** What components call. `list` shows what is going on and what went wrong. */
export function componentContext(list) {
  const use = async (message, node, call) => {
    if (node.classList.contains("pending")) return;
    node.classList.add("pending");
    node.setAttribute("aria-busy", "true");
    list.note(message.id, null);
    try {
      answered(await call());
    } catch (error) {
      list.note(message.id, { failed: error.code === "no_answer" ? FAILED : error.message });
    } finally {
      node.classList.remove("pending");
      node.removeAttribute("aria-busy");
    }
  };
  // The message as it is now, not as it was drawn: it may have been edited since.
  return {
    press(component, node) {
      const id = node.closest(".message").dataset.id;
      return use({ id }, node, () => api.click(state.channelId, id, component.custom_id));
    },
    choose(component, values, node) {
      const id = node.closest(".message").dataset.id;
      return use({ id }, node, () => api.select(state.channelId, id, component.custom_id, values));
    },
  };
}

export const emojiCode = (emoji) => (emoji.id ? `${emoji.name}:${emoji.id}` : emoji.name);

export async function react(message, emoji, present) {
  try {
    await api.react(message.channel_id, message.id, emojiCode(emoji), present);
    putReaction(message.channel_id, message.id, emoji, state.me, present);
  } catch (error) {
    toast(error.message, "bad");
  }
}

export const pickReaction = (message, event) =>
  openReactionPicker(event, (face) => react(message, { id: null, name: face }, true));

async function removeMessage(message) {
  const sure = await confirm({
    title: "Delete message",
    text: el("p", {}, "Are you sure you want to delete this message? ", el("em", {}, message.content.slice(0, 200))),
    action: "Delete",
    danger: true,
  });
  if (!sure) return;
  try {
    await api.remove(message.channel_id, message.id);
  } catch (error) {
    toast(error.message, "bad");
  }
}

async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    toast(`${what} copied.`);
  } catch {
    toast(text); // no clipboard allowed: show it to be copied by hand
  }
}

export const messageLink = (message) => `https://discord.com/channels/${state.guildId ?? "@me"}/${message.channel_id}/${message.id}`;

function mayDelete(message) {
  if (message.author.id === state.me) return true;
  return Boolean(BigInt(state.channels.get(message.channel_id)?.permissions ?? 0) & MANAGE_MESSAGES);
}

/** Everything one can do with a message, with the bot's own message commands under "Apps". */
export async function messageMenu(message, event) {
  const private_ = isEphemeral(message);
  const items = [];
  if (!private_) items.push({ label: "Add reaction", icon: "smile", run: () => pickReaction(message, event) });
  if (message.author.id === state.me) items.push({ label: "Edit message", icon: "edit", run: () => announce("edit", { message }) });
  if (!private_) items.push({ label: "Reply", icon: "reply", run: () => announce("reply", { message }) });
  const channel = state.channels.get(message.channel_id);
  if (!private_ && [0, 5].includes(channel?.type) && !state.channels.has(message.id)) {
    items.push({ label: "Create thread", icon: "thread", run: () => announce("new-thread", { channel, message }) });
  }
  if (message.content) items.push({ label: "Copy text", run: () => copy(message.content, "Text") });
  items.push({ label: "Copy message link", icon: "link", run: () => copy(messageLink(message), "Link") });
  items.push({ label: "Copy message ID", run: () => copy(message.id, "ID") });
  const commands = private_ ? [] : ((await commandsIn(message.channel_id, true).catch(() => null))?.message ?? []);
  if (commands.length) {
    items.push(null, { heading: "Apps" });
    for (const command of commands) {
      items.push({ label: command.name, icon: "bot", run: () => runMenu(message.channel_id, command.name, { message: message.id }) });
    }
  }
  if (private_) items.push(null, { label: "Dismiss message", icon: "close", run: () => announce("dismiss", message) });
  else if (mayDelete(message)) items.push(null, { label: "Delete message", icon: "trash", danger: true, run: () => removeMessage(message) });
  openMenu(items, event, "Message");
}

function profile(id) {
  const user = userOf(id);
  const colour = nameColour(id);
  const joined = state.members.get(id)?.joined_at;
  const dialog = openDialog({
    label: displayName(id),
    className: "profile",
    content: [
      el("header.dialog-head", {},
        avatar(displayName(id), 80),
        el("div", {}, el("h2", colour ? { class: "coloured", style: { "--role": colour } } : {}, displayName(id)), el("p.muted", {}, user?.username ?? "")),
        iconButton("close", "Close", () => dialog.close())),
      el("div.dialog-body", {},
        el("h3.people-heading", {}, "Roles"), rolesOf(id).length ? roleBadges(id) : el("p.muted", {}, "None"),
        el("h3.people-heading", {}, "Member since"), el("p", {}, fullDate(joined ? new Date(joined) : snowflakeDate(id)))),
    ],
  });
}

/** What one can do with a person. */
export async function personMenu(id, event, { become, openDm }) {
  const user = userOf(id);
  const items = [{ label: "Profile", icon: "people", run: () => profile(id) }];
  if (user?.bot && state.members.has(id)) items.push({ label: "Message", icon: "at", run: openDm });
  else if (id !== state.me && state.members.has(id)) items.push({ label: `Be ${displayName(id)}`, icon: "eye", run: () => become(id) });
  items.push({ label: "Copy user ID", run: () => copy(id, "ID") });
  const channelId = state.channelId;
  const commands = state.members.has(id) && channelId ? ((await commandsIn(channelId).catch(() => null))?.user ?? []) : [];
  if (commands.length) {
    items.push(null, { heading: "Apps" });
    for (const command of commands) items.push({ label: command.name, icon: "bot", run: () => runMenu(channelId, command.name, { target_user: id }) });
  }
  openMenu(items, event, displayName(id));
}
