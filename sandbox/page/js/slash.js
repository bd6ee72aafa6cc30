// Slash commands: the picker that opens on "/", and the row of fields that a chosen command becomes.

import { avatar } from "./avatar.js";
import { el, fill, icon, iconButton } from "./dom.js";
import { rank } from "./entities.js";
import { Listbox } from "./listbox.js";
import { OptionField, OptionType } from "./option.js";
import { displayName, state } from "./state.js";

/** Every command that can be run, with subcommands as entries of their own: {path, description, options, command}. */
export function leaves(commands) {
  const found = [];
  const visit = (node, path, command) => {
    const inner = (node.options ?? []).filter((option) => option.type === OptionType.SUB || option.type === OptionType.GROUP);
    if (!inner.length) found.push({ path, description: node.description ?? "", options: node.options ?? [], command });
    else for (const child of inner) visit(child, [...path, child.name], command);
  };
  for (const command of commands) if ((command.type ?? 1) === 1) visit(command, [command.name], command);
  return found.sort((a, b) => a.path.join(" ").localeCompare(b.path.join(" ")));
}

/** Commands that answer what was typed after the slash: by name first, then by description. */
export function matching(commands, typed) {
  const query = typed.trim().toLowerCase();
  const score = (leaf) => rank(leaf.path.join(" "), query) ?? (rank(leaf.description, query) === null ? 9 : 3);
  return leaves(commands).map((leaf) => [score(leaf), leaf]).filter(([n]) => n < 9).sort(([a], [b]) => a - b).map(([, leaf]) => leaf);
}

function leafItem(leaf) {
  const needed = leaf.options.filter((option) => option.required).map((option) => option.name);
  const others = leaf.options.length - needed.length;
  const app = [...state.members.values()].find((member) => member.user.bot)?.user; // there is one application here
  return {
    key: leaf.path.join(" "),
    leaf,
    lead: app ? avatar(displayName(app.id, app), 28) : icon("slash", 24),
    label: [
      el("span.command-path", {}, `/${leaf.path.join(" ")}`),
      needed.map((name) => el("span.command-option", {}, name)),
      others ? el("span.command-more", {}, `+${others} optional`) : null,
    ],
    detail: leaf.description,
  };
}

/** The picker. `commands()` gives what this person may use here; `choose(leaf)` is called with the chosen one. */
export class CommandPicker {
  constructor({ field, anchor, commands, choose }) {
    Object.assign(this, { commands, choose });
    this.list = new Listbox({
      field,
      anchor,
      label: "Commands",
      className: "command-list",
      onPick: (item) => {
        this.list.close();
        this.choose(item.leaf);
      },
    });
  }

  /** Follow what is typed; only a slash at the very beginning makes a command. */
  async update(text) {
    const match = /^\/([\p{L}\p{N} _-]{0,100})$/u.exec(text);
    if (!match) return this.list.close();
    this.typed = text;
    const commands = await this.commands(text.length === 1); // asked anew with every new slash
    if (this.typed !== text) return undefined;
    const found = matching(commands, match[1]);
    const heading = match[1] ? `Commands matching /${match[1]}` : "Commands";
    return this.list.show(found.slice(0, 60).map(leafItem), { heading, empty: "No command matches." });
  }

  key(event) {
    return this.list.key(event);
  }

  close() {
    this.typed = null;
    this.list.close();
  }
}

/** The fields of a chosen command. `owner`: {anchor, run(leaf, values), ask(leaf, values, focused), cancel()}. */
export class CommandForm {
  constructor(leaf, owner) {
    Object.assign(this, { leaf, owner });
    this.fields = [];
    this.row = el("div.command-row", {});
    this.hint = el("div.command-hint", { role: "status" });
    const leave = iconButton("close", "Leave the command", () => this.owner.cancel(), { class: "command-leave" });
    const run = iconButton("send", "Run the command", () => this.submit(), { class: "send" });
    this.node = el("div.command-form", { role: "group", "aria-label": `Command ${leaf.path.join(" ")}` },
      el("div.command-head", {}, this.hint, leave), el("div.command-line-row", {}, this.row, run));
    this.row.addEventListener("keydown", (event) => this.key(event));
    for (const option of leaf.options.filter((candidate) => candidate.required)) this.addField(option);
    this.draw();
  }

