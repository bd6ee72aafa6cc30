"""A real bot without privileged intents."""

from tests.sandbox.support import House


async def test_without_message_content_the_bot_reads_only_what_concerns_it(house_without_intents: House):
    house = house_without_intents
    mira = house.member(house.mira)
    control = house.client.control
    posted = await mira.post(house.general, "echo secret", files=[("a.png", b"1")])
    reply = await control.wait_for_message(channel=house.general, replies_to=posted.id, author="bot")
    assert reply.content == "heard <empty 0 files>"
    own = (await control.status())["bot"]["id"]
    called = await mira.post(house.general, f"echo <@{own}>")
    await control.wait_for_messages(channel=house.general, after=called.id, count=0)
    await mira.post_dm("echo in private")
    heard = await control.wait_for_message(dm_of=mira, contains="heard", author="bot")
    assert heard.content == "heard echo in private"


async def test_interactions_carry_the_chosen_message_with_its_content(house_without_intents: House):
    house = house_without_intents
    mira = house.member(house.mira)
    posted = await mira.post(house.general, "the chosen one", files=[("a.png", b"1")])
    assert (await mira.menu("Submit this", posted)).text == "'the chosen one' ['a.png']"


async def test_without_the_members_intent_nobody_is_seen_joining(house_without_intents: House):
    house = house_without_intents
    mira = house.member(house.mira)
    await house.client.control.add_member(house.guild, "newcomer")
    seen = await mira.slash("seen", channel=house.general)
    assert "newcomer" not in seen.text
