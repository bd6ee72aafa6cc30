// The live stream: Discord's gateway events as this person may see them, applied to what the page knows.

import { api } from "./api.js";
import { announce, isThread, learnUser, state } from "./state.js";
import {
  dropChannel, dropEvent, dropMember, dropMessage, dropRole, findMessage, putChannel, putEvent, putMember, putMessage, putReaction, putRole,
} from "./store.js";

const here = (payload) => !payload.guild_id || payload.guild_id === state.guildId;

function messageUpdate(message) {
  const known = findMessage(message.channel_id, message.id);
  // An event knows nothing of who looks on: which reactions are mine, the page knows better.
  if (known) putMessage({ ...message, reactions: known.reactions });
  else putMessage(message);
}

function reaction(payload, present) {
  if (payload.member?.user) learnUser(payload.member.user);
  putReaction(payload.channel_id, payload.message_id, payload.emoji, payload.user_id, present);
}

function channelChange(channel) {
  const known = state.channels.get(channel.id);
  // Who may see a channel is the server's to say: ask again. A thread is as visible as the channel it hangs from.
  if (isThread(channel)) putChannel({ permissions: state.channels.get(channel.parent_id)?.permissions, ...channel });
  else if (channel.type === 1) announce("resync", "dms");
  else if (known) {
    putChannel(channel);
    announce("resync", "guild");
  } else announce("resync", "guild");
}

const HANDLERS = {
  message_create(message) {
    const channel = state.channels.get(message.channel_id);
    if (!channel) return announce("resync", message.guild_id ? "guild" : "dms");
    if (isThread(channel) && !findMessage(channel.id, message.id)) channel.message_count = (channel.message_count ?? 0) + 1;
    announce("spoke", message);
    return putMessage(message, { fresh: true });
  },
  message_update: messageUpdate,
  message_delete: (payload) => dropMessage(payload.channel_id, payload.id),
  message_delete_bulk: (payload) => payload.ids.forEach((id) => dropMessage(payload.channel_id, id)),
  message_reaction_add: (payload) => reaction(payload, true),
  message_reaction_remove: (payload) => reaction(payload, false),
  message_reaction_remove_all(payload) {
    const message = findMessage(payload.channel_id, payload.message_id);
    if (message) putMessage({ ...message, reactions: [] });
  },
  typing_start: (payload) => announce("typing", payload),
  channel_create: channelChange,
  channel_update: channelChange,
  channel_delete: (channel) => dropChannel(channel.id),
  thread_create: channelChange,
  thread_update: channelChange,
  thread_delete: (channel) => dropChannel(channel.id),
  guild_create: () => announce("resync", "guild"),
  guild_update: () => announce("resync", "guild"),
  guild_role_create: (payload) => putRole(payload.role),
  guild_role_update: (payload) => putRole(payload.role),
  guild_role_delete: (payload) => dropRole(payload.role_id),
  guild_member_add: putMember,
  guild_member_update(member) {
    putMember(member);
    if (member.user.id === state.me) announce("resync", "guild"); // other roles may see other channels
  },
  guild_member_remove: (payload) => dropMember(payload.user.id),
  guild_scheduled_event_create: putEvent,
  guild_scheduled_event_update: putEvent,
  guild_scheduled_event_delete: (event) => dropEvent(event.id),
};

let source = null;

/** Listen as the person we are; resolves once the stream is open, so that nothing between it and a snapshot is lost. */
export function listen() {
  source?.close();
  const stream = api.stream();
  source = stream;
  for (const [name, handle] of Object.entries(HANDLERS)) {
    stream.addEventListener(name, (event) => {
      if (stream !== source) return;
      const payload = JSON.parse(event.data);
      if (here(payload)) handle(payload);
    });
  }
  // The browser reconnects by itself and says which event it saw last, and the sandbox sends what was missed.
  stream.addEventListener("error", () => {
    if (stream !== source) return;
    announce("connection", false);
    if (stream.readyState === EventSource.CLOSED) announce("lost"); // refused: the sandbox was started anew
  });
  return new Promise((resolve) => {
    stream.addEventListener("open", () => {
      if (stream === source) announce("connection", true);
      resolve();
    });
  });
}
