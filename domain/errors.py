"""The one error that people are meant to read."""


class UserError(Exception):
    """Something a person asked for cannot be done.

    The message is one or two plain sentences: what is wrong, and what to do about it. It is shown as it
    stands to that person only. Every other exception is a bug and is answered with a reference id.
    """
