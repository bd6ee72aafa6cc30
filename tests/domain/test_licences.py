"""Licences, against the compatibility chart that Creative Commons publishes for remixes."""

import pytest

from domain.errors import UserError
from domain.licences import TITLES, Licence, conflict, flag, parse_licence

# Rows: the source. Columns: may a remix carry CC0, BY, BY-SA, BY-NC, BY-NC-SA, BY-ND, BY-NC-ND, community?
CHART = {
    "CC0-1.0": "yes yes yes yes yes yes yes yes",
    "CC-BY-4.0": "no yes yes yes yes yes yes yes",
    "CC-BY-SA-4.0": "no no yes no no no no no",
    "CC-BY-NC-4.0": "no no no yes yes no yes yes",
    "CC-BY-NC-SA-4.0": "no no no no yes no no no",
    "CC-BY-ND-4.0": "no no no no no no no no",
    "CC-BY-NC-ND-4.0": "no no no no no no no no",
    "community": "no no no no no no no yes",
}


@pytest.mark.parametrize("source", Licence)
def test_the_chart(source):
    answers = dict(zip(Licence, CHART[source].split(), strict=True))
    for remix, allowed in answers.items():
        said = conflict(source, remix, commercial=False)
        assert (said is None) == (allowed == "yes"), (source, remix, said)
        if said is not None:
            assert said.endswith("choose another source.")


@pytest.mark.parametrize("source", Licence)
@pytest.mark.parametrize("remix", Licence)
def test_a_commercial_show_takes_no_non_commercial_source(source, remix):
    free = conflict(source, remix, commercial=False)
    paid = conflict(source, remix, commercial=True)
    if "NC" in source and "ND" not in source:
        assert paid is not None
        assert "this show makes money" in paid
    else:
        assert paid == free


def test_reading_and_naming():
    assert parse_licence(" cc-by-4.0 ") is Licence.CC_BY
    assert parse_licence("CC0") is Licence.CC0
    assert parse_licence("cc-by-nc-sa") is Licence.CC_BY_NC_SA
    assert parse_licence("Community") is Licence.COMMUNITY
    for text in ("", "GPL", "CC", "cc-by-3.0"):
        with pytest.raises(UserError, match="not a licence we know"):
            parse_licence(text)
    assert set(TITLES) == set(Licence)


@pytest.mark.parametrize("licence", Licence)
def test_what_a_commercial_show_is_told_of_a_work_itself(licence):
    assert flag(licence, commercial=False) is None
    said = flag(licence, commercial=True)
    assert (said is not None) == ("NC" in licence)
    if said is not None:
        assert "this show makes money" in said
        assert "another licence" in said, "it says what would solve it"
