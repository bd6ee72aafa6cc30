// Faces for people who have none: two hues from the name's hash and the initials, the same on every visit.

import { el } from "./dom.js";

function hash(text) {
  let value = 2166136261;
  for (const char of text) value = Math.imul(value ^ char.codePointAt(0), 16777619) >>> 0;
  return value;
}

function initials(name) {
  const words = name.replace(/[^\p{L}\p{N} ._-]/gu, "").split(/[ ._-]+/).filter(Boolean);
  if (!words.length) return [...name][0] ?? "?";
  const first = [...words[0]][0];
  return words.length > 1 ? first + [...words[words.length - 1]][0] : first;
}

/** A round picture for a name; decorative, because the name always stands beside it. */
export function avatar(name, size = 40) {
  const seed = hash(name);
  const hue = seed % 360;
  const other = (hue + 40 + ((seed >> 9) % 80)) % 360;
  return el(
    "span.avatar",
    {
      "aria-hidden": "true",
      data: { initials: initials(name).toUpperCase() }, // drawn by the style sheet, so that it is never copied as text
      style: {
        width: `${size}px`,
        height: `${size}px`,
        "font-size": `${Math.round(size * 0.4)}px`,
        background: `linear-gradient(${(seed >> 4) % 360}deg, hsl(${hue} 62% 46%), hsl(${other} 66% 38%))`,
      },
    },
  );
}
