// Times as Discord words them, in the time zone and hour format of the person looking on.

const EPOCH = 1420070400000n; // the first millisecond of 2015: Discord's snowflakes count from here

/** The moment a snowflake id was made. */
export function snowflakeDate(id) {
  return new Date(Number((BigInt(id) >> 22n) + EPOCH));
}

/** A snowflake of this moment, for messages that only this page knows. */
export function snowflakeNow() {
  return String((BigInt(Date.now()) - EPOCH) << 22n);
}

const format = (options) => new Intl.DateTimeFormat("en-GB", options);
const CLOCK = format({ hour: "2-digit", minute: "2-digit" });
const CLOCK_SECONDS = format({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const SHORT_DATE = format({ day: "2-digit", month: "2-digit", year: "numeric" });
const LONG_DATE = format({ day: "numeric", month: "long", year: "numeric" });
const FULL = format({ weekday: "long", day: "numeric", month: "long", year: "numeric" });

export const clock = (date) => CLOCK.format(date);
export const longDate = (date) => LONG_DATE.format(date);
export const fullDate = (date) => `${FULL.format(date)} ${CLOCK.format(date)}`;

export function sameDay(a, b) {
  return a.toDateString() === b.toDateString();
}

/** "Today at 18:00", "Yesterday at 18:00", "01/06/2026, 18:00". */
export function messageTime(date) {
  const now = new Date();
  const yesterday = new Date(now);
  yesterday.setDate(now.getDate() - 1);
  if (sameDay(date, now)) return `Today at ${clock(date)}`;
  if (sameDay(date, yesterday)) return `Yesterday at ${clock(date)}`;
  return `${SHORT_DATE.format(date)}, ${clock(date)}`;
}

const STEPS = [
  ["year", 31536000],
  ["month", 2592000],
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];
const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "always" });

/** "in 5 minutes", "2 days ago". */
export function relative(date, now = Date.now()) {
  const seconds = Math.round((date.getTime() - now) / 1000);
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size || unit === "second") return RELATIVE.format(Math.round(seconds / size), unit);
  }
  return "";
}

/** The text of `<t:unix:style>`. */
export function stamp(date, style) {
  if (style === "t") return clock(date);
  if (style === "T") return CLOCK_SECONDS.format(date);
  if (style === "d") return SHORT_DATE.format(date);
  if (style === "D") return longDate(date);
  if (style === "F") return fullDate(date);
  if (style === "R") return relative(date);
  return `${longDate(date)} ${clock(date)}`;
}

/** Keep every relative time on the page true; one timer for all of them. */
export function keepTimesLive() {
  setInterval(() => {
    for (const node of document.querySelectorAll("time[data-live]")) {
      const text = relative(new Date(node.dateTime));
      if (node.textContent !== text) node.textContent = text;
    }
  }, 1000);
}
