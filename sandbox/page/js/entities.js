// People, roles and channels as items of a Listbox: for selects, command options, mentions and the people picker.

import { avatar } from "./avatar.js";
import { el, icon } from "./dom.js";
import { channelIcon, channelLabel, ChannelType, displayName, hex, isDm, rolesOf, state, userOf } from "./state.js";

const MOST = 50; // a list longer than this is narrowed by typing, not by scrolling

const fold = (text) => (text ?? "").toLowerCase();

/** How well `text` answers `query`: 0 begins with it, 1 a word begins with it, 2 contains it, null not at all. */
export function rank(text, query) {
  const hay = fold(text);
  const needle = fold(query).trim();
  if (hay.startsWith(needle)) return 0;
  const at = hay.indexOf(needle);
  if (at < 0) return null;
  return /[\s_-]/.test(hay[at - 1]) ? 1 : 2;
}

/** Those whose texts answer the query, the best first. */
export function search(list, query, texts) {
  return list
    .map((item) => [Math.min(...texts(item).filter(Boolean).map((text) => rank(text, query) ?? 9)), item])
    .filter(([score]) => score < 9)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
}

/** Two roles at most, as small labels: they tell producers and artists apart at a glance. */
export function roleBadges(id) {
  return el(
    "span.badges",
    {},
    rolesOf(id).filter((role) => !role.managed).slice(0, 2).map((role) =>
      el("span.badge", { style: role.color ? { "--role": hex(role.color) } : {} }, role.name)),
  );
}

export function memberItem(member) {
  const id = member.user.id;
  return {
    key: id,
    value: id,
    label: displayName(id),
    detail: member.user.username === displayName(id) ? null : member.user.username,
    lead: avatar(displayName(id), 24),
    trail: member.user.bot ? el("span.app-tag", {}, "APP") : roleBadges(id),
  };
}

export function memberItems(query = "", { bots = true } = {}) {
  const people = [...state.members.values()].filter((member) => bots || !member.user.bot);
  return search(people, query, (member) => [member.nick, member.user.global_name, member.user.username])
    .slice(0, MOST)
    .map(memberItem);
}

export function roleItems(query = "") {
  const roles = [...state.roles.values()].sort((a, b) => b.position - a.position);
  return search(roles, query, (role) => [role.name]).slice(0, MOST).map((role) => ({
    key: role.id,
    value: role.id,
    label: role.name.startsWith("@") ? role.name : `@${role.name}`,
    lead: el("span.role-dot", { style: { background: role.color ? hex(role.color) : "var(--muted)" } }),
  }));
}

export function channelItems(query = "", types = null) {
  const wanted = (channel) => !isDm(channel) && (types?.length ? types.includes(channel.type) : channel.type !== ChannelType.CATEGORY);
  return search([...state.channels.values()].filter(wanted), query, (channel) => [channel.name]).slice(0, MOST).map((channel) => ({
    key: channel.id,
    value: channel.id,
    label: channelLabel(channel),
    detail: state.channels.get(channel.parent_id)?.name,
    lead: icon(channelIcon(channel), 18),
  }));
}

export const mentionableItems = (query = "") => [...memberItems(query), ...roleItems(query)].slice(0, MOST);

/** The items of an entity select or option, by what it picks. */
export function entityItems(kind, query, types) {
  if (kind === "user") return memberItems(query);
  if (kind === "role") return roleItems(query);
  if (kind === "channel") return channelItems(query, types);
  return mentionableItems(query);
}

/** The name of something picked by its id. */
export function entityName(id) {
  if (state.roles.has(id)) return `@${state.roles.get(id).name.replace(/^@/, "")}`;
  if (userOf(id)) return displayName(id);
  return channelLabel(state.channels.get(id));
}
