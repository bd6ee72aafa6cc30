"""Where files are kept, for those who may not reach below the services."""

from db.media import Kept, MediaMissingError, MediaStore, MediaTooLargeError, open_store

__all__ = ["Kept", "MediaMissingError", "MediaStore", "MediaTooLargeError", "open_store"]
