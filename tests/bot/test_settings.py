"""Settings are read only when asked, and whatever is wrong with them stops the start in sentences without secrets."""

import re
from pathlib import Path

import pytest

from bot.settings import DISCORD_API, NAMES, Settings, SettingsError, load_settings

ROOT = Path(__file__).parents[2]
TOKEN = "MTE.secret-token.of-the-bot"


def problems(environ: dict[str, str], env_file: Path | None = None) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load_settings(environ, env_file)
    return caught.value.problems


def test_nothing_set_is_a_sqlite_file_and_a_gallery_of_this_machine() -> None:
    settings = load_settings({}, None)
    assert settings.database_url.get_secret_value() == "sqlite:///./var/showrunner.db"
    assert settings.discord_api_base == DISCORD_API
    assert (settings.web_host, settings.web_port, settings.media) == ("127.0.0.1", 8080, "./var/media")
    assert settings.message_content is True
    assert settings.link_previews is True
    assert settings.public_url(40123) == "http://127.0.0.1:40123"


def test_the_process_environment_is_never_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    monkeypatch.setenv("SHOWRUNNER_WEB_PORT", "nonsense")
    assert load_settings({}, None).discord_token is None


def test_every_value_arrives_in_its_type() -> None:
    settings = load_settings(
        {
            "DISCORD_TOKEN": f" {TOKEN} ",
            "DISCORD_API_BASE": "http://127.0.0.1:9000/api/v10/",
            "DATABASE_URL": "postgresql://u:p@db.example.org:5433/show",
            "SHOWRUNNER_MEDIA": "s3://bucket/works",
            "SHOWRUNNER_WEB_HOST": "0.0.0.0",  # noqa: S104 - a value to read, nothing listens
            "SHOWRUNNER_WEB_PORT": "0",
            "SHOWRUNNER_SITE_URL": "https://show.example.org/",
            "SHOWRUNNER_LOG_LEVEL": "WARNING",
            "SHOWRUNNER_LOG_FORMAT": "json",
            "SHOWRUNNER_MESSAGE_CONTENT": "False",
            "SHOWRUNNER_LINK_PREVIEWS": "false",
            "SHOWRUNNER_MAX_FILE_MB": "8",
            "SHOWRUNNER_READY_FILE": "var/ready.json",
        },
        None,
    )
    assert settings.token().get_secret_value() == TOKEN
    assert settings.discord_api_base == "http://127.0.0.1:9000/api/v10"
    assert settings.public_url(1) == "https://show.example.org"
    assert (settings.log_level, settings.log_format, settings.message_content) == ("warning", "json", False)
    assert settings.max_file_bytes == 8 * 1024 * 1024
    assert settings.link_previews is False
    assert settings.ready_file == Path("var/ready.json")


def test_a_file_is_read_and_the_environment_wins(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("# ours\nSHOWRUNNER_WEB_PORT=9001\nexport SHOWRUNNER_WEB_HOST='::1'\nDISCORD_TOKEN=\n")
    settings = load_settings({"SHOWRUNNER_WEB_PORT": "9002"}, file)
    assert settings.public_url(settings.web_port) == "http://[::1]:9002"
    assert settings.discord_token is None


def test_a_missing_file_is_no_error(tmp_path: Path) -> None:
    assert isinstance(load_settings({}, tmp_path / ".env"), Settings)


def test_an_address_for_all_hosts_is_no_address_to_visit() -> None:
    everywhere = {"SHOWRUNNER_WEB_HOST": "0.0.0.0"}  # noqa: S104 - a value to read, nothing listens
    assert load_settings(everywhere, None).public_url(80) == "http://127.0.0.1:80"


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("DATABSE_URL", "DATABASE_URL"),
        ("DATABASE_URI", "DATABASE_URL"),
        ("DISCORD_TOKE", "DISCORD_TOKEN"),
        ("discord_token", "DISCORD_TOKEN"),
        ("SHOWRUNNER_WEBPORT", "SHOWRUNNER_WEB_PORT"),
        ("SHOWRUNER_MEDIA", "SHOWRUNNER_MEDIA"),
    ],
)
def test_a_misspelt_name_is_named_with_the_one_that_was_meant(name: str, meant: str) -> None:
    assert problems({name: "x"}) == [f"{name} in the environment is not a setting of Showrunner. Did you mean {meant}?"]


def test_an_unknown_name_of_ours_points_to_the_list() -> None:
    (problem,) = problems({"SHOWRUNNER_COLOUR": "red"})
    assert problem.startswith("SHOWRUNNER_COLOUR in the environment is not a setting")
    assert "DISCORD_GUILD" in problems({"DISCORD_GUILD": "1"})[0]


@pytest.mark.parametrize("name", ["PATH", "HOME", "DATABASE_PASSWORD", "DATABASE", "WEB_PORT", "MEDIA", "LOG_LEVEL"])
def test_names_of_other_programs_are_left_alone(name: str) -> None:
    load_settings({name: "whatever"}, None)


def test_a_file_of_ours_may_hold_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("COLOUR=red\nSHOWRUNNER_MEDIA\n=broken\n")
    unknown, *malformed = problems({}, file)
    assert unknown.startswith(f"COLOUR in {file} is not a setting")
    assert malformed == [f"Line {n} of {file} is malformed: it must be NAME=value." for n in (2, 3)]


