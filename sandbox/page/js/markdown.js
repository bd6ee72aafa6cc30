// Discord's markdown, blocks: code blocks, quotes, headings, lists, paragraphs. Inline marks are in inline.js.
// The result is a DocumentFragment; text never passes through an HTML parser.

import { el } from "./dom.js";
import { inline } from "./inline.js";

const FENCE = /```(?:([\w+#.-]+)\n)?\n?([\s\S]*?)\n?```/g;
const ITEM = /^( *)([-*]|\d{1,9}\.) +(.*)$/;

/** Cut into text and code blocks: a fence may begin in the middle of a line. */
function fences(text) {
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(FENCE)) {
    if (!match[2].trim()) continue;
    if (match.index > from) parts.push({ text: text.slice(from, match.index) });
    parts.push({ code: match[2], language: match[1] ?? "" });
    from = match.index + match[0].length;
    if (text[from] === "\n") from += 1;
  }
  if (from < text.length) parts.push({ text: text.slice(from) });
  return parts;
}

function codeBlock(part) {
  return el("pre.code-block", { data: part.language ? { language: part.language } : {} }, el("code", {}, part.code));
}

/** Nested lists: deeper indentation opens a list inside the last item. */
function list(lines, context) {
  const items = lines.map((line) => {
    const [, indent, mark, text] = ITEM.exec(line);
    return { depth: indent.length, ordered: /\d/.test(mark), start: parseInt(mark, 10), text };
  });
  let at = 0;
  const build = (depth) => {
    const first = items[at];
    const node = el(first.ordered ? "ol" : "ul", first.ordered ? { start: first.start } : {});
    while (at < items.length && items[at].depth >= depth) {
      if (items[at].depth <= depth + 1 && items[at].ordered !== first.ordered) break; // the other kind begins anew
      if (items[at].depth > depth + 1 && node.lastElementChild) node.lastElementChild.append(build(items[at].depth));
      else node.append(el("li", {}, inline(items[at++].text, context)));
    }
    return node;
  };
  const out = [];
  while (at < items.length) out.push(build(items[at].depth));
  return out;
}

// Each block rule looks at the line at hand and says what it made and how many lines it took.
const BLOCKS = [
  function quoteToEnd(lines, context) {
    if (!lines[0].startsWith(">>> ")) return null;
    const rest = [lines[0].slice(4), ...lines.slice(1)].join("\n");
    return [el("blockquote", {}, blocks(rest, { ...context, quoted: true })), lines.length];
  },
  function quote(lines, context) {
    if (context.quoted) return null;
    let count = 0;
    while (count < lines.length && /^> /.test(lines[count])) count += 1;
    if (!count) return null;
    const inner = lines.slice(0, count).map((line) => line.slice(2)).join("\n");
    return [el("blockquote", {}, blocks(inner, { ...context, quoted: true })), count];
  },
  function heading(lines, context) {
    const match = /^(#{1,3}) +(\S.*)$/.exec(lines[0]);
    if (!match) return null;
    return [el(`h${match[1].length + 2}.md-h${match[1].length}`, {}, inline(match[2], context)), 1];
  },
  function small(lines, context) {
    const match = /^-# +(\S.*)$/.exec(lines[0]);
    return match ? [el("small.md-small", {}, inline(match[1], context)), 1] : null;
  },
  function items(lines, context) {
    let count = 0;
    while (count < lines.length && ITEM.test(lines[count])) count += 1;
    return count ? [list(lines.slice(0, count), context), count] : null;
  },
];

function blocks(text, context) {
  const fragment = document.createDocumentFragment();
  let lines = text.split("\n");
  let paragraph = [];
  const flush = () => {
    if (!paragraph.length) return;
    // A block ends its own line, so the line break before and after it is not shown a second time.
    fragment.append(el("div.md-text", {}, inline(paragraph.join("\n"), context)));
    paragraph = [];
  };
  while (lines.length) {
    const hit = BLOCKS.map((rule) => [rule, rule(lines, context)]).find(([, result]) => result);
    if (hit) {
      flush();
      fragment.append(...[hit[1][0]].flat());
      lines = lines.slice(hit[1][1]);
    } else {
      paragraph.push(lines[0]);
      lines = lines.slice(1);
    }
  }
  flush();
  return fragment;
}

/** Text as Discord would show it. `context.masked` (default true) allows [text](address) links. */
export function markdown(text, context = {}) {
  const fragment = document.createDocumentFragment();
  for (const part of fences(text ?? "")) {
    fragment.append(part.code === undefined ? blocks(part.text, context) : codeBlock(part));
  }
  return fragment;
}

const EMOJI = /(?:\p{Regional_Indicator}{2}|[#*0-9]\uFE0F?\u20E3|\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier})?(?:\u200D\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier})?)*)/gu;

/** Is this nothing but a few emoji? Discord shows those large. */
export function onlyEmoji(text) {
  const found = text.match(EMOJI) ?? [];
  return found.length > 0 && found.length <= 27 && text.replace(EMOJI, "").trim() === "";
}
