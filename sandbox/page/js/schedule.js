// The guild's scheduled events in a window.

import { openDialog } from "./dialog.js";
import { el, icon, iconButton } from "./dom.js";
import { markdown } from "./markdown.js";
import { channelLabel, state } from "./state.js";
import { fullDate, relative } from "./time.js";

const STATUS = { 1: "Scheduled", 2: "Happening now", 3: "Over", 4: "Canceled" };

function entry(event) {
  const start = new Date(event.scheduled_start_time);
  const place = event.entity_metadata?.location ?? (event.channel_id ? `#${channelLabel(state.channels.get(event.channel_id))}` : null);
  return el(
    "li.event",
    { class: event.status === 2 ? "live" : null },
    el("div.event-when", {}, icon("calendar", 16), event.status === 1 ? null : `${STATUS[event.status]} • `,
      el("span", {}, el("time", { datetime: start.toISOString() }, fullDate(start)), " (", el("time", { datetime: start.toISOString(), data: { live: "1" } }, relative(start)), ")")),
    el("h3", {}, event.name),
    event.description ? el("div.markdown", {}, markdown(event.description)) : null,
    place ? el("p.muted", {}, place) : null,
  );
}

export function openEvents() {
  const dialog = openDialog({
    label: "Events",
    className: "modal",
    content: [
      el("header.dialog-head", {}, el("h2", {}, state.events.length === 1 ? "1 event" : `${state.events.length} events`), iconButton("close", "Close", () => dialog.close())),
      el("div.dialog-body", {}, state.events.length ? el("ul.events", {}, state.events.map(entry)) : el("p.muted", {}, "There are no upcoming events.")),
    ],
  });
}
