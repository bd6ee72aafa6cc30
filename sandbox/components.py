"""Buttons, menus and modals as members use them: found in the message, checked as Discord's client checks."""

from collections.abc import Mapping
from typing import Any

from sandbox.errors import ActError
from sandbox.interactions import Resolver
from sandbox.state import walk_components

ROW, BUTTON, STRING_SELECT, TEXT_INPUT, TEXT, LABEL = 1, 2, 3, 4, 10, 18
FILE_UPLOAD, RADIO, CHECKBOXES, CHECKBOX = 19, 21, 22, 23
ENTITY_SELECTS = {5: 6, 6: 8, 7: 9, 8: 7}  # select type -> option type that resolves the same things
SELECTS = (STRING_SELECT, *ENTITY_SELECTS)


def clicked(message: Mapping[str, Any], wish: Mapping[str, Any]) -> dict[str, Any]:
    """Interaction data for pressing the button with this `custom_id` or `label`."""
    buttons = [c for c in walk_components(message["components"]) if c["type"] == BUTTON]
    button = _one(buttons, wish, "custom_id", "label", what="button")
    if "custom_id" not in button:
        raise ActError(f"The button {_name(button)!r} is a link: it opens {button.get('url')}.", "link_button")
    if button.get("disabled"):
        raise ActError(f"The button {_name(button)!r} is disabled.", "disabled")
    return {"custom_id": button["custom_id"], "component_type": BUTTON, "id": button.get("id", 0)}


def selected(message: Mapping[str, Any], wish: Mapping[str, Any], resolver: Resolver) -> dict[str, Any]:
    """Interaction data for choosing `values` in the menu with this `custom_id` or `placeholder`."""
    menus = [c for c in walk_components(message["components"]) if c["type"] in SELECTS]
    menu = _one(menus, wish, "custom_id", "placeholder", what="menu")
    if menu.get("disabled"):
        raise ActError(f"The menu {_name(menu)!r} is disabled.", "disabled")
    values = _choice(menu, list(wish.get("values") or []), resolver)
    data = {"custom_id": menu["custom_id"], "component_type": menu["type"], "id": menu.get("id", 0), "values": values}
    if resolver.found:
        data["resolved"] = resolver.found
    return data


def _name(component: Mapping[str, Any]) -> str:
    return str(component.get("label") or component.get("placeholder") or component.get("custom_id"))


def _one(found: list[dict[str, Any]], wish: Mapping[str, Any], *keys: str, what: str) -> dict[str, Any]:
    key = next((key for key in keys if wish.get(key) is not None), None)
    if key is None:
        if len(found) == 1:
            return found[0]
        raise ActError(f"Say which {what}: {' or '.join(keys)}.", "malformed")
    hits = [component for component in found if component.get(key) == wish[key]]
    if len(hits) != 1:
        there = ", ".join(repr(_name(component)) for component in found) or "none"
        count = "no" if not hits else "more than one"
        raise ActError(
            f"There is {count} {what} with {key} {wish[key]!r} on this message. There are: {there}.",
            "unknown_component",
        )
    return hits[0]


def _choice(menu: Mapping[str, Any], values: list[Any], resolver: Resolver, maximum: int = 1) -> list[str]:
    """Check a menu's chosen values: how many, no value twice, and only what is offered (by value or label)."""
    least, most = menu.get("min_values"), menu.get("max_values")
    least, most = 1 if least is None else int(least), maximum if most is None else int(most)
    if not (least <= len(values) <= most) and not (not values and menu.get("required") is False):
        raise ActError(f"{_name(menu)!r} takes {least} to {most} values, not {len(values)}.", "values")
    if menu["type"] in ENTITY_SELECTS:
        return [resolver.entity(ENTITY_SELECTS[menu["type"]], value) for value in values]
    by_label = {option["label"]: option["value"] for option in menu.get("options") or []}
    offered = set(by_label.values())
    chosen = [value if value in offered else by_label.get(value) for value in values]
    if None in chosen or len(set(chosen)) != len(chosen):
        raise ActError(f"{_name(menu)!r} offers {', '.join(map(str, by_label))}; not {values}.", "values")
    return [str(value) for value in chosen]


# --------------------------------------------------------------------------------- modals


