// The message list of the open channel: grouping, day lines, history, and staying at the bottom while one reads there.

import { el, icon } from "./dom.js";
import { inline } from "./inline.js";
import { isEphemeral, isOrdinary, messageNode } from "./message.js";
import { channelIcon, channelLabel, displayName, isDm, isThread, nameColour, state } from "./state.js";
import { longDate, sameDay } from "./time.js";

const GROUP_MS = 7 * 60 * 1000;
const MOST_SHOWN = 500;

/** Does `message` follow `previous` closely enough to go without its own name and face? */
function groups(previous, message) {
  if (!previous || !isOrdinary(message) || !isOrdinary(previous) || message.type === 19) return false;
  if (message.type === 20 || message.type === 23 || isEphemeral(previous) !== isEphemeral(message)) return false;
  if (previous.author.id !== message.author.id) return false;
  const [a, b] = [new Date(previous.timestamp), new Date(message.timestamp)];
  return b - a < GROUP_MS && sameDay(a, b);
}

export class MessageList {
  constructor({ scroller, list, context, loadOlder }) {
    Object.assign(this, { scroller, list, context, loadOlder });
    this.cache = new Map(); // id -> {message, key, node}
    this.notes = new Map(); // id -> {failed, busy}: what is said about a message only here
    this.dismissed = new Set();
    this.stuck = true;
    this.jump = el("button.jump-down", { type: "button", hidden: true, on: { click: () => this.toBottom() } }, "Jump to present", icon("down", 16));
    scroller.after(this.jump);
    scroller.addEventListener("scroll", () => this.scrolled(), { passive: true });
    new ResizeObserver(() => this.stuck && this.toBottom()).observe(list);
  }

  /** Messages of the open channel, without the ones this person dismissed. */
  shown() {
    const all = (state.messages.get(state.channelId) ?? []).filter((message) => !this.dismissed.has(message.id));
    return all.slice(-MOST_SHOWN);
  }

  reset() {
    this.cache.clear();
    this.stuck = true;
    this.render();
    this.toBottom();
  }

  /** Everything again: what mentions point at has changed. */
  repaint() {
    this.cache.clear();
    this.render();
  }

  note(id, note) {
    if (note) this.notes.set(id, note);
    else this.notes.delete(id);
    this.render();
  }

  dismiss(message) {
    this.dismissed.add(message.id);
    this.render();
  }

  nodeFor(message, grouped) {
    const note = this.notes.get(message.id);
    const thread = state.channels.get(message.id);
    const author = message.author.id;
    const key = `${displayName(author, message.author)}|${nameColour(author)}|${grouped}|${note?.failed ?? ""}|${note?.busy ?? ""}|${thread?.name ?? ""}|${thread?.message_count ?? ""}`;
    const known = this.cache.get(message.id);
    if (known && known.message === message && known.key === key) return known.node;
    const node = messageNode(message, { grouped, context: this.context, failed: note?.failed, busy: note?.busy });
    this.cache.set(message.id, { message, key, node });
    return node;
  }

  render() {
    const messages = this.shown();
    const focus = this.rememberFocus();
    const nodes = [];
    if (state.complete.has(state.channelId)) nodes.push(this.beginning());
    else if (messages.length) nodes.push(this.older ??= el("li.loading-older", { role: "presentation" }, "Loading older messages…"));
    let previous = null;
    for (const message of messages) {
      const date = new Date(message.timestamp);
      if (!previous || !sameDay(new Date(previous.timestamp), date)) {
        nodes.push(el("li.day", { role: "separator" }, el("span", {}, longDate(date))));
        previous = null;
      }
      nodes.push(this.nodeFor(message, groups(previous, message)));
      previous = message;
    }
    this.swap(nodes);
    focus?.();
    if (this.stuck) this.toBottom();
  }

  /** Put the nodes in order, touching only what moved, so that playing sounds and open menus survive. */
  swap(nodes) {
    const wanted = new Set(nodes);
    for (const child of [...this.list.children]) if (!wanted.has(child)) child.remove();
    nodes.forEach((node, index) => {
      const there = this.list.children[index];
      if (there !== node) this.list.insertBefore(node, there ?? null);
    });
  }

  /** A message that is drawn again gives the focus back to the same control. */
  rememberFocus() {
    const focused = document.activeElement;
    const message = focused?.closest?.(".message");
    if (!message || !this.list.contains(message)) return null;
    const customId = focused.dataset.customId;
    return () => {
      if (focused.isConnected) return;
      const again = document.getElementById(message.id);
      const control = customId && [...(again?.querySelectorAll("[data-custom-id]") ?? [])].find((node) => node.dataset.customId === customId);
      (control ?? again)?.focus({ preventScroll: true });
    };
  }

  beginning() {
    const channel = state.channels.get(state.channelId);
    const name = channelLabel(channel);
    const text = isDm(channel)
      ? `This is the beginning of your conversation with ${name}.`
      : `This is the start of the ${isThread(channel) ? "thread" : `#${name} channel`}.`;
    return el(
      "li.beginning",
      { role: "presentation" },
      el("span.beginning-icon", {}, icon(channelIcon(channel), 40)),
      el("h2", {}, isDm(channel) || isThread(channel) ? name : `Welcome to #${name}!`),
      el("p", {}, text),
      channel?.topic ? el("p.muted.markdown", {}, inline(channel.topic)) : null,
    );
  }

  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    this.stuck = scrollHeight - scrollTop - clientHeight < 60;
    this.jump.hidden = scrollHeight - scrollTop - clientHeight < clientHeight;
    if (scrollTop < 300) this.loadMore();
  }

  async loadMore() {
    const channelId = state.channelId;
    if (this.loading || state.complete.has(channelId) || !state.messages.get(channelId)?.length) return;
    this.loading = true;
    const fromBottom = this.scroller.scrollHeight - this.scroller.scrollTop;
    try {
      await this.loadOlder(channelId);
      if (channelId !== state.channelId) return;
      this.render();
      // What one was reading stays where it was; the older messages grow above it.
      if (!this.stuck) this.scroller.scrollTop = this.scroller.scrollHeight - fromBottom;
    } finally {
      this.loading = false;
    }
  }

  toBottom() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.stuck = true;
    this.jump.hidden = true;
  }

  /** Show one message and let it glow for a moment; false when it is not loaded. */
  reveal(id) {
    const node = document.getElementById(`message-${id}`);
    if (!node) return false;
    this.stuck = false;
    node.scrollIntoView({ block: "center" });
    node.classList.add("glow");
    setTimeout(() => node.classList.remove("glow"), 2500);
    return true;
  }
}
