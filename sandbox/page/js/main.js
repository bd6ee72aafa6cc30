// The page put together: who we are, what is open, and who hears of what.

import { commandsIn, componentContext, messageMenu, personMenu, pickReaction, react, runSlash } from "./actions.js";
import { api } from "./api.js";
import { Composer } from "./composer.js";
import { toast } from "./dialog.js";
import { add, fill, icon } from "./dom.js";
import { listen } from "./events.js";
import { drawForum, newThread } from "./forum.js";
import { markdown } from "./markdown.js";
import { openMenu } from "./menu.js";
import { MessageList } from "./messages.js";
import { drawMembers, WhoAmI } from "./people.js";
import { openEvents } from "./schedule.js";
import { drawChannels } from "./sidebar.js";
import { announce, channelIcon, channelLabel, ChannelType, displayName, isForum, isThread, learnMember, learnUser, on, state } from "./state.js";
import { addHistory, dropChannel, markRead, putChannel, putMessage } from "./store.js";
import { keepTimesLive } from "./time.js";
import { loadPrefs, remember, setTheme, wireChrome } from "./chrome.js";

const $ = (id) => document.getElementById(id);
const SEND = 1n << 11n;
const SEND_IN_THREADS = 1n << 38n;

const list = new MessageList({ scroller: $("scroller"), list: $("messages"), context: null, loadOlder });
list.context = componentContext(list);
const who = new WhoAmI($("who"), (id) => become(id));
const composer = new Composer($("composer"), $("chat"), {
  send: async (channelId, { content, files, reply, ping }) => {
    const message = await api.post(channelId, { content, files, replyTo: reply?.id, ping });
    if (channelId === "0") {
      await loadDms();
      await open(message.channel_id);
      dropChannel("0");
    }
    putMessage(message, { fresh: true });
    list.toBottom();
  },
  edit: async (message, content) => {
    if (!content) throw new Error("An empty message cannot be saved. Delete it instead.");
    putMessage(await api.edit(message.channel_id, message.id, content));
  },
  commands: async (fresh) => {
    try {
      return (await commandsIn(state.channelId, fresh)).slash;
    } catch {
      return [];
    }
  },
  slash: (channelId, leaf, values) => {
    list.toBottom();
    return runSlash(channelId, leaf, values);
  },
  autocomplete: async (channelId, leaf, values, focused) => (await api.autocomplete(channelId, leaf.path, values, focused)).choices,
});

async function loadOlder(channelId) {
  const [oldest] = state.messages.get(channelId);
  const page = await api.messages(channelId, { before: oldest.id });
  addHistory(channelId, page, { complete: page.length < 50 });
}

/** The guild as this person sees it now. */
async function loadGuild() {
  const guilds = await api.guilds();
  state.guilds = guilds;
  const wanted = guilds.find((guild) => guild.id === state.guildId) ?? guilds[0];
  state.guildId = wanted?.id ?? null;
  if (!wanted) return;
  const guild = await api.guild(wanted.id);
  state.roles = new Map(guild.roles.map((role) => [role.id, role]));
  state.members = new Map();
  guild.members.forEach(learnMember);
  const dms = [...state.channels.values()].filter((channel) => channel.type === ChannelType.DM);
  state.channels = new Map([...guild.channels, ...guild.threads, ...dms].map((channel) => [channel.id, channel]));
  state.events = guild.scheduled_events ?? state.events;
  $("guild-name").textContent = guild.name;
  announce("channels");
  announce("people");
  announce("events");
}

async function loadDms() {
  for (const channel of await api.dms()) putChannel(channel);
}

/** What mentions in messages show: when it changed, they are drawn again. */
function pointedAt() {
  const channels = [...state.channels.values()].map((channel) => `${channel.id}${channel.name}`);
  const roles = [...state.roles.values()].map((role) => `${role.id}${role.name}${role.color}`);
  return [...channels, ...roles].join();
}

const pending = new Set();
let resyncTimer = null;

/** Look again, once for a burst of changes. */
function resync(what) {
  pending.add(what);
  clearTimeout(resyncTimer);
  resyncTimer = setTimeout(async () => {
    const parts = [...pending];
    pending.clear();
    state.commands.clear();
    const before = pointedAt();
    try {
      if (parts.includes("guild")) await loadGuild();
      if (parts.includes("dms")) await loadDms();
      if (!state.channels.has(state.channelId)) await open(firstChannel());
      if (pointedAt() !== before && !isForum(state.channels.get(state.channelId))) list.repaint();
    } catch (error) {
      toast(error.message, "bad");
    }
  }, 80);
}

function firstChannel() {
  const texts = [...state.channels.values()].filter((channel) => [ChannelType.TEXT, ChannelType.NEWS].includes(channel.type));
  return texts.sort((a, b) => a.position - b.position)[0]?.id ?? [...state.channels.keys()][0] ?? null;
}

