// Changes to what the page knows, each announced under one topic, so that whoever shows it can follow.

import { announce, learnMember, learnUser, pingsMe, state } from "./state.js";

const gone = new Set(); // ids of deleted messages: an answer that comes late must not bring one back

const later = (a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1);

function learnFrom(message) {
  learnUser(message.author);
  if (message.member) learnMember({ ...message.member, user: message.author });
  message.mentions?.forEach(learnUser);
  if (message.interaction_metadata?.user) learnUser(message.interaction_metadata.user);
  if (message.referenced_message) learnFrom(message.referenced_message);
}

/** Put a page of history where it belongs. */
export function addHistory(channelId, page, { complete = false } = {}) {
  page.forEach(learnFrom);
  const known = new Map((state.messages.get(channelId) ?? []).map((message) => [message.id, message]));
  for (const message of page) known.set(message.id, message);
  state.messages.set(channelId, [...known.values()].sort(later));
  if (complete) state.complete.add(channelId);
  announce("messages", { channelId });
}

/** A message was made or changed. `fresh`: it was just made, so it may be unread. */
export function putMessage(message, { fresh = false } = {}) {
  if (gone.has(message.id)) return;
  learnFrom(message);
  const list = state.messages.get(message.channel_id);
  if (list) {
    const at = list.findIndex((known) => known.id === message.id);
    if (at >= 0) list[at] = { ...list[at], ...message };
    else if (fresh || !list.length || later(list[0], message) < 0) {
      list.push(message);
      list.sort(later);
    }
    for (const [index, other] of list.entries()) {
      // Replies show the message they answer: keep that copy true.
      if (other.referenced_message?.id === message.id) list[index] = { ...other, referenced_message: { ...other.referenced_message, ...message } };
    }
  }
  const channel = state.channels.get(message.channel_id);
  if (channel && fresh) channel.last_message_id = message.id;
  if (fresh && message.channel_id !== state.channelId && message.author?.id !== state.me) {
    const mark = state.unread.get(message.channel_id) ?? { count: 0, mentions: 0 };
    mark.count += 1;
    if (pingsMe(message) || channel?.type === 1) mark.mentions += 1;
    state.unread.set(message.channel_id, mark);
    announce("channels");
  }
  announce("messages", { channelId: message.channel_id, message });
}

export function dropMessage(channelId, id) {
  gone.add(id);
  const list = state.messages.get(channelId);
  if (!list) return;
  const kept = list.filter((message) => message.id !== id);
  for (const [index, other] of kept.entries()) {
    if (other.referenced_message?.id === id) kept[index] = { ...other, referenced_message: null };
  }
  state.messages.set(channelId, kept);
  announce("messages", { channelId });
}

export function findMessage(channelId, id) {
  return state.messages.get(channelId)?.find((message) => message.id === id);
}

/** Count a reaction up or down. */
export function putReaction(channelId, messageId, emoji, userId, present) {
  const message = findMessage(channelId, messageId);
  if (!message) return;
  const same = (reaction) => reaction.emoji.name === emoji.name && (reaction.emoji.id ?? null) === (emoji.id ?? null);
  const list = [...(message.reactions ?? [])];
  const at = list.findIndex(same);
  const mine = userId === state.me;
  const old = at >= 0 ? list[at] : { emoji, count: 0, me: false };
  if (mine && old.me === present) return; // already counted, by the answer to our own request
  const reaction = { ...old, count: old.count + (present ? 1 : -1), me: mine ? present : old.me };
  if (at < 0 && present) list.push(reaction);
  else if (reaction.count <= 0) list.splice(at, 1);
  else list[at] = reaction;
  putMessage({ ...message, reactions: list });
}

export function putChannel(channel) {
  const known = state.channels.get(channel.id);
  state.channels.set(channel.id, { ...known, ...channel });
  channel.recipients?.forEach(learnUser);
  announce("channels");
  announce("messages", { channelId: channel.parent_id ?? channel.id });
}

export function dropChannel(id) {
  state.channels.delete(id);
  state.messages.delete(id);
  announce("channels");
}

export function putRole(role) {
  state.roles.set(role.id, role);
  announce("people");
}

export function dropRole(id) {
  state.roles.delete(id);
  announce("people");
}

export function putMember(member) {
  learnMember(member);
  announce("people");
}

export function dropMember(id) {
  state.members.delete(id);
  announce("people");
}

export function putEvent(event) {
  state.events = [...state.events.filter((other) => other.id !== event.id), event].sort((a, b) =>
    a.scheduled_start_time.localeCompare(b.scheduled_start_time));
  announce("events");
}

export function dropEvent(id) {
  state.events = state.events.filter((event) => event.id !== id);
  announce("events");
}

export function markRead(channelId) {
  if (state.unread.delete(channelId)) announce("channels");
}
