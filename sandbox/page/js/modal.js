// Modals that a bot opens: labelled fields, filled in and sent back.

import { openDialog } from "./dialog.js";
import { el, fill, icon, iconButton } from "./dom.js";
import { acceptDrops, FileStrip } from "./files.js";
import { markdown } from "./markdown.js";
import { selectMenu } from "./select.js";

let serial = 0;

function textInput(component, form) {
  const long = component.style === 2;
  const node = el(long ? "textarea.field" : "input.field", {
    id: `field-${(serial += 1)}`,
    ...(long ? { rows: "4" } : { type: "text", autocomplete: "off" }),
    placeholder: component.placeholder,
    maxlength: component.max_length ?? 4000,
    "aria-required": String(component.required !== false),
    data: { customId: component.custom_id },
  });
  node.value = component.value ?? "";
  const least = component.min_length ?? 0;
  form.fields.set(component.custom_id, {
    node,
    value: () => node.value,
    problem: () => {
      if (!node.value.trim() && component.required !== false) return "This field is required.";
      if (node.value && node.value.length < least) return `Must be at least ${least} characters long.`;
      return null;
    },
  });
  return node;
}

function select(component, form) {
  const held = { values: [] };
  const node = selectMenu(component, { held: (_, values) => { held.values = values; } });
  form.fields.set(component.custom_id, {
    node: node.querySelector("button"),
    value: () => held.values,
    problem: () => (component.required !== false && held.values.length < (component.min_values ?? 1) ? "Make a selection." : null),
  });
  return node;
}

function fileUpload(component, form) {
  const most = component.max_values ?? 1;
  const strip = new FileStrip({ most });
  const input = el("input.sr-only", { type: "file", multiple: most > 1, id: `field-${(serial += 1)}`, data: { customId: component.custom_id } });
  const take = (files) => {
    if (most === 1) strip.clear();
    strip.add(files);
  };
  input.addEventListener("change", () => {
    take([...input.files]);
    input.value = "";
  });
  const drop = el("label.drop-zone", { for: input.id }, icon("file", 24), most > 1 ? `Drop up to ${most} files here, or ` : "Drop a file here, or ", el("span.text-link", {}, "browse"), input);
  const box = el("div.upload", {}, drop, strip.node);
  acceptDrops(box, take);
  form.fields.set(component.custom_id, {
    node: input,
    value: () => strip.files,
    problem: () => (component.required !== false && strip.files.length < (component.min_values ?? 1) ? "Please add a file." : null),
  });
  return box;
}

function choices(component, form, type) {
  const name = `choice-${(serial += 1)}`;
  const inputs = (component.options ?? []).map((option) => {
    const input = el("input", { type, name, value: option.value, checked: option.default ?? false });
    return { input, node: el("label.choice", {}, input, el("span", {}, option.label, option.description ? el("small", {}, option.description) : null)) };
  });
  const values = () => inputs.filter(({ input }) => input.checked).map(({ input }) => input.value);
  form.fields.set(component.custom_id, {
    node: inputs[0]?.input,
    value: () => (type === "radio" ? (values()[0] ?? null) : values()),
    problem: () => (component.required !== false && !values().length ? "Make a selection." : null),
  });
  return el("div.choices", { role: type === "radio" ? "radiogroup" : "group" }, inputs.map(({ node }) => node));
}

function checkbox(component, form) {
  const input = el("input", { type: "checkbox", checked: component.default ?? false, data: { customId: component.custom_id } });
  form.fields.set(component.custom_id, { node: input, value: () => input.checked, problem: () => null });
  return el("div.choice", {}, input);
}

const CONTROLS = {
  3: select, 4: textInput, 5: select, 6: select, 7: select, 8: select, 19: fileUpload,
  21: (component, form) => choices(component, form, "radio"),
  22: (component, form) => choices(component, form, "checkbox"),
  23: checkbox,
};

/** A control with its label, description, and a place for what is wrong with it. */
function labelled(component, label, description, form) {
  const make = CONTROLS[component.type];
  if (!make) return el("p.muted", {}, `(control of type ${component.type})`);
  const control = make(component, form);
  const field = form.fields.get(component.custom_id);
  const wanted = component.required !== false && component.type !== 23;
  const title = el("label.field-label", { for: field.node?.id || null }, label ?? "", wanted ? el("span.required", { "aria-hidden": "true" }, " *") : null);
  if (field.node && !field.node.id) field.node.setAttribute("aria-label", label ?? component.custom_id);
  field.error = el("div.field-error", { role: "alert" });
  return el("div.form-field", {}, title, description ? el("div.field-description", {}, description) : null, control, field.error);
}

function part(component, form) {
  if (component.type === 10) return el("div.markdown", {}, markdown(component.content));
  if (component.type === 18) return labelled(component.component, component.label, component.description, form);
  if (component.type === 1) return component.components.map((inner) => labelled(inner, inner.label, null, form));
  return null;
}

/** Show what is wrong, field by field; true when nothing is. */
function check(form) {
  let first = null;
  for (const field of form.fields.values()) {
    const problem = field.problem();
    fill(field.error, problem);
    field.node?.setAttribute("aria-invalid", problem ? "true" : "false");
    if (problem) first ??= field.node;
  }
  first?.focus();
  return !first;
}

/**
 * Open a modal. `submit(values)` gets {custom_id: value} (strings, lists of strings, booleans or lists of File) and
 * rejects with a sentence to show; the modal stays open then, with everything that was typed.
 */
export function openModal(modal, { appName, submit }) {
  const form = { fields: new Map() };
  const problem = el("div.form-problem", { role: "alert" });
  const send = el("button.button.primary", { type: "submit" }, "Submit");
  const body = el(
    "form.modal-form",
    { novalidate: true },
    el("header.dialog-head", {},
      el("div", {}, el("h2", {}, modal.title), appName ? el("p.muted", {}, `This form goes to ${appName}.`) : null),
      iconButton("close", "Close", () => dialog.close())),
    el("div.dialog-body", {}, (modal.components ?? []).map((component) => part(component, form)), problem),
    el("footer.dialog-foot", {}, el("button.button.secondary", { type: "button", on: { click: () => dialog.close() } }, "Cancel"), send),
  );
  const dialog = openDialog({ label: modal.title, content: body, className: "modal", sticky: true });
  body.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (send.disabled || !check(form)) return;
    send.disabled = true;
    fill(problem);
    try {
      await submit(Object.fromEntries([...form.fields].map(([id, field]) => [id, field.value()])));
      dialog.close();
    } catch (error) {
      fill(problem, icon("warn", 16), error.message || "Something went wrong. Try again.");
      send.disabled = false;
    }
  });
  [...form.fields.values()][0]?.node?.focus();
  return dialog;
}