def test_a_file_that_is_not_text_is_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes(b"DISCORD_TOKEN=\xff\xfe")
    assert problems({}, file) == [f"{file} cannot be read as text: it is not UTF-8."]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("DISCORD_TOKEN", "two words", "the bot's token"),
        ("DISCORD_API_BASE", "discord.com/api", "an address as in"),
        ("DISCORD_API_BASE", "http://127.0.0.1:99999/api", "an address as in"),
        ("DATABASE_URL", "mysql://u:p@h/n", "a SQLite file as in"),
        ("DATABASE_URL", "showrunner.db", "a SQLite file as in"),
        ("DATABASE_URL", "sqlite://", "a SQLite file as in"),
        ("DATABASE_URL", "sqlite:///:memory:", "a SQLite file as in"),
        ("DATABASE_URL", "postgresql://u:p@h", "a SQLite file as in"),
        ("DATABASE_URL", "postgresql://u:p@h:port/n", "a SQLite file as in"),
        ("SHOWRUNNER_MEDIA", "ftp://host/x", "a folder as in"),
        ("SHOWRUNNER_MEDIA", "s3:///x", "a folder as in"),
        ("SHOWRUNNER_WEB_PORT", "eighty", "a port from 0"),
        ("SHOWRUNNER_WEB_PORT", "70000", "a port from 0"),
        ("SHOWRUNNER_SITE_URL", "show.example.org", "an address as in"),
        ("SHOWRUNNER_LOG_LEVEL", "loud", "debug, info, warning or error"),
        ("SHOWRUNNER_LOG_FORMAT", "xml", "console or json"),
        ("SHOWRUNNER_MESSAGE_CONTENT", "perhaps", "true or false"),
        ("SHOWRUNNER_MAX_FILE_MB", "0", "a whole number of megabytes"),
        ("SHOWRUNNER_MAX_FILE_MB", "2.5", "a whole number of megabytes"),
    ],
)
def test_a_malformed_value_is_one_sentence_with_what_is_expected(name: str, value: str, expected: str) -> None:
    (problem,) = problems({name: value})
    assert problem.startswith(f"{name} is malformed: it must be {expected}")


@pytest.mark.parametrize(
    ("name", "value"), [("DISCORD_TOKEN", "MTE. hunter2"), ("DATABASE_URL", "mysql://u:hunter2@h/n")]
)
def test_a_malformed_secret_is_not_repeated(name: str, value: str) -> None:
    assert "hunter2" not in repr(problems({name: value}))


def test_keys_for_payment_details_come_in_their_order() -> None:
    first, second = "A" * 43 + "=", "b-_9" * 10 + "xyz="
    settings = load_settings({"SHOWRUNNER_PAYMENT_KEYS": f" {first}, {second},"}, None)
    assert [key.get_secret_value() for key in settings.payment_keys] == [first, second]
    assert first not in repr(settings)
    assert load_settings({}, None).payment_keys == ()


@pytest.mark.parametrize("around", ['["{}"]', '"{}"', "{}x", "x{}", "{} {}", "[{}]"])
def test_a_key_with_anything_around_it_is_refused_and_not_repeated(around: str) -> None:
    key = "A" * 43 + "="
    (problem,) = problems({"SHOWRUNNER_PAYMENT_KEYS": around.format(key, key)})
    assert "showrunner keys new" in problem
    assert key not in problem


def test_everything_that_is_wrong_is_told_at_once() -> None:
    found = problems({"SHOWRUNNER_WEB_PORT": "x", "DATABASE_URL": "x", "SHOWRUNNER_WEB_PROT": "1"})
    assert {problem.split()[0] for problem in found} == {"SHOWRUNNER_WEB_PORT", "DATABASE_URL", "SHOWRUNNER_WEB_PROT"}


def test_a_unix_socket_needs_no_host() -> None:
    url = "postgresql://showrunner@/show?host=/run/postgresql"
    assert load_settings({"DATABASE_URL": url}, None).database_url.get_secret_value() == url


def test_a_missing_token_matters_only_to_who_needs_it() -> None:
    settings = load_settings({}, None)
    with pytest.raises(SettingsError, match="DISCORD_TOKEN is missing"):
        settings.token()


@pytest.mark.parametrize(
    "url",
    ["postgresql://u:hunter%2F2@h/n", "postgresql://u@h/n?password=hunter%2F2", "postgresql:///n?password=hunter%2F2"],
)
def test_no_text_of_the_settings_shows_a_secret(url: str) -> None:
    settings = load_settings({"DISCORD_TOKEN": TOKEN, "DATABASE_URL": url}, None)
    shown = f"{settings!r} {settings} {settings.shown_database()}"
    assert "hunter" not in shown
    assert TOKEN not in shown
    assert "***" in settings.shown_database()
    assert {TOKEN, "hunter/2"} <= set(settings.secrets())


def test_the_example_explains_every_setting_and_is_valid(tmp_path: Path) -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert set(re.findall(r"^(?:# )?([A-Z_]+)=", example, re.MULTILINE)) == NAMES
    every = tmp_path / ".env"
    every.write_text(re.sub(r"^# (?=[A-Z_]+=)", "", example, flags=re.MULTILINE))
    assert load_settings({}, every).ready_file == Path("./var/ready.json")