def submitted(modal: Mapping[str, Any], values: Mapping[str, Any], resolver: Resolver) -> dict[str, Any]:
    """Interaction data for sending a modal off; `values` are keyed by custom id or by label."""
    labels = _labels(modal)
    by_id: dict[str, Any] = {}
    for key, value in values.items():
        custom_id = key if key in labels.values() else labels.get(key)
        if custom_id is None:
            raise ActError(f"The modal has no field {key!r}. It has: {', '.join(labels)}.", "unknown_component")
        by_id[custom_id] = value
    nodes = [_node(component, by_id, resolver) for component in modal["components"]]
    data: dict[str, Any] = {"custom_id": modal["custom_id"], "components": nodes}
    if resolver.found:
        data["resolved"] = resolver.found
    return data


def _labels(modal: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for component in modal["components"]:
        inner = component.get("component") if component["type"] == LABEL else None
        for child in [inner] if inner else component.get("components") or []:
            if "custom_id" in child:
                label = component.get("label") if inner else child.get("label")
                found[str(label or child["custom_id"])] = child["custom_id"]
    return found


def _node(component: Mapping[str, Any], values: Mapping[str, Any], resolver: Resolver) -> dict[str, Any]:
    kind = component["type"]
    node: dict[str, Any] = {"type": kind, "id": component.get("id", 0)}
    if kind == LABEL:
        inner = component["component"]
        label = inner.get("label") or component.get("label")
        node["component"] = _control({**inner, "label": label}, values, resolver)
    elif kind == ROW:
        node["components"] = [_control(child, values, resolver) for child in component["components"]]
    return node


def _control(control: Mapping[str, Any], values: Mapping[str, Any], resolver: Resolver) -> dict[str, Any]:
    kind, custom_id = control["type"], control["custom_id"]
    data: dict[str, Any] = {"type": kind, "id": control.get("id", 0), "custom_id": custom_id}
    given = values.get(custom_id)
    given = _untouched(control) if given is None else given
    required = control.get("required", kind != CHECKBOX)
    if required and (given is None or given in ("", [])):
        raise ActError(f"The field {_name(control)!r} is required.", "required")
    if kind == TEXT_INPUT:
        data["value"] = _text(control, "" if given is None else given)
    elif kind in SELECTS:
        data["values"] = _choice(control, _listed(given), resolver) if given or required else []
    elif kind == FILE_UPLOAD:
        numbers = given["files"] if isinstance(given, dict) else _listed(given)
        data["values"] = _files(control, numbers, resolver)
    elif kind == CHECKBOXES:
        options = len(control.get("options") or [])
        data["values"] = _choice(control, _listed(given), resolver, options) if given or required else []
    elif kind == RADIO:
        data["value"] = _choice(control, [given], resolver)[0] if given is not None else None
    else:
        data["value"] = bool(given)
    return data


def _untouched(control: Mapping[str, Any]) -> Any:
    """What Discord's client sends for a field that a person leaves as it was shown; None for nothing."""
    kind = control["type"]
    if kind == TEXT_INPUT:
        return control.get("value")
    if kind == CHECKBOX:
        return control.get("default", False)
    if kind in ENTITY_SELECTS:
        return [default["id"] for default in control.get("default_values") or []] or None
    chosen = [option["value"] for option in control.get("options") or [] if option.get("default")]
    if kind == RADIO:
        return next(iter(chosen), None)
    return chosen or None


def _listed(value: Any) -> list[Any]:
    return [] if value is None else list(value) if isinstance(value, list | tuple) else [value]


def _text(control: Mapping[str, Any], text: Any) -> str:
    least, most = control.get("min_length") or 0, control.get("max_length") or 4000
    value = str(text)
    if value and not least <= len(value) <= most:
        raise ActError(f"{_name(control)!r} takes {least} to {most} characters, not {len(value)}.", "length")
    return value


def _files(control: Mapping[str, Any], numbers: list[Any], resolver: Resolver) -> list[str]:
    least, most = control.get("min_values"), control.get("max_values")
    least, most = 1 if least is None else int(least), 1 if most is None else int(most)
    if (numbers or control.get("required", True)) and not least <= len(numbers) <= most:
        raise ActError(f"{_name(control)!r} takes {least} to {most} files, not {len(numbers)}.", "values")
    return [resolver.attachment(int(number)) for number in numbers]
