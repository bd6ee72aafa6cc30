"""The kinds of files that a show may ask for, and which of them a file says it is."""

from collections.abc import Collection

from domain.errors import UserError

KINDS = {
    "pictures": "pictures",
    "sound": "sound",
    "video": "video",
    "pdf": "PDF",
    "text": "text",
    "archives": "ZIP",
}
"""Every kind by its name, with the word that sentences use."""

_FAMILIES = {"image": "pictures", "audio": "sound", "video": "video", "text": "text"}
_APPLICATIONS = {"application/pdf": "pdf", "application/zip": "archives", "application/epub+zip": "archives"}
_ENDINGS = {
    "pictures": "png jpg jpeg gif webp avif heic heif bmp tif tiff psd",
    "sound": "mp3 ogg oga opus flac wav aac m4a aif aiff mid midi amr",
    "video": "mp4 webm mov mkv m4v",
    "pdf": "pdf",
    "text": "txt md srt vtt abc ly fountain csv json lrc",
    "archives": "zip epub",
}
_BY_ENDING = {ending: kind for kind, endings in _ENDINGS.items() for ending in endings.split()}
_MEANT = {
    "picture": "pictures", "image": "pictures", "images": "pictures", "photo": "pictures", "photos": "pictures",
    "sounds": "sound", "audio": "sound", "music": "sound", "videos": "video", "film": "video", "pdfs": "pdf",
    "texts": "text", "zip": "archives", "zips": "archives", "archive": "archives",
}  # fmt: skip
_ALL = ("", "all", "any", "anything", "every", "everything")


def kind_of(content_type: str, name: str = "") -> str | None:
    """The kind that a file says it is, by its type or else by its name; None where neither tells."""
    plain = content_type.partition(";")[0].strip().lower()
    family = plain.partition("/")[0]
    found = _FAMILIES.get(family) or _APPLICATIONS.get(plain)
    return found or _BY_ENDING.get(name.lower().rpartition(".")[2] if "." in name else "")


def parse_kinds(text: str) -> tuple[str, ...]:
    """The kinds in "pictures, sound" as people type it, in their usual order; none for "everything".

    UserError for a word that is no kind.
    """
    words = [word for word in text.lower().replace(",", " ").replace("+", " ").split() if word not in ("and", "or")]
    if not words or (len(words) == 1 and words[0] in _ALL):
        return ()
    chosen = {_MEANT.get(word, word) for word in words}
    strange = [word for word in words if _MEANT.get(word, word) not in KINDS]
    if strange:
        raise UserError(
            f"“{strange[0][:40]}” is no kind of file. There are {', '.join(KINDS)}; “everything” allows all of them."
        )
    return () if chosen == set(KINDS) else tuple(kind for kind in KINDS if kind in chosen)


def named_kinds(names: str) -> tuple[str, ...]:
    """Kinds as they are written down: their names with commas between; none: every kind."""
    return tuple(filter(None, names.split(",")))


def kinds_words(kinds: Collection[str]) -> str:
    """Kinds as a sentence names them: "pictures, sound and PDF"; for none of them every kind."""
    words = [word for kind, word in KINDS.items() if not kinds or kind in kinds]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
