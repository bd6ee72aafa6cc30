// One option of a slash command while it is filled in: its field, the list that helps, and what its value is.

import { el, fill, icon } from "./dom.js";
import { entityItems, entityName, search } from "./entities.js";
import { chooseFiles } from "./files.js";
import { Listbox } from "./listbox.js";

export const OptionType = { SUB: 1, GROUP: 2, STRING: 3, INTEGER: 4, BOOLEAN: 5, USER: 6, CHANNEL: 7, ROLE: 8, MENTIONABLE: 9, NUMBER: 10, FILE: 11 };
const ENTITY = { 6: "user", 7: "channel", 8: "role", 9: "mentionable" };
const YES_NO = [{ name: "True", value: true }, { name: "False", value: false }];
const PAUSE_MS = 120; // so that a bot is not asked at every key

/** What is wrong with a typed number, or null. */
function numberProblem(option, text) {
  const whole = option.type === OptionType.INTEGER;
  if (!(whole ? /^-?\d+$/ : /^-?(\d+\.?\d*|\.\d+)$/).test(text)) return whole ? "Must be a whole number." : "Must be a number.";
  if (option.min_value !== undefined && Number(text) < option.min_value) return `Must be at least ${option.min_value}.`;
  if (option.max_value !== undefined && Number(text) > option.max_value) return `Must be at most ${option.max_value}.`;
  return null;
}

function textProblem(option, text) {
  if (option.min_length && text.length < option.min_length) return `Must be at least ${option.min_length} characters long.`;
  if (option.max_length && text.length > option.max_length) return `Must be at most ${option.max_length} characters long.`;
  return null;
}

export class OptionField {
  /** `owner`: {anchor, complete(field), ask(field, text), focused(field), remove(field)}. */
  constructor(option, owner) {
    Object.assign(this, { option, owner });
    this.picked = null; // {label, value} when it came from a list
    this.file = null;
    this.node = option.type === OptionType.FILE ? this.buildFile() : this.buildInput();
  }

  buildInput() {
    this.input = el("input.option-input", {
      type: "text",
      role: "combobox",
      autocomplete: "off",
      spellcheck: "false",
      "aria-label": `${this.option.name}: ${this.option.description ?? ""}`,
      inputmode: [4, 10].includes(this.option.type) ? "decimal" : null,
      data: { option: this.option.name },
    });
    this.list = new Listbox({
      field: this.input,
      anchor: this.owner.anchor,
      label: this.option.name,
      onPick: (item) => {
        this.take(item);
        this.owner.complete(this);
      },
    });
    this.input.addEventListener("input", () => {
      this.picked = null;
      this.suggest();
    });
    this.input.addEventListener("focus", () => {
      this.owner.focused(this);
      this.suggest();
    });
    this.input.addEventListener("blur", () => this.leave());
    return el("label.option", {}, el("span.option-name", {}, this.option.name), this.input);
  }

  buildFile() {
    this.input = el("button.option-input.option-file", { type: "button", data: { option: this.option.name }, "aria-label": `${this.option.name}: ${this.option.description ?? ""}` });
    this.input.addEventListener("focus", () => this.owner.focused(this));
    this.input.addEventListener("click", async () => {
      const [file] = await chooseFiles({ multiple: false });
      if (file) this.takeFile(file);
    });
    this.showFile();
    return el("span.option", {}, el("span.option-name", {}, this.option.name), this.input);
  }

  showFile() {
    fill(this.input, icon("file", 16), this.file ? this.file.name : "choose or drop a file");
  }

  takeFile(file) {
    this.file = file;
    this.showFile();
    this.owner.complete(this);
  }

  take(item) {
    this.picked = { label: item.label, value: item.value };
    this.input.value = item.label;
    this.list.close();
  }

  get restricted() {
    return this.option.type === OptionType.BOOLEAN || this.option.type in ENTITY || (this.option.choices?.length > 0 && !this.option.autocomplete);
  }

  /** Show what could be meant. */
  suggest() {
    const text = this.picked ? "" : this.input.value;
    const item = (choice) => ({ key: String(choice.value), value: choice.value, label: choice.name });
    if (this.option.autocomplete) return this.askBot(this.input.value, item);
    let items = [];
    if (this.option.type in ENTITY) items = entityItems(ENTITY[this.option.type], text.replace(/^[@#]/, ""), this.option.channel_types);
    else if (this.restricted) items = search(this.option.type === OptionType.BOOLEAN ? YES_NO : this.option.choices, text, (choice) => [choice.name]).map(item);
    this.list.show(items, { empty: this.restricted ? "No such choice" : null });
    return undefined;
  }

  askBot(text, item) {
    clearTimeout(this.timer);
    this.turn = (this.turn ?? 0) + 1;
    const turn = this.turn;
    if (!this.list.open) this.list.show([], { empty: "Loading options…" });
    this.timer = setTimeout(async () => {
      let choices = null;
      try {
        choices = await this.owner.ask(this, text);
      } catch {
        choices = null;
      }
      // Only the answer to the last key counts, and only while one is still in the field.
      if (turn !== this.turn || document.activeElement !== this.input) return;
      this.list.show((choices ?? []).map(item), { empty: choices ? "No options match your search." : "Loading options failed" });
    }, PAUSE_MS);
  }

  /** Leaving the field: a name typed in full counts as picked. */
  leave() {
    clearTimeout(this.timer);
    this.turn = (this.turn ?? 0) + 1;
    const typed = this.input.value.trim().replace(/^[@#]/, "").toLowerCase();
    if (!this.picked && typed && this.restricted) {
      const same = this.list.items.find((item) => item.label.replace(/^[@#]/, "").toLowerCase() === typed);
      if (same) this.picked = { label: same.label, value: same.value };
    }
    this.list.close();
  }

  get empty() {
    return this.option.type === OptionType.FILE ? !this.file : !this.picked && !this.input.value.trim();
  }

  /** What is wrong, in a sentence; null when nothing is. */
  problem() {
    if (this.empty) return this.option.required ? "This option is required. Specify a value." : null;
    if (this.picked || this.file) return null;
    const text = this.input.value.trim();
    if (this.restricted) return "Choose one of the list.";
    if ([OptionType.INTEGER, OptionType.NUMBER].includes(this.option.type)) return numberProblem(this.option, text);
    return textProblem(this.option, this.input.value);
  }

  /** The value as Discord's clients send it: strings, numbers, booleans, ids, or a File. */
  value() {
    if (this.file) return this.file;
    if (this.picked) return this.picked.value;
    const text = this.input.value;
    return [OptionType.INTEGER, OptionType.NUMBER].includes(this.option.type) ? Number(text) : text;
  }

  mark(problem) {
    this.node.classList.toggle("wrong", Boolean(problem));
    this.input.setAttribute("aria-invalid", problem ? "true" : "false");
    this.input.title = problem ?? "";
  }

  /** For a preview of what was run: `title: A storm`. */
  text() {
    if (this.file) return this.file.name;
    if (!this.picked) return this.input.value;
    return this.option.type in ENTITY ? entityName(this.picked.value) : this.picked.label;
  }
}
