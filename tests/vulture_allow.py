"""Names that look unused to vulture and are not; each with the reader that vulture cannot see.

Not imported by anything. Write an attribute access on `_`, with the reason beside it.
"""

from types import SimpleNamespace

_ = SimpleNamespace()

_.isolation_level  # sqlite3: None leaves BEGIN to the engine
_.DEFAULT_GATEWAY  # discord.py connects there
_.warn_nacl  # discord.py: no warning about voice, which is not used
_.warn_dave
_.guild_messages  # discord.py: an intent
_.command_name  # simcord: what a message says it answers
_.default_values  # discord.py: who is chosen before a person chooses
