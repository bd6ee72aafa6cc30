// What the page knows: one plain object, look-ups over it, and a tiny way to hear of changes.
// Entities are kept exactly as Discord's API shapes them; ids are strings.

export const state = {
  me: null, // the user id of the person we act as
  meUser: null,
  guildId: null,
  channelId: null,
  guilds: [],
  roles: new Map(),
  channels: new Map(), // guild channels, threads and this person's DMs
  members: new Map(), // user id -> member
  users: new Map(), // everybody seen anywhere (authors who left, DM recipients)
  messages: new Map(), // channel id -> messages, oldest first
  complete: new Set(), // channel ids whose history is loaded to the first message
  commands: new Map(), // channel id -> commands this person may use there
  events: [], // scheduled events of the guild
  unread: new Map(), // channel id -> {count, mentions}
};

export const ChannelType = {
  TEXT: 0, DM: 1, VOICE: 2, CATEGORY: 4, NEWS: 5, NEWS_THREAD: 10, THREAD: 11, PRIVATE_THREAD: 12, STAGE: 13, FORUM: 15, MEDIA: 16,
};
const THREADS = new Set([ChannelType.NEWS_THREAD, ChannelType.THREAD, ChannelType.PRIVATE_THREAD]);
const FORUMS = new Set([ChannelType.FORUM, ChannelType.MEDIA]);
export const isThread = (channel) => THREADS.has(channel?.type);
export const isForum = (channel) => FORUMS.has(channel?.type);
export const isDm = (channel) => channel?.type === ChannelType.DM;

const listeners = new Map();

/** Call `fn(payload)` whenever `topic` is announced. */
export function on(topic, fn) {
  if (!listeners.has(topic)) listeners.set(topic, new Set());
  listeners.get(topic).add(fn);
}

export function announce(topic, payload) {
  for (const fn of listeners.get(topic) ?? []) fn(payload);
}

/** Remember the people in a payload, so that a mention of somebody who left still has a name. */
export function learnUser(user) {
  if (user?.id) state.users.set(user.id, { ...state.users.get(user.id), ...user });
}

export function learnMember(member) {
  if (!member?.user?.id) return;
  learnUser(member.user);
  state.members.set(member.user.id, { ...state.members.get(member.user.id), ...member });
}

export function userOf(id) {
  return state.members.get(id)?.user ?? state.users.get(id);
}

/** The name shown for a person: nick, display name, then user name. */
export function displayName(id, user = userOf(id)) {
  return state.members.get(id)?.nick ?? user?.global_name ?? user?.username ?? "unknown-user";
}

/** The roles of a member, highest first; @everyone has no say. */
export function rolesOf(id) {
  const member = state.members.get(id);
  if (!member) return [];
  return member.roles
    .map((roleId) => state.roles.get(roleId))
    .filter(Boolean)
    .sort((a, b) => b.position - a.position);
}

export const hex = (number) => `#${Number(number).toString(16).padStart(6, "0")}`;

/** The colour of a person's name: their highest role that has one; null for none. */
export function nameColour(id) {
  const role = rolesOf(id).find((candidate) => candidate.color);
  return role ? hex(role.color) : null;
}

export function channelLabel(channel) {
  if (!channel) return "unknown";
  if (isDm(channel)) {
    const other = channel.recipients?.find((user) => user.id !== state.me) ?? channel.recipients?.[0];
    return other ? displayName(other.id, other) : "Direct message";
  }
  return channel.name ?? "unnamed";
}

export function channelIcon(channel) {
  if (isThread(channel)) return "thread";
  if (isForum(channel)) return "forum";
  if (isDm(channel)) return "at";
  if (channel?.type === ChannelType.VOICE || channel?.type === ChannelType.STAGE) return "voice";
  if (channel?.type === ChannelType.NEWS) return "news";
  return "hash";
}

/** Does this message ping the person we are? (Discord marks those messages in yellow.) */
export function pingsMe(message) {
  if (!state.me || message.author?.id === state.me) return false;
  if (message.mention_everyone) return true;
  if (message.mentions?.some((user) => user.id === state.me)) return true;
  const mine = state.members.get(state.me)?.roles ?? [];
  return Boolean(message.mention_roles?.some((roleId) => mine.includes(roleId)));
}

export const threadsOf = (parentId) =>
  [...state.channels.values()].filter((channel) => isThread(channel) && channel.parent_id === parentId);
