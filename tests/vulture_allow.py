"""Names that look unused to vulture and are not; each with the reader that vulture cannot see.

Not imported by anything. Write an attribute access on `_`, with the reason beside it.
"""

from types import SimpleNamespace

_ = SimpleNamespace()

_.isolation_level  # sqlite3: None leaves BEGIN to the engine
_.is_async  # SQLAlchemy reads and calls these of a dialect and its cursors
_.supports_statement_cache
_.get_pool_class
_.do_execute
_.do_commit
_._async_soft_close
_._response_type  # discord.py: whether an interaction is answered
_.DEFAULT_GATEWAY  # discord.py connects there
_.warn_nacl  # discord.py: no warning about voice, which is not used
_.warn_dave
_.guild_messages  # discord.py: an intent
_.command_name  # simcord: what a message says it answers
_.default_values  # discord.py: who is chosen before a person chooses
_.handle_startendtag  # html.parser calls it
_.fp  # simcord: where it reads an upload's bytes
_.initial_response_deadline  # simcord: when it gives up on an interaction's answer
_.trend  # web/templates/money.html reads these three
_.people_paid
_.days_to_final
_.from_phase  # a column that people read in the database: the way an episode went
_.undecided  # a column that a UNIQUE and a CHECK read: one open dispute at a time
_.ASKED  # chosen by its value, in /show rules
_.set_bot_permissions  # tests/bot, which vulture does not read, takes rights away
