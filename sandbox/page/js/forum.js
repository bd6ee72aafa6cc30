// A forum channel: its posts as cards, and the forms that open a post or a thread.

import { api } from "./api.js";
import { openDialog } from "./dialog.js";
import { el, fill, icon, iconButton } from "./dom.js";
import { acceptDrops, chooseFiles, FileStrip } from "./files.js";
import { oneLine } from "./inline.js";
import { kindOf, mediaAddress } from "./media.js";
import { announce, channelLabel, displayName, state, threadsOf, userOf } from "./state.js";
import { relative, snowflakeDate } from "./time.js";

function tags(thread, parent) {
  return (thread.applied_tags ?? [])
    .map((id) => parent.available_tags?.find((tag) => tag.id === id))
    .filter(Boolean)
    .map((tag) => el("span.badge", {}, tag.emoji_name ? `${tag.emoji_name} ` : null, tag.name));
}

function when(thread) {
  const date = snowflakeDate(thread.last_message_id ?? thread.id);
  return el("time", { datetime: date.toISOString(), data: { live: "1" } }, relative(date));
}

function card(thread, parent, opener) {
  const picture = opener?.attachments?.find((item) => kindOf(item) === "image" && mediaAddress(item.url));
  const author = userOf(thread.owner_id);
  return el(
    "li",
    {},
    el("button.post", { type: "button", data: { channel: thread.id }, on: { click: () => announce("open", { channelId: thread.id }) } },
      el("span.post-main", {},
        el("span.badges", {}, tags(thread, parent)),
        el("strong.post-title", {}, channelLabel(thread)),
        el("span.post-text", {},
          el("b", {}, author ? displayName(author.id) : "somebody", ": "), opener?.content ? oneLine(opener.content, 200) : null),
        el("span.post-foot", {}, icon("forum", 16), String(thread.message_count ?? 0), " • ", when(thread))),
      picture ? el("img.post-picture", { src: mediaAddress(picture.url), alt: "" }) : null),
  );
}

/** Draw a forum's posts into `node`; the openers' texts come as they are loaded. */
export async function drawForum(node, forum) {
  const posts = threadsOf(forum.id).sort((a, b) => (BigInt(b.last_message_id ?? b.id) < BigInt(a.last_message_id ?? a.id) ? -1 : 1));
  const openers = new Map();
  const paint = () =>
    fill(
      node,
      el("li.forum-head", {},
        el("div", {}, el("h2", {}, channelLabel(forum)), forum.topic ? el("p.muted", {}, forum.topic) : null),
        el("button.button.primary", { type: "button", on: { click: () => newThread({ channel: forum }) } }, icon("plus", 16), "New post")),
      posts.length ? posts.map((post) => card(post, forum, openers.get(post.id))) : el("li.nothing", {}, el("p", {}, "No posts yet. Start one.")),
    );
  paint();
  await Promise.all(posts.slice(0, 30).map(async (post) => {
    // The first message of a post carries the post's own id; where the bot opened it, it is just the first.
    const [first] = await api.messages(post.id, { after: String(BigInt(post.id) - 1n), limit: 1 }).catch(() => []);
    if (first) openers.set(post.id, first);
  }));
  if (state.channelId === forum.id) paint();
}

/** The form for a forum post, or for a thread from a message. */
export function newThread({ channel, message }) {
  const forum = !message && [15, 16].includes(channel.type);
  const strip = new FileStrip();
  const title = el("input.field", { type: "text", maxlength: "100", required: true, id: "thread-name", autocomplete: "off" });
  const text = el("textarea.field", { rows: "4", maxlength: "2000", id: "thread-text" });
  const problem = el("div.form-problem", { role: "alert" });
  const chosen = new Set();
  const tagButtons = forum && channel.available_tags?.length
    ? el("div.badges.tag-choice", {}, channel.available_tags.map((tag) => el("button.badge", {
      type: "button", "aria-pressed": "false",
      on: {
        click: (event) => {
          if (!chosen.delete(tag.id)) chosen.add(tag.id);
          event.currentTarget.setAttribute("aria-pressed", String(chosen.has(tag.id)));
        },
      },
    }, tag.name)))
    : null;
  const form = el(
    "form.modal-form",
    {},
    el("header.dialog-head", {}, el("h2", {}, forum ? `New post in ${channelLabel(channel)}` : "Create thread"), iconButton("close", "Close", () => dialog.close())),
    el("div.dialog-body", {},
      el("div.form-field", {}, el("label.field-label", { for: "thread-name" }, forum ? "Title" : "Thread name"), title),
      el("div.form-field", {}, el("label.field-label", { for: "thread-text" }, forum ? "Message" : "First message (optional)"), text),
      tagButtons, strip.node, problem),
    el("footer.dialog-foot", {},
      el("button.button.secondary", { type: "button", on: { click: async () => strip.add(await chooseFiles()) } }, "Attach files"),
      el("button.button.primary", { type: "submit" }, forum ? "Post" : "Create")),
  );
  acceptDrops(form, (files) => strip.add(files));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (forum && !text.value.trim() && !strip.files.length) return fill(problem, "A post needs a message or a file.");
    try {
      const made = await api.thread(channel.id, {
        name: title.value.trim(), content: text.value.trim() || undefined, files: strip.files, message: message?.id, tags: [...chosen],
      });
      dialog.close();
      announce("thread-made", { thread: made.thread });
    } catch (error) {
      fill(problem, error.message);
    }
    return undefined;
  });
  const dialog = openDialog({ label: forum ? "New post" : "Create thread", content: form, className: "modal", sticky: true });
  title.focus();
}
