// Embeds: the card with a coloured edge.

import { el } from "./dom.js";
import { inline, link } from "./inline.js";
import { markdown } from "./markdown.js";
import { mediaAddress, picture, resolveMedia } from "./media.js";
import { hex } from "./state.js";
import { messageTime } from "./time.js";

function smallPicture(url, message) {
  const source = mediaAddress(resolveMedia({ url }, message).url);
  return source ? el("img.embed-icon", { src: source, alt: "" }) : null;
}

function titled(text, url) {
  const label = inline(text, { bare: false, masked: false });
  return (url && link(url, label)) || label;
}

function fields(list) {
  if (!list?.length) return null;
  const grid = el("div.embed-fields", {});
  let run = 0;
  list.forEach((field, index) => {
    // Inline fields stand up to three in a row; a row of two shares the width between them.
    if (!field.inline) run = 0;
    let span = 12;
    if (field.inline) {
      let length = 0;
      for (let at = index - (run % 3); list[at]?.inline && length < 3; at += 1) length += 1;
      span = length === 1 ? 12 : 12 / length;
      run += 1;
    }
    grid.append(
      el("div.embed-field", { style: { "grid-column": `span ${span}` } },
        el("div.embed-field-name", {}, inline(field.name)),
        el("div.embed-field-value", {}, markdown(field.value))),
    );
  });
  return grid;
}

function footer(embed, message) {
  const parts = [];
  if (embed.footer?.text) parts.push(embed.footer.text);
  if (embed.timestamp) parts.push(messageTime(new Date(embed.timestamp)));
  if (!parts.length) return null;
  return el("div.embed-footer", {}, embed.footer?.icon_url ? smallPicture(embed.footer.icon_url, message) : null, parts.join(" • "));
}

/** One embed. */
export function embedCard(embed, message) {
  const { author } = embed;
  const thumbnail = embed.thumbnail?.url ? picture(resolveMedia(embed.thumbnail, message), { className: "embed-thumbnail", fixed: true }) : null;
  return el(
    "article.embed",
    { style: embed.color !== undefined && embed.color !== null ? { "--accent": hex(embed.color) } : {} },
    el("div.embed-grid", { class: thumbnail ? "with-thumbnail" : null },
      el("div.embed-main", {},
        embed.provider?.name ? el("div.embed-provider", {}, embed.provider.name) : null,
        author?.name
          ? el("div.embed-author", {}, author.icon_url ? smallPicture(author.icon_url, message) : null, titled(author.name, author.url))
          : null,
        embed.title ? el("div.embed-title", {}, titled(embed.title, embed.url)) : null,
        embed.description ? el("div.embed-description", {}, markdown(embed.description)) : null,
        fields(embed.fields)),
      thumbnail),
    embed.image?.url ? el("div.embed-image", {}, picture(resolveMedia(embed.image, message))) : null,
    footer(embed, message),
  );
}