function mayWrite(channel) {
  if (!channel || channel.type === ChannelType.DM || channel.permissions === undefined) return Boolean(channel);
  if (channel.thread_metadata?.locked) return false;
  return Boolean(BigInt(channel.permissions) & (isThread(channel) ? SEND_IN_THREADS : SEND));
}

/** Be somebody else: everything is looked at anew through their eyes. */
async function become(id) {
  delete document.body.dataset.ready;
  const channelId = state.channelId;
  state.me = id;
  for (const map of [state.channels, state.messages, state.commands, state.unread, state.members]) map.clear();
  state.complete.clear();
  await listen();
  await loadGuild();
  await loadDms();
  who.draw();
  await open(state.channels.has(channelId) ? channelId : firstChannel());
}

/** The connection is back: what the stream cannot tell any more is looked up. */
async function catchUp() {
  const channelId = state.channelId;
  for (const id of [...state.messages.keys()]) if (id !== channelId) state.messages.delete(id);
  resync("guild");
  if (channelId && channelId !== "0" && !isForum(state.channels.get(channelId))) addHistory(channelId, await api.messages(channelId));
}

/** The stream ended for good: begin again, as the same person if they are still there. */
async function restart() {
  await new Promise((resolve) => { setTimeout(resolve, 1500); });
  try {
    await become(await somebody(state.me));
    $("nobody").hidden = true;
  } catch {
    restart();
  }
}

/** Open a channel, and if wished a message in it. */
async function open(channelId, messageId) {
  delete document.body.dataset.ready;
  $("app").classList.remove("drawer");
  const channel = state.channels.get(channelId);
  const changed = state.channelId !== channelId || !state.messages.has(channelId);
  state.channelId = channelId;
  remember({ as: state.me, channel: channelId });
  markRead(channelId);
  header();
  announce("channels");
  if (changed) composer.show(channelId, mayWrite(channel) && !isForum(channel));
  $("chat").classList.toggle("forum", isForum(channel));
  if (isForum(channel)) {
    list.cache.clear();
    await drawForum($("messages"), channel);
  } else if (channel) {
    if (channelId === "0") addHistory(channelId, [], { complete: true });
    else if (!state.messages.has(channelId)) {
      const page = await api.messages(channelId);
      if (state.channelId !== channelId) return;
      addHistory(channelId, page, { complete: page.length < 50 });
    }
    if (changed) list.reset();
    if (messageId) await reveal(channelId, messageId);
  } else fill($("messages"));
  await settled();
}

async function reveal(channelId, messageId) {
  if (list.reveal(messageId)) return;
  // Not loaded: fetch what stands around it; the gap above it is filled by scrolling.
  const around = String(BigInt(messageId) - 1n);
  addHistory(channelId, await api.messages(channelId, { after: around, limit: 500 }));
  list.stuck = false;
  list.render();
  if (!list.reveal(messageId)) toast("That message is gone.");
}

/** Ready once the pictures in sight have come or failed, so that a screenshot shows what a person would see. */
async function settled() {
  const pictures = [...$("messages").querySelectorAll("img")].filter((img) => !img.complete);
  const come = pictures.map((img) => new Promise((resolve) => {
    img.addEventListener("load", resolve);
    img.addEventListener("error", resolve);
  }));
  await Promise.race([Promise.all(come), new Promise((resolve) => { setTimeout(resolve, 4000); })]);
  await new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); });
  if (list.stuck) list.toBottom();
  document.body.dataset.ready = "1";
}

function header() {
  const channel = state.channels.get(state.channelId);
  const parent = isThread(channel) ? state.channels.get(channel.parent_id) : null;
  fill($("channel-title"), channel ? icon(channelIcon(channel), 22) : null, parent ? `${channelLabel(parent)} › ` : null, channel ? channelLabel(channel) : "");
  fill($("channel-topic"));
  if (channel?.topic) add($("channel-topic"), markdown(channel.topic.split("\n")[0]));
  document.title = channel ? `${channel.type === ChannelType.DM ? "@" : "#"}${channelLabel(channel)} | ${$("guild-name").textContent}` : "Showrunner sandbox";
}

const typists = new Map(); // user id -> timer

function typing({ channel_id: channelId, user_id: userId }) {
  if (channelId !== state.channelId || userId === state.me) return;
  clearTimeout(typists.get(userId));
  typists.set(userId, setTimeout(() => stopTyping(userId), 10000));
  showTyping();
}

function stopTyping(userId) {
  clearTimeout(typists.get(userId));
  if (typists.delete(userId)) showTyping();
}

function showTyping() {
  const names = [...typists.keys()].map((id) => displayName(id));
  $("typing").textContent = names.length ? `${names.join(", ")} ${names.length > 1 ? "are" : "is"} typing…` : "";
}

