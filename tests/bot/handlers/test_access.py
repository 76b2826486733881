"""Who may use the bot, and how much."""

from bot.i18n import texts
from tests.support.chat import finished, gallery, painting, shows, until_rows
from tests.support.fakes import photo


async def asked(group, person, words="@painter_bot"):
    sent = person.sends_text(words, to=group)
    return await group.until(lambda chat: next(iter(chat.answers(sent)), None))


async def test_in_a_group_that_is_allowed_all_may_use_the_bot_but_only_there(bot_process, world, ann, bob):
    ours, other = world.group("Ours", [ann, bob]), world.group("Other", [ann, bob])
    bot_process.env["ALLOWED_USERS"] = str(ours.id)
    await bot_process.start()
    assert (await asked(ours, ann)).text == texts.how_in_groups()
    assert (await asked(other, ann)).text == texts.stranger()
    ann.sends_text("hello")
    await ann.chat.until(lambda chat: [message.text for message in chat.from_bot] == [texts.stranger()])


async def test_in_a_group_that_is_allowed_photos_are_painted_and_buttons_work(bot_process, world, ann, bob):
    group = world.group("Ours", [ann, bob])
    bot_process.env["ALLOWED_USERS"] = str(group.id)
    await bot_process.start()
    sent = ann.sends_photo(photo("teal"), "@painter_bot", to=group)
    message = await group.until(lambda chat: next(iter(chat.answers(sent)), None))
    await ann.presses(message, "Great Wave")
    await group.until(lambda _: finished(message))


async def test_a_group_stays_allowed_as_a_supergroup_also_after_a_restart(bot_process, world, ann):
    group = world.group("Ours", [ann], basic=True)
    bot_process.env["ALLOWED_USERS"] = str(group.id)
    await bot_process.start()
    assert (await asked(group, ann)).text == texts.how_in_groups()
    larger = world.upgrade(group)
    assert (await asked(larger, ann)).text == texts.how_in_groups()
    await bot_process.stop()
    await bot_process.start()
    assert (await asked(larger, ann)).text == texts.how_in_groups()


def limit_in(message):
    return "at most 2 pictures a day" in (message.text or "")


async def test_who_has_had_enough_paintings_for_the_day_is_told_when_to_go_on(bot_process, ann, bob):
    bot_process.env["MAX_PER_DAY"] = "2"
    await bot_process.start()
    sent = ann.sends_album([photo(color) for color in ("teal", "olive", "navy")], "great wave")
    told = await ann.chat.until(lambda chat: next(filter(limit_in, chat.from_bot), None))
    assert told.reply_to == sent[2]
    assert "You can go on in" in told.text
    message = await gallery(bob, bob.sends_photo(photo("teal")))
    await bob.presses(message, "Great Wave")
    await painting(bob, message)
    await until_rows(bot_process, "SELECT count(*) FROM jobs WHERE status = 'DONE'", [(3,)])
    await bot_process.stop()
    await bot_process.start()
    ann.sends_text("/forget")
    await ann.chat.until(lambda chat: any(shows(m, texts.forgotten()) for m in chat.from_bot))
    refused = await gallery(ann, ann.sends_photo(photo("red")))
    assert "at most 2 pictures a day" in (await ann.taps(refused, "Great Wave").answered()).text


async def test_repeats_and_other_paintings_count_and_admins_do_not(bot_process, ann, bob):
    bot_process.env |= {"MAX_PER_DAY": "1", "ADMINS": str(bob.user.id)}
    await bot_process.start()
    for person in (ann, bob):
        message = await gallery(person, person.sends_photo(photo("teal")))
        await person.presses(message, "Great Wave")
        await painting(person, message)
        answer = (await person.taps(message, texts.stronger()).answered()).text
        assert ("at most 1 picture a day" in answer) == (person is ann)
