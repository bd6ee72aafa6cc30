// Files that a person is about to send: previews with a name, a size and a way to take them back.

import { el, fill, icon, iconButton } from "./dom.js";
import { kindOf, sizeText } from "./media.js";

/** A strip of chosen files. `onChange` hears of every addition and removal. */
export class FileStrip {
  constructor({ most = 10, onChange = () => {} } = {}) {
    Object.assign(this, { most, onChange });
    this.files = [];
    this.node = el("ul.file-strip", { "aria-label": "Files to send", hidden: true });
  }

  add(files) {
    this.files = [...this.files, ...files].slice(0, this.most);
    this.render();
  }

  clear() {
    this.files = [];
    this.render();
  }

  remove(file) {
    this.files = this.files.filter((other) => other !== file);
    this.render();
  }

  render() {
    this.urls?.forEach((url) => URL.revokeObjectURL(url));
    this.urls = [];
    fill(this.node, this.files.map((file) => this.card(file)));
    this.node.hidden = !this.files.length;
    this.onChange(this.files);
  }

  card(file) {
    return el(
      "li.file-card",
      {},
      el("span.file-preview", {}, this.preview(file)),
      el("span.file-card-name", { title: file.name }, file.name),
      el("span.file-size", {}, sizeText(file.size)),
      iconButton("trash", `Remove ${file.name}`, () => this.remove(file), { class: "danger" }),
    );
  }

  preview(file) {
    const kind = kindOf({ content_type: file.type, filename: file.name });
    if (kind !== "image") return icon(kind === "audio" ? "note" : "file", 40);
    const url = URL.createObjectURL(file);
    this.urls.push(url);
    return el("img", { src: url, alt: "" });
  }
}

/** Ask the person for files. */
export function chooseFiles({ multiple = true, accept } = {}) {
  return new Promise((resolve) => {
    const input = el("input", { type: "file", multiple, accept, hidden: true });
    input.addEventListener("change", () => resolve([...input.files]));
    input.addEventListener("cancel", () => resolve([]));
    document.body.append(input);
    input.click();
    input.remove();
  });
}

/** Files dropped onto or pasted into `node` go to `take(files)`. */
export function acceptDrops(node, take) {
  let depth = 0;
  const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  node.addEventListener("dragenter", (event) => {
    if (!carriesFiles(event)) return;
    depth += 1;
    node.classList.add("dropping");
  });
  node.addEventListener("dragleave", (event) => {
    if (!carriesFiles(event)) return;
    depth = Math.max(0, depth - 1);
    if (!depth) node.classList.remove("dropping");
  });
  node.addEventListener("dragover", (event) => carriesFiles(event) && event.preventDefault());
  node.addEventListener("drop", (event) => {
    depth = 0;
    node.classList.remove("dropping");
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    take([...event.dataTransfer.files]);
  });
  node.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    take(files);
  });
}
