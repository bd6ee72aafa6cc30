// Where one writes: text, files, replies, edits, mentions, and slash commands.

import { toast } from "./dialog.js";
import { el, fill, iconButton } from "./dom.js";
import { channelItems, memberItems, roleItems } from "./entities.js";
import { acceptDrops, chooseFiles, FileStrip } from "./files.js";
import { Listbox } from "./listbox.js";
import { CommandForm, CommandPicker } from "./slash.js";
import { channelLabel, displayName, isDm, state } from "./state.js";

const LIMIT = 2000;

export class Composer {
  /** `actions`: {send, edit, commands, slash, autocomplete}; `room`: the element that files may be dropped on. */
  constructor(node, room, actions) {
    Object.assign(this, { node, actions });
    this.drafts = new Map(); // channel id -> text
    this.names = new Map(); // "@Mira" as written here -> "<@id>" as it is sent
    this.mode = null; // {reply: message} or {edit: message}
    this.strip = new FileStrip();
    this.bar = el("div.mode-bar", { hidden: true });
    this.text = el("textarea.composer-text", { rows: "1", "aria-label": "Message", role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list" });
    this.count = el("span.composer-count", { "aria-live": "polite" });
    this.line = el("div.composer-line", {},
      iconButton("plus", "Attach files", async () => this.takeFiles(await chooseFiles())),
      this.text, this.count,
      iconButton("slash", "Use a command", () => this.startCommand()),
      iconButton("send", "Send", () => this.send(), { class: "send" }));
    this.box = el("div.composer-box", {}, this.bar, this.strip.node, this.line);
    fill(node, this.box);
    this.picker = new CommandPicker({ field: this.text, anchor: this.box, commands: (fresh) => actions.commands(fresh), choose: (leaf) => this.openCommand(leaf) });
    this.mentions = new Listbox({ field: this.text, anchor: this.box, label: "Mentions", onPick: (item) => this.insertMention(item) });
    this.text.addEventListener("input", () => this.typed());
    this.text.addEventListener("keydown", (event) => this.key(event));
    acceptDrops(room, (files) => this.takeFiles(files));
  }

  takeFiles(files) {
    if (this.form) this.form.takeFiles(files);
    else if (!this.mode?.edit && files.length) {
      this.strip.add(files);
      this.text.focus();
    }
  }

  /** Another channel is open: keep what was being written in the last one. */
  show(channelId, allowed = true) {
    if (this.channelId) this.drafts.set(this.channelId, this.mode?.edit ? "" : this.text.value);
    this.channelId = channelId;
    this.leaveCommand();
    this.leaveMode();
    this.strip.clear();
    const channel = state.channels.get(channelId);
    const name = channelLabel(channel);
    this.text.value = this.drafts.get(channelId) ?? "";
    this.text.placeholder = allowed ? `Message ${isDm(channel) ? "@" : "#"}${name}` : "You do not have permission to send messages here.";
    this.text.disabled = !allowed;
    this.box.classList.toggle("off", !allowed);
    this.typed(false);
  }

  typed(suggest = true) {
    const left = LIMIT - this.text.value.length;
    this.count.textContent = left < 200 ? String(left) : "";
    this.count.classList.toggle("over", left < 0);
    if (!suggest || this.mode?.edit) return;
    this.picker.update(this.text.value);
    this.suggestMention();
  }

  /** "@" or "#" and the letters after it, right before the cursor. */
  mentionAt() {
    const before = this.text.value.slice(0, this.text.selectionStart);
    return /(?:^|\s)([@#])([\p{L}\p{N}._-]{0,32})$/u.exec(before);
  }

  suggestMention() {
    const match = this.mentionAt();
    if (!match) return this.mentions.close();
    const items = match[1] === "#" ? channelItems(match[2]) : [...memberItems(match[2]), ...roleItems(match[2])].slice(0, 10);
    items.forEach((item) => { item.sign = match[1]; });
    return items.length ? this.mentions.show(items, { heading: match[1] === "#" ? "Channels" : "Members and roles" }) : this.mentions.close();
  }

  insertMention(item) {
    const match = this.mentionAt();
    this.mentions.close();
    if (!match) return;
    const written = `${item.sign}${item.label.replace(/^[@#]/, "")}`;
    const code = item.sign === "#" ? `<#${item.value}>` : state.roles.has(item.value) ? `<@&${item.value}>` : `<@${item.value}>`;
    this.names.set(written, code);
    const end = this.text.selectionStart;
    this.text.setRangeText(`${written} `, end - match[1].length - match[2].length, end, "end");
  }

  /** Names picked from the list become mentions, the longest first so that "@Mira L" is not cut at "@Mira". */
  encoded() {
    let text = this.text.value.trim();
    for (const written of [...this.names.keys()].sort((a, b) => b.length - a.length)) text = text.replaceAll(written, this.names.get(written));
    return text;
  }

  key(event) {
    if (this.picker.key(event) || this.mentions.key(event) || event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) this.send();
    else if (event.key === "Escape" && this.mode) this.leaveMode(true);
    else if (event.key === "ArrowUp" && !this.text.value && !this.mode) this.editLast();
    else return;
    event.preventDefault();
  }

  editLast() {
    const mine = (state.messages.get(this.channelId) ?? []).filter((message) => message.author.id === state.me && message.type !== 18);
    if (mine.length) this.startEdit(mine.at(-1));
  }

  startReply(message) {
    this.leaveCommand();
    this.leaveMode(true);
    this.mode = { reply: message, ping: message.author.id !== state.me };
    this.drawBar();
    this.text.focus();
  }

  startEdit(message) {
    this.leaveCommand();
    this.leaveMode(true);
    this.mode = { edit: message };
    this.text.value = message.content;
    this.drawBar();
    this.typed(false);
    this.text.focus();
  }

  drawBar() {
    const { reply, edit, ping } = this.mode ?? {};
    this.bar.hidden = !this.mode;
    if (edit) fill(this.bar, el("span", {}, "Editing your message. Enter saves, Escape cancels."));
    if (reply) {
      fill(this.bar,
        el("span", {}, "Replying to ", el("strong", {}, displayName(reply.author.id, reply.author))),
        el("button.ping", {
          type: "button", "aria-pressed": String(ping), title: "Ping the author of the message",
          on: { click: () => { this.mode.ping = !ping; this.drawBar(); } },
        }, `@ ${ping ? "on" : "off"}`));
    }
    this.bar.append(iconButton("close", "Cancel", () => this.leaveMode(true)));
  }

  leaveMode(clear = false) {
    if (clear && this.mode?.edit) this.text.value = "";
    this.mode = null;
    this.bar.hidden = true;
    this.typed(false);
  }

  async send() {
    if (this.form) return this.form.submit();
    const content = this.encoded();
    const { edit, reply, ping } = this.mode ?? {};
    const files = this.strip.files;
    if (this.sending || this.text.disabled || (!content && !files.length && !edit)) return undefined;
    this.sending = true;
    this.picker.close();
    try {
      if (edit) await this.actions.edit(edit, content);
      else await this.actions.send(this.channelId, { content, files, reply, ping });
      this.text.value = "";
      this.names.clear();
      this.strip.clear();
      this.leaveMode();
    } catch (error) {
      toast(error.message, "bad");
    } finally {
      this.sending = false;
      this.text.focus();
    }
    return undefined;
  }

  startCommand(name) {
    this.leaveCommand();
    this.text.value = `/${name ?? ""}`;
    this.text.focus();
    this.typed();
  }

  openCommand(leaf) {
    this.leaveCommand();
    this.text.value = "";
    this.form = new CommandForm(leaf, {
      anchor: this.box,
      run: (chosen, values) => this.runCommand(chosen, values),
      ask: (chosen, values, focused) => this.actions.autocomplete(this.channelId, chosen, values, focused),
      cancel: () => {
        this.leaveCommand();
        this.text.focus();
      },
    });
    this.line.before(this.form.node);
    this.box.classList.add("commanding");
    this.form.focus();
  }

  leaveCommand() {
    this.picker?.close();
    this.form?.close();
    this.form = null;
    this.box.classList.remove("commanding");
  }

  runCommand(leaf, values) {
    const channelId = this.channelId;
    this.leaveCommand();
    this.text.focus();
    // Not waited for: one can go on writing while the bot thinks. What goes wrong is shown as a message of its own.
    this.actions.slash(channelId, leaf, values);
  }
}