  addField(option) {
    const field = new OptionField(option, {
      anchor: this.owner.anchor,
      complete: (done) => this.next(done),
      ask: (asking, text) => this.owner.ask(this.leaf, this.values(asking, text), option.name),
      focused: () => this.describe(option),
    });
    this.fields.push(field);
    return field;
  }

  draw() {
    const missing = this.leaf.options.filter((option) => !this.fields.some((field) => field.option === option));
    fill(
      this.row,
      el("span.command-chip", { tabindex: "-1" }, `/${this.leaf.path.join(" ")}`),
      this.fields.map((field) => field.node),
      missing.map((option) =>
        el("button.option-add", {
          type: "button",
          title: option.description,
          data: { addOption: option.name },
          on: {
            click: () => {
              const field = this.addField(option);
              this.draw();
              field.input.focus();
            },
          },
        }, icon("plus", 12), option.name)),
    );
    if (!this.fields.length) this.describe(null);
  }

  describe(option) {
    fill(this.hint, option
      ? [el("strong", {}, option.name), " ", option.description ?? ""]
      : [el("strong", {}, `/${this.leaf.path.join(" ")}`), " ", this.leaf.description]);
  }

  focus() {
    const field = this.fields.find((candidate) => candidate.empty) ?? this.fields[0];
    (field?.input ?? this.row.querySelector(".command-chip")).focus();
  }

  /** A field is done: on to the next empty one, or stay where Enter sends. */
  next(done) {
    done.mark(done.problem());
    const following = this.fields.slice(this.fields.indexOf(done) + 1).find((field) => field.empty);
    if (following) following.input.focus();
    else done.input.focus({ preventScroll: true });
    done.list?.close();
  }

  values(asking = null, text = null) {
    const out = {};
    for (const field of this.fields) {
      if (field === asking) out[field.option.name] = text;
      else if (!field.empty && !field.problem()) out[field.option.name] = field.value();
    }
    return out;
  }

  /** Files dropped on the composer go to the first option that wants one. */
  takeFiles(files) {
    let field = this.fields.find((candidate) => candidate.option.type === OptionType.FILE && candidate.empty);
    if (!field) {
      const option = this.leaf.options.find((candidate) =>
        candidate.type === OptionType.FILE && !this.fields.some((known) => known.option === candidate));
      if (!option) return;
      field = this.addField(option);
      this.draw();
    }
    field.takeFile(files[0]);
  }

  key(event) {
    const field = this.fields.find((candidate) => candidate.input === event.target);
    if (field?.list?.key(event)) return;
    if (event.key === "Escape") this.owner.cancel();
    else if (event.key === "Enter" && !event.isComposing && !event.target.matches(".option-add, .option-file")) this.submit();
    else if (event.key === "Backspace" && (!field || field.empty)) this.back(field);
    else return;
    event.preventDefault();
  }

  /** Backspace in an empty optional field takes it away; in an empty first one leaves the command. */
  back(field) {
    if (field && !field.option.required) {
      this.fields = this.fields.filter((other) => other !== field);
      field.list?.close();
      this.draw();
      this.focus();
    } else if (!field || field === this.fields[0]) this.owner.cancel();
  }

  submit() {
    for (const field of this.fields) if (field.list) field.leave();
    let first = null;
    for (const field of this.fields) {
      const problem = field.problem();
      field.mark(problem);
      first ??= problem ? [field, problem] : null;
    }
    if (!first) return this.owner.run(this.leaf, this.values());
    first[0].input.focus();
    first[0].list?.close();
    return fill(this.hint, el("strong", {}, first[0].option.name), " ", el("span.field-error", {}, first[1]));
  }

  close() {
    for (const field of this.fields) field.list?.close();
    this.node.remove();
  }
}
