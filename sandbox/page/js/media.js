// Pictures, sounds, films and files of a message.

import { el, icon, iconButton } from "./dom.js";
import { openDialog } from "./dialog.js";

const KINDS = {
  image: /\.(png|jpe?g|gif|webp|avif|bmp)$/i,
  audio: /\.(mp3|m4a|wav|ogg|oga|opus|flac)$/i,
  video: /\.(mp4|mov|webm|m4v)$/i,
};

/** image, audio, video or file, by content type, else by name. */
export function kindOf(attachment) {
  const type = attachment.content_type ?? "";
  if (type.startsWith("image/svg")) return "file";
  for (const kind of Object.keys(KINDS)) if (type.startsWith(`${kind}/`)) return kind;
  const name = attachment.filename ?? (attachment.url ?? "").split(/[?#]/)[0];
  return Object.keys(KINDS).find((kind) => KINDS[kind].test(name)) ?? "file";
}

/** Bytes in words. */
export function sizeText(bytes) {
  if (!Number.isFinite(bytes)) return "";
  const units = ["bytes", "KB", "MB", "GB"];
  const step = Math.min(3, bytes > 0 ? Math.floor(Math.log(bytes) / Math.log(1024)) : 0);
  return `${step ? (bytes / 1024 ** step).toFixed(2) : bytes} ${units[step]}`;
}

/**
 * The address to load media from. Only loopback and data made here are loaded: the sandbox must work without the
 * internet, and the page's content security policy holds it to that. The sandbox's own files are asked for by path, so
 * that they load whichever of localhost and 127.0.0.1 the page was opened with.
 */
export function mediaAddress(url) {
  if (!url) return null;
  try {
    const address = new URL(url, location.href);
    if (address.protocol === "blob:" || address.origin === location.origin) return address.href;
    if (!["127.0.0.1", "localhost", "[::1]"].includes(address.hostname)) return null;
    if (address.port === location.port) return address.pathname + address.search;
    return address.protocol === "http:" ? address.href : null;
  } catch {
    return null;
  }
}

/** `attachment://name` inside an embed or a layout is a file of the same message. */
export function resolveMedia(item, message) {
  const url = item?.url ?? "";
  if (!url.startsWith("attachment://")) {
    const own = message?.attachments?.find((candidate) => candidate.url === url);
    return { ...own, ...item };
  }
  const name = decodeURIComponent(url.slice("attachment://".length));
  const found = message?.attachments?.find((candidate) => candidate.filename === name);
  return found ? { ...item, ...found } : item;
}

/** Files shown inside an embed or layout are not listed a second time below the message. */
export function looseAttachments(message) {
  const used = new Set();
  const visit = (value) => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (value && typeof value === "object") {
      if (typeof value.url === "string") used.add(value.url);
      Object.values(value).forEach(visit);
    }
  };
  visit(message.embeds);
  visit(message.components);
  return (message.attachments ?? []).filter((a) => !used.has(a.url) && !used.has(`attachment://${a.filename}`));
}

function lightbox(source, description) {
  const picture = el("img.lightbox-picture", { src: source, alt: description });
  const original = el("a", { href: source, target: "_blank", rel: "noopener noreferrer" }, "Open original");
  openDialog({ label: description || "Picture", content: [picture, original], className: "lightbox" });
}

/** A picture that opens large; a spoiler hides it first. */
export function picture(item, { className = "", fixed = false } = {}) {
  const source = mediaAddress(item.proxy_url) ?? mediaAddress(item.url);
  const description = item.description ?? "";
  if (!source) return awayMedia(item, "Picture");
  const sized = !fixed && item.width && item.height ? { width: item.width, height: item.height } : {};
  const img = el("img", { src: source, alt: description || item.filename || "Picture", title: description || null, ...sized });
  img.addEventListener("error", () => img.replaceWith(el("span.broken", {}, icon("file", 16), "The picture could not be loaded.")));
  const button = el("button.picture", { type: "button", class: className, "aria-label": `Enlarge ${img.alt}` }, img);
  button.addEventListener("click", () => lightbox(source, description || item.filename || ""));
  return item.spoiler || item.filename?.startsWith("SPOILER_") ? hide(button) : button;
}

/** Media that live on the internet are not loaded here; the person is told and gets the link. */
function awayMedia(item, what) {
  const safe = /^https?:\/\//i.test(item.url ?? "");
  return el(
    "span.away-media",
    {},
    icon("link", 16),
    safe ? el("a", { href: item.url, target: "_blank", rel: "noopener noreferrer" }, `${what} on the internet`) : `${what} is missing`,
  );
}

/** Cover something until it is pressed. */
export function hide(node) {
  const cover = el("button.spoiler-cover", { type: "button" }, "Spoiler");
  const box = el("div.spoiler-box", {}, node, cover);
  cover.addEventListener("click", () => {
    box.classList.add("shown");
    cover.remove();
  });
  return box;
}

const mmss = (seconds) =>
  Number.isFinite(seconds) ? `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}` : "-:--";

/** Our own audio player: a button, a scrubber, the time; all of it reachable by keyboard. */
function audioPlayer(item, source) {
  const audio = el("audio", { src: source, preload: "metadata" });
  const time = el("span.audio-time", {}, "0:00 / -:--");
  const scrub = el("input.audio-scrub", { type: "range", min: "0", max: "1000", value: "0", "aria-label": `Position in ${item.filename}` });
  const toggle = iconButton("play", `Play ${item.filename}`, () => (audio.paused ? audio.play().catch(() => {}) : audio.pause()));
  const show = () => {
    time.textContent = `${mmss(audio.currentTime)} / ${mmss(audio.duration)}`;
    const part = audio.duration ? audio.currentTime / audio.duration : 0;
    scrub.value = String(Math.round(part * 1000));
    scrub.style.setProperty("--played", `${part * 100}%`);
  };
  for (const name of ["timeupdate", "loadedmetadata", "durationchange"]) audio.addEventListener(name, show);
  for (const [name, shown] of [["play", "pause"], ["pause", "play"]]) {
    audio.addEventListener(name, () => {
      toggle.replaceChildren(icon(shown));
      toggle.setAttribute("aria-label", `${shown === "pause" ? "Pause" : "Play"} ${item.filename}`);
    });
  }
  scrub.addEventListener("input", () => {
    if (audio.duration) audio.currentTime = (Number(scrub.value) / 1000) * audio.duration;
  });
  return el(
    "div.audio",
    {},
    fileHead(item, source, "note"),
    el("div.audio-controls", {}, toggle, time, scrub, audio),
  );
}

function fileHead(item, source, iconName) {
  const name = item.title ?? item.filename ?? "file";
  return el(
    "div.file-head",
    {},
    icon(iconName, 28),
    el("div.file-text", {},
      el("a.file-name", { href: source, download: item.filename ?? "", target: "_blank", rel: "noopener noreferrer" }, name),
      el("span.file-size", {}, sizeText(item.size))),
    el("a.icon-button", { href: source, download: item.filename ?? "", "aria-label": `Download ${name}`, title: "Download" }, icon("download")),
  );
}

/** One file, shown by its kind. */
export function fileCard(item) {
  const source = mediaAddress(item.url) ?? mediaAddress(item.proxy_url);
  if (!source) return awayMedia(item, "File");
  const kind = kindOf(item);
  if (kind === "audio") return audioPlayer(item, source);
  if (kind === "video") return el("video.video", { src: source, controls: true, preload: "metadata", "aria-label": item.filename ?? "Video" });
  return el("div.file", {}, fileHead(item, source, "file"));
}

/** Pictures and films side by side in Discord's patterns for 1 to 10. */
export function gallery(items) {
  const tiles = items.map((item) => {
    const kind = kindOf(item);
    const film = kind === "video" && mediaAddress(item.url);
    const node = film
      ? el("video.video", { src: film, controls: true, preload: "metadata", "aria-label": item.description ?? "Video" })
      : picture(item, { fixed: items.length > 1 });
    return el("div.tile", {}, item.spoiler && film ? hide(node) : node);
  });
  return el("div.gallery", { data: { count: String(Math.min(10, tiles.length)) } }, tiles);
}

/** Everything attached to a message: pictures together, the rest below. */
export function attachments(list) {
  const pictures = list.filter((item) => kindOf(item) === "image");
  const others = list.filter((item) => kindOf(item) !== "image");
  return [
    pictures.length ? gallery(pictures) : null,
    ...others.map((item) => (item.filename?.startsWith("SPOILER_") ? hide(fileCard(item)) : fileCard(item))),
  ];
}