let drawing = 0;

/** Several changes in one turn are drawn once. */
function soon(bit, draw) {
  if (drawing & bit) return;
  drawing |= bit;
  requestAnimationFrame(() => {
    drawing &= ~bit;
    draw();
  });
}

function wire() {
  on("open", ({ channelId, messageId }) => open(channelId, messageId).catch((error) => toast(error.message, "bad")));
  on("messages", ({ channelId }) => channelId === state.channelId && !isForum(state.channels.get(channelId)) && soon(1, () => list.render()));
  on("channels", () => soon(2, () => drawChannels($("channels"))));
  on("people", () => soon(4, () => {
    drawMembers($("members"));
    who.draw();
    if (!isForum(state.channels.get(state.channelId))) list.render();
  }));
  on("events", () => { $("events-count").textContent = state.events.length ? String(state.events.length) : ""; });
  on("resync", resync);
  on("lost", restart);
  on("connection", (up) => {
    const back = up && !$("connection").hidden;
    $("connection").hidden = up;
    if (back) catchUp().catch((error) => toast(error.message, "bad"));
  });
  on("typing", typing);
  on("spoke", (message) => stopTyping(message.author.id));
  on("react", ({ message, emoji, on: present }) => react(message, emoji, present));
  on("pick-reaction", ({ message, event }) => pickReaction(message, event));
  on("reply", ({ message }) => composer.startReply(message));
  on("edit", ({ message }) => composer.startEdit(message));
  on("dismiss", (message) => list.dismiss(message));
  on("message-menu", ({ message, event }) => messageMenu(message, event));
  on("person-menu", ({ id, event }) => personMenu(id, event, { become, openDm }));
  on("compose", ({ command }) => composer.startCommand(command));
  on("new-thread", newThread);
  on("thread-made", ({ thread }) => {
    putChannel({ permissions: state.channels.get(thread.parent_id)?.permissions, ...thread });
    announce("open", { channelId: thread.id });
  });
  $("messages").addEventListener("contextmenu", (event) => {
    const node = event.target.closest(".message");
    const message = node && state.messages.get(state.channelId)?.find((candidate) => candidate.id === node.dataset.id);
    if (!message || message.local || event.target.closest("a, input, audio, video")) return;
    event.preventDefault();
    messageMenu(message, event);
  });
  $("guild-name").addEventListener("click", (event) => {
    const others = state.guilds.map((guild) => ({ label: guild.name, icon: guild.id === state.guildId ? "check" : null, run: () => visit(guild.id) }));
    openMenu(others, event, "Servers");
  });
  // As in Discord: whoever begins to type writes a message, wherever the focus was.
  document.addEventListener("keydown", (event) => {
    const free = !document.activeElement || document.activeElement === document.body || $("scroller").contains(document.activeElement);
    const letter = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (free && letter && !document.activeElement?.matches("input, textarea")) composer.text.focus();
  });
  $("events-button").addEventListener("click", openEvents);
  wireChrome();
}

/** Another server. */
async function visit(guildId) {
  state.guildId = guildId;
  state.channels.clear();
  state.events = [];
  await loadGuild();
  await loadDms();
  await open(firstChannel());
}

/** The conversation with the bot; one that does not exist yet begins with the first message. */
function openDm() {
  const dm = [...state.channels.values()].find((channel) => channel.type === ChannelType.DM);
  const bot = [...state.members.values()].find((member) => member.user.bot)?.user;
  if (!dm) putChannel({ id: "0", type: ChannelType.DM, recipients: [bot] });
  announce("open", { channelId: dm?.id ?? "0" });
}

/** Somebody to be: whom the address names (id or name), who we were last, or the first there is. */
async function somebody(wish) {
  for (;;) {
    const users = (await api.users()).filter((user) => user.guilds.length);
    users.forEach(learnUser);
    const named = users.find((user) => user.id === wish) ?? users.find((user) => [user.username, user.global_name].includes(wish));
    if (users.length) return (named ?? users[0]).id;
    $("nobody").hidden = false;
    await new Promise((resolve) => { setTimeout(resolve, 1000); });
  }
}

async function start() {
  const prefs = loadPrefs();
  setTheme(prefs.theme);
  wire();
  keepTimesLive();
  state.me = await somebody(prefs.as);
  $("nobody").hidden = true;
  state.guildId = prefs.guild ?? null;
  await listen();
  await loadGuild();
  await loadDms();
  who.draw();
  const named = [...state.channels.values()].find((channel) => channel.name === prefs.channel);
  await open(state.channels.has(prefs.channel) ? prefs.channel : (named?.id ?? firstChannel()), prefs.message);
}

start().catch((error) => toast(error.message, "bad"));
