// The sandbox's endpoints (sandbox/API.md): what a member sees and does. Every failure is an Error with a sentence.

import { state } from "./state.js";

export class ApiError extends Error {
  constructor(message, code, status) {
    super(message);
    Object.assign(this, { code, status });
  }
}

async function request(method, path, { query, body, files } = {}) {
  const address = new URL(path, location.origin);
  for (const [key, value] of Object.entries(query ?? {})) if (value !== undefined && value !== null) address.searchParams.set(key, value);
  const options = { method };
  if (files?.length) {
    options.body = new FormData();
    options.body.append("payload_json", JSON.stringify(body));
    files.forEach((file, index) => options.body.append(`files[${index}]`, file, file.name));
  } else if (body) {
    options.body = JSON.stringify(body);
    options.headers = { "Content-Type": "application/json" };
  }
  let response;
  try {
    response = await fetch(address, options);
  } catch {
    throw new ApiError("The sandbox does not answer. Is it still running?", "offline", 0);
  }
  const text = await response.text();
  let answer = null;
  try {
    answer = text ? JSON.parse(text) : null;
  } catch {
    answer = null;
  }
  if (!response.ok) throw new ApiError(answer?.error?.message ?? `The sandbox answered ${response.status}.`, answer?.error?.code, response.status);
  return answer;
}

const get = (path, query = {}) => request("GET", path, { query: { user: state.me, ...query } });
const act = (path, body, files, method = "POST") => request(method, path, { body: { user: state.me, ...body }, files });

/** Values of options or modal fields with their files taken out: `place(numbers)` says how a file is pointed at. */
function withoutFiles(values, place) {
  const files = [];
  const plain = {};
  for (const [key, value] of Object.entries(values)) {
    const list = [value].flat();
    const carries = list.length > 0 && list.every((item) => item instanceof File);
    plain[key] = carries ? place(list.map((file) => files.push(file) - 1)) : value;
  }
  return { plain, files };
}

export const api = {
  users: () => request("GET", "/view/users"),
  guilds: () => get("/view/guilds"),
  guild: (id) => get(`/view/guilds/${id}`),
  dms: () => get("/view/dms"),
  commands: (channel) => get("/view/commands", { channel }),
  messages: (channel, { before, after, limit = 50 } = {}) => get(`/view/channels/${channel}/messages`, { before, after, limit }),
  message: (channel, id) => get(`/view/channels/${channel}/messages/${id}`),
  /** The live stream; `after` is the last event's number that was seen, for catching up. */
  stream(after) {
    const address = new URL("/view/events", location.origin);
    address.searchParams.set("user", state.me);
    if (after) address.searchParams.set("after", after);
    return new EventSource(address);
  },

  post: (channel, { content, files, replyTo, ping }) =>
    act("/act/messages", { ...(channel === "0" ? { dm: true } : { channel }), content, ...(replyTo ? { reply_to: replyTo, ping } : {}) }, files),
  edit: (channel, id, content) => act(`/act/messages/${channel}/${id}`, { content }, null, "PATCH"),
  remove: (channel, id) => request("DELETE", `/act/messages/${channel}/${id}`, { query: { user: state.me } }),
  react: (channel, message, emoji, present) => act("/act/reactions", { channel, message, emoji }, null, present ? "POST" : "DELETE"),
  thread: (channel, { name, content, files, message, tags }) =>
    act("/act/threads", { channel, name, content, message, applied_tags: tags }, files),

  // Interactions answer as soon as the bot acknowledged (wait: 0); what follows comes over the stream.
  slash(channel, path, values) {
    const { plain, files } = withoutFiles(values, ([number]) => ({ file: number }));
    return act("/act/slash", { channel, command: path.join(" "), options: plain, wait: 0 }, files);
  },
  autocomplete(channel, path, values, focused) {
    const { plain } = withoutFiles(values, () => undefined); // files are not sent for suggestions
    return act("/act/autocomplete", { channel, command: path.join(" "), focused, options: plain });
  },
  menu: (channel, name, target) => act("/act/menu", { channel, name, ...target, wait: 0 }),
  click: (channel, message, customId) => act("/act/click", { channel, message, custom_id: customId, wait: 0 }),
  select: (channel, message, customId, values) => act("/act/select", { channel, message, custom_id: customId, values, wait: 0 }),
  modal(interaction, values) {
    const { plain, files } = withoutFiles(values, (numbers) => ({ files: numbers }));
    return act("/act/modal", { interaction, values: plain, wait: 0 }, files);
  },
};
