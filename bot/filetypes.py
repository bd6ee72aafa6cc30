"""What a file is, by its first bytes; only what is on the list is kept."""

import codecs
from collections.abc import AsyncIterator, Collection

from domain.errors import UserError
from domain.filekinds import kind_of, kinds_words

HEAD = 8192
"""Bytes that are looked at."""

_PICTURES = "jpeg png gif webp avif heic heif bmp tiff vnd.adobe.photoshop"
_SOUNDS = "mpeg ogg x-flac x-wav aac mp4 x-aiff midi amr"
_VIDEOS = "mp4 webm quicktime x-matroska x-m4v"
_OTHERS = "pdf zip epub+zip"
_KEPT = frozenset(
    f"{family}/{name}"
    for family, names in (("image", _PICTURES), ("audio", _SOUNDS), ("video", _VIDEOS), ("application", _OTHERS))
    for name in names.split()
)
_NAMES = {"audio/x-wav": "audio/wav", "audio/x-flac": "audio/flac", "audio/x-aiff": "audio/aiff"}
_SOUND_ENDINGS = (".m4a", ".m4b")
_TEXT_ENDINGS = (".txt", ".md", ".srt", ".vtt", ".abc", ".ly", ".fountain", ".csv", ".json", ".lrc")


def type_of(head: bytes, name: str, declared: str) -> str:
    """The content type by a file's first bytes. UserError, for the card, when such files are not kept.

    What has no signature is taken for text only if it was announced as text.
    """
    import filetype  # noqa: PLC0415 - a start does not need it

    found: str | None = filetype.guess_mime(head)  # type: ignore[no-untyped-call]  # no types there
    if found == "video/mp4" and (declared.startswith("audio/") or name.lower().endswith(_SOUND_ENDINGS)):
        found = "audio/mp4"  # the first bytes name the container, which is the same for both
    if found in _KEPT:
        return _NAMES.get(found, found)
    announced = declared.startswith("text/") or name.lower().endswith(_TEXT_ENDINGS)
    if found is None and announced and _is_text(head):
        return "text/plain"
    what = f"it is {found}" if found else "its content is of no kind we know"
    raise UserError(f"{what}; pictures, sound, video, PDF, text and ZIP are kept")


def _is_text(head: bytes) -> bool:
    if b"\0" in head:
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


class Sniffed:
    """A stream whose first bytes are judged before any of it goes on; `content_type` is known once it flows.

    `kinds` (see domain.filekinds) are those that are taken; none: every kind that is kept here.
    """

    def __init__(self, chunks: AsyncIterator[bytes], name: str, declared: str, kinds: Collection[str] = ()) -> None:
        self._chunks, self._name, self._declared, self._kinds = chunks, name, declared, kinds
        self.content_type = ""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """The same bytes. UserError before the first when such files are not kept."""
        head = bytearray()
        async for chunk in self._chunks:
            if self.content_type:
                yield chunk
                continue
            head += chunk
            if len(head) >= HEAD:
                self.content_type = self._judged(bytes(head))
                yield bytes(head)
        if not self.content_type:
            self.content_type = self._judged(bytes(head))
            yield bytes(head)

    def _judged(self, head: bytes) -> str:
        found = type_of(head, self._name, self._declared)
        if self._kinds and kind_of(found) not in self._kinds:
            raise UserError(f"it is {found}; {kinds_words(self._kinds)} are taken here")
        return found
