"""first."""

import sqlalchemy as sa
from alembic import op

import db.types

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "guilds",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("created_at", db.types.UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guilds")),
    )
    op.create_table(
        "posts",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=True),
        sa.Column("posted_at", db.types.UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_posts")),
    )
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_posts_message_id"), ["message_id"], unique=False)

    op.create_table(
        "process_facts",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_process_facts")),
    )
    op.create_table(
        "artists",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("created_at", db.types.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["guild_id"], ["guilds.id"], name=op.f("fk_artists_guild_id_guilds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_artists")),
        sa.UniqueConstraint("guild_id", "user_id", name=op.f("uq_artists_guild_id_user_id")),
    )
    op.create_table(
        "shows",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("works_channel_id", sa.BigInteger(), nullable=False),
        sa.Column("news_channel_id", sa.BigInteger(), nullable=False),
        sa.Column("producers_channel_id", sa.BigInteger(), nullable=True),
        sa.Column("producer_role_id", sa.BigInteger(), nullable=True),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("weekdays", sa.Integer(), nullable=False),
        sa.Column("post_at", sa.String(length=8), nullable=False),
        sa.Column("every_weeks", sa.Integer(), nullable=False),
        sa.Column("anchor", sa.Date(), nullable=False),
        sa.Column("open_seconds", sa.Integer(), nullable=False),
        sa.Column("voting_seconds", sa.Integer(), nullable=False),
        sa.Column("comment_seconds", sa.Integer(), nullable=False),
        sa.Column("grace_seconds", sa.Integer(), nullable=False),
        sa.Column(
            "collecting",
            sa.Enum(
                "everything", "asked", name="collecting", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column(
            "licence",
            sa.Enum(
                "CC0-1.0",
                "CC-BY-4.0",
                "CC-BY-SA-4.0",
                "CC-BY-NC-4.0",
                "CC-BY-NC-SA-4.0",
                "CC-BY-ND-4.0",
                "CC-BY-NC-ND-4.0",
                "community",
                name="licence",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "vote_method",
            sa.Enum(
                "approval", "score", name="vote_method", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("max_score", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column(
            "weights",
            sa.Enum("equal", "points", name="weights", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("lineage_bp", sa.Integer(), nullable=False),
        sa.Column("house_bp", sa.Integer(), nullable=False),
        sa.Column("floor", db.types.MinorUnits(), nullable=False),
        sa.Column("cap_bp", sa.Integer(), nullable=False),
        sa.Column("payout_min", db.types.MinorUnits(), nullable=False),
        sa.Column("claim_days", sa.Integer(), nullable=False),
        sa.Column("season", sa.Integer(), nullable=False),
        sa.Column("next_episode", sa.Integer(), nullable=False),
        sa.Column("next_work", sa.Integer(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("created_at", db.types.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "cap_bp > 0 AND cap_bp <= 10000 AND floor >= 0 AND payout_min >= 0", name=op.f("ck_shows_limits")
        ),
        sa.CheckConstraint("comment_seconds > 0 AND grace_seconds >= 0", name=op.f("ck_shows_windows")),
        sa.CheckConstraint(
            "every_weeks >= 1 AND weekdays >= 0 AND weekdays < 128", name=op.f("ck_shows_cadence")
        ),
        sa.CheckConstraint("house_bp >= 0 AND house_bp <= 10000", name=op.f("ck_shows_house")),
        sa.CheckConstraint("length(currency) = 3", name=op.f("ck_shows_currency")),
        sa.CheckConstraint("lineage_bp >= 0 AND lineage_bp <= 10000", name=op.f("ck_shows_lineage")),
        sa.CheckConstraint(
            "next_work >= 1 AND next_episode >= 1 AND season >= 1", name=op.f("ck_shows_counters")
        ),
        sa.CheckConstraint("open_seconds > 0 AND voting_seconds > 0", name=op.f("ck_shows_durations")),
        sa.CheckConstraint("seats >= 1 AND max_score >= 1 AND max_score <= 10", name=op.f("ck_shows_vote")),
        sa.ForeignKeyConstraint(["guild_id"], ["guilds.id"], name=op.f("fk_shows_guild_id_guilds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shows")),
        sa.UniqueConstraint("guild_id", "name", name=op.f("uq_shows_guild_id_name")),
        sa.UniqueConstraint("slug", name=op.f("uq_shows_slug")),
    )
    with op.batch_alter_table("shows", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shows_works_channel_id"), ["works_channel_id"], unique=False)

    op.create_table(
        "channel_cursors",
        sa.Column("channel_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("show_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("last_message_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["show_id"], ["shows.id"], name=op.f("fk_channel_cursors_show_id_shows")),
        sa.PrimaryKeyConstraint("channel_id", name=op.f("pk_channel_cursors")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "send", "edit", name="outbox_action", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("show_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subject", sa.JSON(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=True),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("reply_to", sa.BigInteger(), nullable=True),
        sa.Column("post_key", sa.String(length=80), nullable=True),
        sa.Column("nonce", sa.String(length=25), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "sent",
                "failed",
                "dropped",
                name="outbox_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", db.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("leased_until", db.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("tried_at", db.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("sent_at", db.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", db.types.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_outbox_sent")),
        sa.CheckConstraint("channel_id IS NOT NULL OR user_id IS NOT NULL", name=op.f("ck_outbox_target")),
        sa.ForeignKeyConstraint(["show_id"], ["shows.id"], name=op.f("fk_outbox_show_id_shows")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
        sa.UniqueConstraint("nonce", name=op.f("uq_outbox_nonce")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_due", ["state", "next_try_at"], unique=False)

    op.create_table(
        "themes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("show_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "used",
                "removed",
                name="theme_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("added_by", sa.BigInteger(), nullable=False),
        sa.Column("added_at", db.types.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(title) > 0", name=op.f("ck_themes_title")),
        sa.ForeignKeyConstraint(["show_id"], ["shows.id"], name=op.f("fk_themes_show_id_shows")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_themes")),
    )
    with op.batch_alter_table("themes", schema=None) as batch_op:
        batch_op.create_index("ix_themes_queue", ["show_id", "state", "position"], unique=False)

    op.create_table(
        "episodes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("show_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("theme_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("season", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column(
            "phase",
            sa.Enum(
                "planned",
                "open",
                "voting",
                "cutting",
                "released",
                "canceled",
                name="phase",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("planned_at", db.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("opens_at", db.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("closes_at", db.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("votes_until", db.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("released_at", db.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("release_url", sa.String(length=500), nullable=True),
        sa.Column("draw_seed", sa.String(length=64), nullable=False),
        sa.Column("draw_commitment", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "closes_at IS NULL OR opens_at IS NULL OR closes_at > opens_at", name=op.f("ck_episodes_closes")
        ),
        sa.CheckConstraint("length(title) > 0", name=op.f("ck_episodes_title")),
        sa.CheckConstraint(
            "votes_until IS NULL OR closes_at IS NULL OR votes_until > closes_at",
            name=op.f("ck_episodes_votes"),
        ),
        sa.ForeignKeyConstraint(["show_id"], ["shows.id"], name=op.f("fk_episodes_show_id_shows")),
        sa.ForeignKeyConstraint(["theme_id"], ["themes.id"], name=op.f("fk_episodes_theme_id_themes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_episodes")),
        sa.UniqueConstraint("show_id", "season", "number", name=op.f("uq_episodes_show_id_season_number")),
        sa.UniqueConstraint("theme_id", name=op.f("uq_episodes_theme_id")),
    )
    with op.batch_alter_table("episodes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_episodes_show_id"), ["show_id"], unique=False)

    op.create_table(
        "ballots",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("episode_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("voter_id", sa.BigInteger(), nullable=False),
        sa.Column("receipt", sa.String(length=64), nullable=False),
        sa.Column("started_at", db.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("changed_at", db.types.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["episode_id"], ["episodes.id"], name=op.f("fk_ballots_episode_id_episodes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballots")),
        sa.UniqueConstraint("episode_id", "voter_id", name=op.f("uq_ballots_episode_id_voter_id")),
        sa.UniqueConstraint("receipt", name=op.f("uq_ballots_receipt")),
    )
    op.create_table(
        "deals",
        sa.Column("episode_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column(
            "vote_method",
            sa.Enum(
                "approval", "score", name="vote_method", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("max_score", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column(
            "weights",
            sa.Enum("equal", "points", name="weights", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("lineage_bp", sa.Integer(), nullable=False),
        sa.Column("house_bp", sa.Integer(), nullable=False),
        sa.Column("floor", db.types.MinorUnits(), nullable=False),
        sa.Column("cap_bp", sa.Integer(), nullable=False),
        sa.Column("payout_min", db.types.MinorUnits(), nullable=False),
        sa.Column("comment_seconds", sa.Integer(), nullable=False),
        sa.Column("grace_seconds", sa.Integer(), nullable=False),
        sa.Column("claim_days", sa.Integer(), nullable=False),
        sa.Column("locked_at", db.types.UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "cap_bp > 0 AND cap_bp <= 10000 AND floor >= 0 AND payout_min >= 0", name=op.f("ck_deals_limits")
        ),
        sa.CheckConstraint("comment_seconds > 0 AND grace_seconds >= 0", name=op.f("ck_deals_windows")),
        sa.CheckConstraint("house_bp >= 0 AND house_bp <= 10000", name=op.f("ck_deals_house")),
        sa.CheckConstraint("length(currency) = 3", name=op.f("ck_deals_currency")),
        sa.CheckConstraint("lineage_bp >= 0 AND lineage_bp <= 10000", name=op.f("ck_deals_lineage")),
        sa.CheckConstraint("seats >= 1 AND max_score >= 1", name=op.f("ck_deals_vote")),
        sa.ForeignKeyConstraint(["episode_id"], ["episodes.id"], name=op.f("fk_deals_episode_id_episodes")),
        sa.PrimaryKeyConstraint("episode_id", name=op.f("pk_deals")),
    )
    op.create_table(
        "episode_moves",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("episode_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "from_phase",
            sa.Enum(
                "planned",
                "open",
                "voting",
                "cutting",
                "released",
                "canceled",
                name="from_phase",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "to_phase",
            sa.Enum(
                "planned",
                "open",
                "voting",
                "cutting",
                "released",
                "canceled",
                name="to_phase",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("at", db.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("by_user", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episodes.id"], name=op.f("fk_episode_moves_episode_id_episodes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_episode_moves")),
        sa.UniqueConstraint("episode_id", "to_phase", name=op.f("uq_episode_moves_episode_id_to_phase")),
    )
    op.create_table(
        "ledger_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("show_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("episode_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("reverses_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("by_user", sa.BigInteger(), nullable=True),
        sa.Column("at", db.types.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(currency) = 3", name=op.f("ck_ledger_entries_currency")),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episodes.id"], name=op.f("fk_ledger_entries_episode_id_episodes")
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["ledger_entries.id"], name=op.f("fk_ledger_entries_reverses_id_ledger_entries")
        ),
        sa.ForeignKeyConstraint(["show_id"], ["shows.id"], name=op.f("fk_ledger_entries_show_id_shows")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entries")),
        sa.UniqueConstraint("key", name=op.f("uq_ledger_entries_key")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_ledger_entries_reverses_id")),
    )
    with op.batch_alter_table("ledger_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ledger_entries_episode_id"), ["episode_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ledger_entries_show_id"), ["show_id"], unique=False)

    op.create_table(
        "payout_rounds",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("episode_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "phase",
            sa.Enum(
                "draft",
                "proposed",
                "final",
                "settled",
                name="round_phase",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("pool", db.types.MinorUnits(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("statement", sa.JSON(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("created_at", db.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("proposed_at", db.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("comments_until", db.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("finalised_at", db.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("settled_at", db.types.UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(currency) = 3", name=op.f("ck_payout_rounds_currency")),
        sa.CheckConstraint("pool >= 0", name=op.f("ck_payout_rounds_pool")),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episodes.id"], name=op.f("fk_payout_rounds_episode_id_episodes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_rounds")),
        sa.UniqueConstraint("episode_id", "number", name=op.f("uq_payout_rounds_episode_id_number")),
    )
    op.create_table(
        "tallies",
        sa.Column("episode_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("ballots", sa.Integer(), nullable=False),
        sa.Column("election", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("counted_at", db.types.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["episode_id"], ["episodes.id"], name=op.f("fk_tallies_episode_id_episodes")),
        sa.PrimaryKeyConstraint("episode_id", name=op.f("pk_tallies")),
    )
    op.create_table(
        "works",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("show_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("episode_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("artist_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("medium", sa.String(length=16), nullable=False),
        sa.Column(
            "licence",
            sa.Enum(
                "CC0-1.0",
                "CC-BY-4.0",
                "CC-BY-SA-4.0",
                "CC-BY-NC-4.0",
                "CC-BY-NC-SA-4.0",
                "CC-BY-ND-4.0",
                "CC-BY-NC-ND-4.0",
                "community",
                name="licence",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "in",
                "withdrawn",
                "disqualified",
                name="work_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("by_form", sa.Boolean(), nullable=False),
        sa.Column("submitted_at", db.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("collected_at", db.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(title) > 0", name=op.f("ck_works_title")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_works_number")),
        sa.ForeignKeyConstraint(["artist_id"], ["artists.id"], name=op.f("fk_works_artist_id_artists")),
        sa.ForeignKeyConstraint(["episode_id"], ["episodes.id"], name=op.f("fk_works_episode_id_episodes")),
        sa.ForeignKeyConstraint(["show_id"], ["shows.id"], name=op.f("fk_works_show_id_shows")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_works")),
        sa.UniqueConstraint("message_id", name=op.f("uq_works_message_id")),
        sa.UniqueConstraint("show_id", "number", name=op.f("uq_works_show_id_number")),
    )
    with op.batch_alter_table("works", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_works_artist_id"), ["artist_id"], unique=False)
        batch_op.create_index("ix_works_episode_state", ["episode_id", "state"], unique=False)

    op.create_table(
        "allocation_lines",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("artist_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("work_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("from_work_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("amount", db.types.MinorUnits(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["artist_id"], ["artists.id"], name=op.f("fk_allocation_lines_artist_id_artists")
        ),
        sa.ForeignKeyConstraint(
            ["from_work_id"], ["works.id"], name=op.f("fk_allocation_lines_from_work_id_works")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["payout_rounds.id"], name=op.f("fk_allocation_lines_round_id_payout_rounds")
        ),
        sa.ForeignKeyConstraint(["work_id"], ["works.id"], name=op.f("fk_allocation_lines_work_id_works")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation_lines")),
    )
    with op.batch_alter_table("allocation_lines", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_allocation_lines_round_id"), ["round_id"], unique=False)

    op.create_table(
        "allocations",
        sa.Column("round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("artist_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount", db.types.MinorUnits(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "carried",
                "paid",
                "donated",
                name="allocation_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_allocations_amount")),
        sa.ForeignKeyConstraint(["artist_id"], ["artists.id"], name=op.f("fk_allocations_artist_id_artists")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["payout_rounds.id"], name=op.f("fk_allocations_round_id_payout_rounds")
        ),
        sa.PrimaryKeyConstraint("round_id", "artist_id", name=op.f("pk_allocations")),
    )
    with op.batch_alter_table("allocations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_allocations_artist_id"), ["artist_id"], unique=False)

    op.create_table(
        "concerns",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("artist_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "left_out",
                "wrong_source",
                "too_high",
                "too_low",
                "other",
                name="concern_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "accepted",
                "declined",
                name="concern_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.BigInteger(), nullable=True),
        sa.Column("opened_at", db.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("answered_at", db.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("asked_by", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(text) > 0", name=op.f("ck_concerns_text")),
        sa.ForeignKeyConstraint(["artist_id"], ["artists.id"], name=op.f("fk_concerns_artist_id_artists")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["payout_rounds.id"], name=op.f("fk_concerns_round_id_payout_rounds")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concerns")),
        sa.UniqueConstraint("asked_by", name=op.f("uq_concerns_asked_by")),
        sa.UniqueConstraint("round_id", "number", name=op.f("uq_concerns_round_id_number")),
    )
    op.create_table(
        "credits",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("work_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("artist_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(length=60), nullable=False),
        sa.Column("share_bp", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "offered",
                "confirmed",
                "declined",
                name="credit_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.CheckConstraint("share_bp >= 0 AND share_bp <= 10000", name=op.f("ck_credits_share")),
        sa.ForeignKeyConstraint(["artist_id"], ["artists.id"], name=op.f("fk_credits_artist_id_artists")),
        sa.ForeignKeyConstraint(["work_id"], ["works.id"], name=op.f("fk_credits_work_id_works")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credits")),
        sa.UniqueConstraint("work_id", "artist_id", name=op.f("uq_credits_work_id_artist_id")),
    )
    with op.batch_alter_table("credits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_credits_artist_id"), ["artist_id"], unique=False)

    op.create_table(
        "cut_changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("episode_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("work_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "add",
                "remove",
                "points",
                name="cut_action",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("points", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_user", sa.BigInteger(), nullable=False),
        sa.Column("at", db.types.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episodes.id"], name=op.f("fk_cut_changes_episode_id_episodes")
        ),
        sa.ForeignKeyConstraint(["work_id"], ["works.id"], name=op.f("fk_cut_changes_work_id_works")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cut_changes")),
    )
    with op.batch_alter_table("cut_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cut_changes_episode_id"), ["episode_id"], unique=False)

    op.create_table(
        "cut_entries",
        sa.Column("episode_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("work_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("in_cut", sa.Boolean(), nullable=False),
        sa.Column("by_vote", sa.Boolean(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "used",
                "influence",
                "not_used",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.CheckConstraint("points >= 0 AND points <= 1000000", name=op.f("ck_cut_entries_points")),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episodes.id"], name=op.f("fk_cut_entries_episode_id_episodes")
        ),
        sa.ForeignKeyConstraint(["work_id"], ["works.id"], name=op.f("fk_cut_entries_work_id_works")),
        sa.PrimaryKeyConstraint("episode_id", "work_id", name=op.f("pk_cut_entries")),
    )
    op.create_table(
        "deadlines",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "theme",
                "queue_check",
                "open",
                "closing_soon",
                "close",
                "count",
                "comments_end",
                name="deadline_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "done",
                "dropped",
                name="deadline_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("show_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("episode_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("due_at", db.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("done_at", db.types.UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episodes.id"], name=op.f("fk_deadlines_episode_id_episodes")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["payout_rounds.id"], name=op.f("fk_deadlines_round_id_payout_rounds")
        ),
        sa.ForeignKeyConstraint(["show_id"], ["shows.id"], name=op.f("fk_deadlines_show_id_shows")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadlines")),
        sa.UniqueConstraint("key", name=op.f("uq_deadlines_key")),
    )
    with op.batch_alter_table("deadlines", schema=None) as batch_op:
        batch_op.create_index("ix_deadlines_due", ["state", "due_at"], unique=False)

    op.create_table(
        "fund_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("episode_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "revenue",
                "cost",
                "budget",
                "from_reserve",
                "to_reserve",
                name="fund_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("amount", db.types.MinorUnits(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("by_user", sa.BigInteger(), nullable=False),
        sa.Column("at", db.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_fund_entries_amount")),
        sa.CheckConstraint("length(currency) = 3", name=op.f("ck_fund_entries_currency")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["ledger_entries.id"], name=op.f("fk_fund_entries_entry_id_ledger_entries")
        ),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episodes.id"], name=op.f("fk_fund_entries_episode_id_episodes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund_entries")),
        sa.UniqueConstraint("asked_by", name=op.f("uq_fund_entries_asked_by")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_fund_entries_entry_id")),
    )
    with op.batch_alter_table("fund_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fund_entries_episode_id"), ["episode_id"], unique=False)

    op.create_table(
        "ledger_postings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("amount", db.types.MinorUnits(), nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_ledger_postings_amount")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["ledger_entries.id"], name=op.f("fk_ledger_postings_entry_id_ledger_entries")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_postings")),
    )
    with op.batch_alter_table("ledger_postings", schema=None) as batch_op:
        batch_op.create_index("ix_ledger_postings_account", ["account"], unique=False)
        batch_op.create_index(batch_op.f("ix_ledger_postings_entry_id"), ["entry_id"], unique=False)

    op.create_table(
        "marks",
        sa.Column("ballot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("work_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("mark", sa.Integer(), nullable=False),
        sa.CheckConstraint("mark >= 0 AND mark <= 10", name=op.f("ck_marks_mark")),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballots.id"], name=op.f("fk_marks_ballot_id_ballots")),
        sa.ForeignKeyConstraint(["work_id"], ["works.id"], name=op.f("fk_marks_work_id_works")),
        sa.PrimaryKeyConstraint("ballot_id", "work_id", name=op.f("pk_marks")),
    )
    with op.batch_alter_table("marks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_marks_work_id"), ["work_id"], unique=False)

    op.create_table(
        "payments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("show_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("artist_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount", db.types.MinorUnits(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reference", sa.String(length=100), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("by_user", sa.BigInteger(), nullable=False),
        sa.Column("at", db.types.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payments_amount")),
        sa.ForeignKeyConstraint(["artist_id"], ["artists.id"], name=op.f("fk_payments_artist_id_artists")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["ledger_entries.id"], name=op.f("fk_payments_entry_id_ledger_entries")
        ),
        sa.ForeignKeyConstraint(["show_id"], ["shows.id"], name=op.f("fk_payments_show_id_shows")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_payments_entry_id")),
    )
    with op.batch_alter_table("payments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payments_artist_id"), ["artist_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payments_show_id"), ["show_id"], unique=False)

    op.create_table(
        "sources",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("work_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source_work_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("outside_title", sa.String(length=200), nullable=True),
        sa.Column("outside_url", sa.Text(), nullable=True),
        sa.Column("share_bp", sa.Integer(), nullable=True),
        sa.Column("thanks", sa.String(length=300), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "confirmed",
                "disputed",
                "removed",
                name="source_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("added_by", sa.BigInteger(), nullable=False),
        sa.Column("added_at", db.types.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(source_work_id IS NULL) <> (outside_title IS NULL)", name=op.f("ck_sources_one")
        ),
        sa.CheckConstraint(
            "share_bp IS NULL OR (share_bp >= 0 AND share_bp <= 10000)", name=op.f("ck_sources_share")
        ),
        sa.CheckConstraint(
            "source_work_id IS NULL OR source_work_id <> work_id", name=op.f("ck_sources_itself")
        ),
        sa.ForeignKeyConstraint(
            ["source_work_id"], ["works.id"], name=op.f("fk_sources_source_work_id_works")
        ),
        sa.ForeignKeyConstraint(["work_id"], ["works.id"], name=op.f("fk_sources_work_id_works")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sources")),
        sa.UniqueConstraint("work_id", "source_work_id", name=op.f("uq_sources_work_id_source_work_id")),
    )
    with op.batch_alter_table("sources", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sources_source_work_id"), ["source_work_id"], unique=False)

    op.create_table(
        "work_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("work_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", db.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("by_user", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["work_id"], ["works.id"], name=op.f("fk_work_events_work_id_works")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_events")),
    )
    with op.batch_alter_table("work_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_work_events_work_id"), ["work_id"], unique=False)

    op.create_table(
        "work_files",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("work_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=260), nullable=False),
        sa.Column("content_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "kept",
                "failed",
                name="file_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("preview", sa.String(length=64), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", db.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.CheckConstraint("(state = 'kept') = (sha256 IS NOT NULL)", name=op.f("ck_work_files_kept")),
        sa.CheckConstraint("size >= 0", name=op.f("ck_work_files_size")),
        sa.ForeignKeyConstraint(["work_id"], ["works.id"], name=op.f("fk_work_files_work_id_works")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_files")),
        sa.UniqueConstraint("work_id", "position", name=op.f("uq_work_files_work_id_position")),
    )
    with op.batch_alter_table("work_files", schema=None) as batch_op:
        batch_op.create_index("ix_work_files_fetch", ["state", "next_try_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_work_files_sha256"), ["sha256"], unique=False)

    op.create_table(
        "work_links",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("work_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["work_id"], ["works.id"], name=op.f("fk_work_links_work_id_works")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_links")),
        sa.UniqueConstraint("work_id", "position", name=op.f("uq_work_links_work_id_position")),
    )
    op.create_table(
        "adjustments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("concern_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("artist_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount", db.types.MinorUnits(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_user", sa.BigInteger(), nullable=False),
        sa.Column("at", db.types.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_adjustments_amount")),
        sa.ForeignKeyConstraint(["artist_id"], ["artists.id"], name=op.f("fk_adjustments_artist_id_artists")),
        sa.ForeignKeyConstraint(
            ["concern_id"], ["concerns.id"], name=op.f("fk_adjustments_concern_id_concerns")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["payout_rounds.id"], name=op.f("fk_adjustments_round_id_payout_rounds")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adjustments")),
    )
    with op.batch_alter_table("adjustments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_adjustments_round_id"), ["round_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("adjustments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_adjustments_round_id"))

    op.drop_table("adjustments")
    op.drop_table("work_links")
    with op.batch_alter_table("work_files", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_work_files_sha256"))
        batch_op.drop_index("ix_work_files_fetch")

    op.drop_table("work_files")
    with op.batch_alter_table("work_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_work_events_work_id"))

    op.drop_table("work_events")
    with op.batch_alter_table("sources", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sources_source_work_id"))

    op.drop_table("sources")
    with op.batch_alter_table("payments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payments_show_id"))
        batch_op.drop_index(batch_op.f("ix_payments_artist_id"))

    op.drop_table("payments")
    with op.batch_alter_table("marks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_marks_work_id"))

    op.drop_table("marks")
    with op.batch_alter_table("ledger_postings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ledger_postings_entry_id"))
        batch_op.drop_index("ix_ledger_postings_account")

    op.drop_table("ledger_postings")
    with op.batch_alter_table("fund_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fund_entries_episode_id"))

    op.drop_table("fund_entries")
    with op.batch_alter_table("deadlines", schema=None) as batch_op:
        batch_op.drop_index("ix_deadlines_due")

    op.drop_table("deadlines")
    op.drop_table("cut_entries")
    with op.batch_alter_table("cut_changes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cut_changes_episode_id"))

    op.drop_table("cut_changes")
    with op.batch_alter_table("credits", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_credits_artist_id"))

    op.drop_table("credits")
    op.drop_table("concerns")
    with op.batch_alter_table("allocations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_allocations_artist_id"))

    op.drop_table("allocations")
    with op.batch_alter_table("allocation_lines", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_allocation_lines_round_id"))

    op.drop_table("allocation_lines")
    with op.batch_alter_table("works", schema=None) as batch_op:
        batch_op.drop_index("ix_works_episode_state")
        batch_op.drop_index(batch_op.f("ix_works_artist_id"))

    op.drop_table("works")
    op.drop_table("tallies")
    op.drop_table("payout_rounds")
    with op.batch_alter_table("ledger_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ledger_entries_show_id"))
        batch_op.drop_index(batch_op.f("ix_ledger_entries_episode_id"))

    op.drop_table("ledger_entries")
    op.drop_table("episode_moves")
    op.drop_table("deals")
    op.drop_table("ballots")
    with op.batch_alter_table("episodes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_episodes_show_id"))

    op.drop_table("episodes")
    with op.batch_alter_table("themes", schema=None) as batch_op:
        batch_op.drop_index("ix_themes_queue")

    op.drop_table("themes")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_due")

    op.drop_table("outbox")
    op.drop_table("channel_cursors")
    with op.batch_alter_table("shows", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_shows_works_channel_id"))

    op.drop_table("shows")
    op.drop_table("artists")
    op.drop_table("process_facts")
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_posts_message_id"))

    op.drop_table("posts")
    op.drop_table("guilds")
