// Who is here: the member list on the right, and the picker at the bottom left that says who we are.

import { avatar } from "./avatar.js";
import { el, fill, icon } from "./dom.js";
import { memberItems, roleBadges } from "./entities.js";
import { Listbox } from "./listbox.js";
import { announce, displayName, nameColour, rolesOf, state } from "./state.js";

const GROUP_SHOWN = 100;

function person(member) {
  const id = member.user.id;
  const colour = nameColour(id);
  return el(
    "li",
    {},
    el("button.person", { type: "button", data: { user: id }, on: { click: (event) => announce("person-menu", { id, event }) } },
      avatar(displayName(id), 32),
      el("span.person-name", colour ? { class: "coloured", style: { "--role": colour } } : {}, displayName(id)),
      member.user.bot ? el("span.app-tag", {}, "APP") : null),
  );
}

/** Members under their highest hoisted role; where no role is hoisted, under their highest role. */
function groupOf(member, anyHoisted) {
  const roles = rolesOf(member.user.id);
  if (member.user.bot) return { key: "apps", name: "Apps", position: -0.5 };
  const role = anyHoisted ? roles.find((candidate) => candidate.hoist) : roles.find((candidate) => !candidate.managed);
  return role ? { key: role.id, name: role.name, position: role.position } : { key: "all", name: "Members", position: -1 };
}

/** Draw the member list into `node`. */
export function drawMembers(node) {
  const anyHoisted = [...state.roles.values()].some((role) => role.hoist);
  const groups = new Map();
  for (const member of state.members.values()) {
    const group = groupOf(member, anyHoisted);
    if (!groups.has(group.key)) groups.set(group.key, { ...group, members: [] });
    groups.get(group.key).members.push(member);
  }
  const byName = (a, b) => displayName(a.user.id).localeCompare(displayName(b.user.id), undefined, { numeric: true });
  fill(
    node,
    [...groups.values()].sort((a, b) => b.position - a.position).map((group) =>
      el("section", {},
        el("h3.people-heading", {}, `${group.name} — ${group.members.length}`),
        el("ul", {}, group.members.sort(byName).slice(0, GROUP_SHOWN).map(person)),
        group.members.length > GROUP_SHOWN ? el("p.muted", {}, `and ${group.members.length - GROUP_SHOWN} more`) : null)),
  );
}

/** The panel "who am I": shows the person, and opens a searchable list of everybody else one could be. */
export class WhoAmI {
  constructor(node, onPick) {
    this.node = node;
    this.search = el("input.listbox-search", { type: "text", placeholder: "Be somebody else: type a name", "aria-label": "Search for a member to be", autocomplete: "off" });
    this.list = new Listbox({
      field: this.search,
      anchor: node,
      label: "Members",
      className: "who-list",
      onPick: (item) => {
        this.list.close();
        onPick(item.value);
      },
      onClose: () => this.button?.setAttribute("aria-expanded", "false"),
    });
    this.search.addEventListener("input", () => this.refresh());
    this.search.addEventListener("keydown", (event) => this.list.key(event));
  }

  refresh() {
    const items = memberItems(this.search.value, { bots: false }).map((item) => ({ ...item, checked: item.key === state.me }));
    this.list.show(items, { heading: this.list.open ? undefined : this.search, empty: "Nobody of that name is here." });
  }

  toggle() {
    if (this.list.open) return this.list.close();
    this.search.value = "";
    this.refresh();
    this.button.setAttribute("aria-expanded", "true");
    this.search.focus();
    return undefined;
  }

  draw() {
    const name = state.me ? displayName(state.me) : "Choose who to be";
    this.button = el(
      "button.who",
      { type: "button", "aria-haspopup": "listbox", "aria-expanded": "false", title: "Be somebody else", on: { click: () => this.toggle() } },
      avatar(name, 32),
      el("span.who-text", {}, el("strong", {}, name), el("span", {}, state.me ? roleBadges(state.me) : null)),
      icon("down", 18),
    );
    fill(this.node, this.button);
  }
}
