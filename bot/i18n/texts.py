"""Every sentence that a person reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from bot.i18n import formats
from bot.i18n.languages import gettext as _
from bot.i18n.languages import ngettext, pgettext
from styler.events import BadImage
from styler.gallery import Painting
from styler.settings import MAX_PIXELS, Strength

TELLING_SHARE = 0.01  # of a painting, after which it can be told how long the rest takes


def commands() -> dict[str, str]:
    """The bot's commands, in the order of its menu, and what they do: at most 256 characters each."""
    return {
        "start": _("What I do"),
        "paintings": _("The gallery"),
        "queue": _("My jobs"),
        "settings": _("Size, strength, colours, language"),
        "cancel": _("Stop my jobs"),
        "forget": _("Forget all about me"),
        "help": _("How it works"),
    }


def description() -> str:
    """What Telegram shows in the empty chat, above its button Start: at most 512 characters."""
    return _(
        "Send a photo, and get it back as a painting: in the manner of Hokusai, van Gogh, Renoir – "
        "or of any picture that you send along.\n\nYour pictures stay in this chat: they are never saved."
    )


def short_description() -> str:
    """On the bot's profile, and where it is shared: at most 120 characters."""
    return _("Repaints your photos in the manner of famous paintings, or of any picture you like.")


def start() -> str:
    return _("Send me a photo, and I repaint it in the manner of a famous painting – or of any picture you like.")


def help(download_limit: int) -> str:
    """HTML, of which a phone shows the steps and the commands on one screen, and the rest folded up."""
    steps = _(
        "1. Send me a photo, a video or a GIF, or a picture as a file.\n"
        "2. Tap a painting. A minute or so later the message turns into your picture, painted."
    )
    menu = [f"/{command} – {does}" for command, does in commands().items() if command not in ("start", "help")]
    more = [
        (
            _("A style of your own"),
            _("Tap “A style of my own” and send the picture; or send it as a reply to your photo."),
        ),
        (
            _("In words"),
            _("Write a painting’s name under your photo, or after it: “{example}”.").format(example=example_of_words()),
        ),
        (
            _("Files"),
            _("JPEG, PNG, WebP, HEIC, TIFF; up to {size} and {pixels}.").format(
                size=formats.megabytes(download_limit), pixels=formats.megapixels(MAX_PIXELS / 1e6)
            ),
        ),
        (_("Your pictures"), _("They are kept in this chat only: I never save them.")),
    ]
    rest = "\n".join(f"<b>{escape(topic)}.</b> {escape(text, quote=False)}" for topic, text in more)
    return "\n\n".join((escape(steps, False), "\n".join(menu), f"<blockquote expandable>{rest}</blockquote>"))


def example_of_words() -> str:
    return _("great wave, strong, keep colours")


def send_photo() -> str:
    return _("Send me a photo to paint. /help tells you more.")


def unknown_painting(words: str, suggested: Sequence[Painting] = ()) -> str:
    """The answer to words that name no painting. `suggested` are those that may have been meant."""
    known = _("I know no painting called “{words}”.").format(words=words)
    if suggested:
        names = formats.alternatives([label(painting) for painting in suggested])
        return f"{known} " + _("Did you mean {names}?").format(names=names)
    return f"{known} " + _("/paintings shows all that I know; or tap one under your photo.")


def two_at_most(painting: Painting, other: Painting) -> str:
    """The answer to the names of three paintings or more."""
    return _("I blend two paintings at a time: “{example}”, say.").format(example=f"{label(painting)} + {label(other)}")


def my_pleasure() -> str:
    """The answer to praise and thanks."""
    return _("My pleasure! Send me the next photo whenever you like.")


def what_to_say() -> str:
    """The answer to words that seem to ask for something, and for no painting."""
    return _(
        "I understand the names of paintings, and words such as “stronger”, “larger” or “again”. "
        "/cancel stops me, and /help tells you more."
    )


def nothing_to_change() -> str:
    """The answer to 'stronger', say, where there is a photo and no painting of it."""
    return _("I have not painted it yet. Tap a painting under your photo, or write its name: “{example}”.").format(
        example=example_of_words()
    )


def not_there_yet() -> str:
    """The answer to 'before and after', say, while the painting is in work."""
    return _("I am still painting it. Ask me again when it is there.")


def so_already() -> str:
    """The answer to 'stronger', say, if the painting is as strong as it can be."""
    return _("It is painted so already.")


def not_of_clips() -> str:
    """The answer to 'larger' or 'as a file', say, after a clip."""
    return _("I can do that with photos, but not with moving pictures.")


def as_large_as_its_file() -> str:
    """The answer to 'larger' after the painting of a file."""
    return _("A file is painted at its own size. Send me a larger one.")


def nothing_to_paint() -> str:
    return _("I cannot paint this. Send a photo, a video or a GIF, or a picture as a file (JPEG, PNG, WebP, HEIC).")


def sticker() -> str:
    return _(
        "I cannot paint this kind of sticker yet: it is a drawing that moves, not a video. "
        "Send me another one, a photo, a video or a GIF."
    )


def error() -> str:
    return _("Something went wrong on my side; I have made a note of it. Please send that again.")


def unsure() -> str:
    return _("I cannot tell whether my answer has reached you. If you do not see it, please send that again.")


def gallery() -> str:
    return _("Which painting shall your photo become?")


def gallery_of_clip(seconds: float) -> str:
    return _("Which painting shall it become? I paint its first {time}, frame by frame, which takes a while.").format(
        time=formats.duration(seconds)
    )


def gallery_album() -> str:
    return _("Which painting shall your photos become?")


def clips_of_album(seconds: float) -> str:
    return _("Of a video I paint the first {time}.").format(time=formats.duration(seconds))


def page(number: int, count: int) -> str:
    """Under a gallery of more than one page. A painting's name may also be written under a photo, or after it."""
    return _("Page {page} of {pages}. You can also write a painting’s name.").format(
        page=formats.number(number), pages=formats.number(count)
    )


def previous_page(number: int) -> str:
    """The button that leads to the page before this one."""
    return _("‹ Page {page}").format(page=formats.number(number))


def next_page(number: int) -> str:
    return _("Page {page} ›").format(page=formats.number(number))


def paintings() -> str:
    return _("These are the paintings. Send me a photo to start.")


def ask_style() -> str:
    return _("Now send me the picture whose style you want: a painting, a pattern, a drawing…")


def ask_style_by_reply() -> str:
    """Said in groups, where the bot sees only replies to its messages."""
    return _("Now send the picture whose style you want, as a reply to this message: a painting, a pattern, a drawing…")


def how_in_groups() -> str:
    return _("Reply to a photo, a video or a GIF with /paint, or send one with my name under it, and I repaint it.")


def which_of_an_album() -> str:
    """Said in groups to who replies to the buttons of another's album."""
    return _("These are several pictures, which somebody else has sent. Reply to the one that you mean.")


def group_commands() -> dict[str, str]:
    """The menu in groups."""
    return {"paint": _("Repaint the photo that you reply to")}


def ask_to_blend(painting: Painting) -> str:
    return _("Now send me the picture to blend with {painting}.").format(painting=title(painting))


def ask_to_blend_by_reply(painting: Painting) -> str:
    return _("Now send the picture to blend with {painting}, as a reply to this message.").format(
        painting=title(painting)
    )


def no_moving_style() -> str:
    """Said of a clip that came where a picture was asked for as the style, above the gallery for that clip."""
    return _("A style has to be a still picture, and this one moves.")


def as_clip() -> str:
    """The button under a live photo that has its video painted."""
    return _("Paint it as a clip")


def as_still() -> str:
    """The button that has the still of a live photo painted."""
    return _("Paint it as a photo")


def own_style() -> str:
    return _("A style of my own")


def blend() -> str:
    return _("Blend two paintings")


def blend_first() -> str:
    return _("Which two paintings shall I blend? Choose the first.")


def blend_second(first: Painting) -> str:
    return _("{painting} and which other painting?").format(painting=title(first))


def blend_weights(first: Painting, second: Painting | None) -> str:
    both = formats.enumeration([title(first), title(second) if second else _("your picture")])
    return _("{paintings}: how much of each?").format(paintings=both)


def blended(first: Painting | None, second: Painting | None, share: float) -> str:
    """A step from one painting to another, or to a picture of one's own, as a button; `share` is the first's."""
    if share == 0.5:
        return _("Half of each")
    style, most = (first, share) if share > 0.5 else (second, 1 - share)
    if style is None:
        text = _("Mostly my picture: {share}") if most > 0.8 else _("More of my picture: {share}")
        return text.format(share=formats.percent(most))
    text = _("Mostly {painting}: {share}") if most > 0.8 else _("More {painting}: {share}")
    return text.format(painting=label(style), share=formats.percent(most))


def more_of(style: Painting | None) -> str:
    """The button under a blend that paints it again with more of this painting, or of one's own picture."""
    return _("More {painting}").format(painting=label(style)) if style else _("More of my picture")


def second_is_style() -> str:
    return _("The second is the style")


def back() -> str:
    return _("Back to the paintings")


def cancel() -> str:
    return _("Cancel")


def keep() -> str:
    """The button beside Cancel that stops a clip, and brings what is painted of it."""
    return _("Stop and keep it")


def kept_answer() -> str:
    return _("I stop here, and bring you what is painted.")


def nothing_to_keep() -> str:
    return _("Nothing is painted yet that could be kept. Try again in a moment, or cancel.")


def ended_already() -> str:
    return _("This has ended already.")


def stopped_after(frames: int) -> str:
    text = ngettext("Stopped after {n} frame.", "Stopped after {n} frames.", frames)
    return text.format(n=formats.number(frames))


def cancel_all() -> str:
    return _("Cancel all")


def another() -> str:
    return _("Another painting")


def stronger() -> str:
    return _("Stronger")


def softer() -> str:
    return _("Softer")


def keep_colors() -> str:
    return _("Keep my colours")


def new_colors() -> str:
    return _("Painting’s colours")


def larger(size: int) -> str:
    return _("Larger: {size} pixels").format(size=formats.pixels(size))


def larger_file(size: int) -> str:
    return _("Larger file: {size}").format(size=formats.pixels(size))


def as_file() -> str:
    return _("As a file")


def how_it_was_painted() -> str:
    """The button under a painting that brings a timelapse: a clip of how it was painted."""
    return _("How it was painted")


def before_and_after() -> str:
    """The button under a painting that brings the photo beside it, as one picture; and the caption of that."""
    return _("Before and after")


def timelapse(how: str) -> str:
    """The caption of that timelapse. `how` is the painting's style."""
    return _("How it was painted: {style}").format(style=how)


def share() -> str:
    return _("Share")


def paint_first() -> str:
    """The button above the paintings to share, if there are none yet; it leads to the chat with the bot."""
    return _("Send me a photo to paint first")


def pixels(size: int) -> str:
    return _("{size} pixels").format(size=formats.pixels(size))


def choose_language() -> str:
    return _("Language…")


def language_of_telegram() -> str:
    return _("As in my Telegram")


def back_to_settings() -> str:
    return _("Back to the settings")


def settings() -> str:
    return _(
        "How shall I paint for you? This is for all photos that you send from now on; a finished painting has "
        "buttons to change it alone.\n\nA file comes back at its own size, whatever you choose here."
    )


def settings_kept() -> str:
    return _("Done")


def languages() -> str:
    return _("Which language shall I speak?")


def chosen(settings: Mapping[str, Any]) -> str:
    """What a person usually wants, if it is not what everybody gets."""
    words = [pixels(settings["size"])] if "size" in settings else []
    words += [strength(settings["strength"]).lower()] if "strength" in settings else []
    words += [_("your photo’s colours")] if settings.get("keep_colors") else []
    return _("By your /settings: {choices}").format(choices=", ".join(words)) if words else ""


def wished(settings: Mapping[str, Any], steps: int, is_larger: bool) -> str:
    """What the words under a photo wish for, whichever painting it becomes."""
    words = [strength(settings["strength"]).lower()] if "strength" in settings else []
    words += [(stronger() if steps > 0 else softer()).lower()] if steps else []
    words += [_("your photo’s colours")] if settings.get("keep_colors") else []
    words += [_("larger")] if is_larger else []
    words += [as_file().lower()] if "format" in settings else []
    return _("As you wish: {choices}").format(choices=", ".join(words)) if words else ""


def already() -> str:
    return _("It is on its way already.")


def painted_already() -> str:
    """Said of a painting that stands in another message."""
    return _("It is painted already: you find it further down, as a reply to your photo.")


def not_yours() -> str:
    return _("This button is not for you, or it is too old. Send the photo again.")


def stranger() -> str:
    return _("This bot paints for its friends only. Whoever runs it can let you in.")


def unknown_sender() -> str:
    """Said in a group to those who write as a channel or anonymously, where only some people may use the bot."""
    return _("You write as a channel or anonymously, so I cannot tell whether I may paint for you. Write as yourself.")


def may_not_send(what: str) -> str:
    """Said in a group. `what` are messages in Telegram's own English words: 'photos', 'video notes'."""
    known = {
        "photos": pgettext("may not send", "photos"),
        "videos": pgettext("may not send", "videos"),
        "animations": pgettext("may not send", "GIFs"),
        "documents": pgettext("may not send", "files"),
        "video notes": pgettext("may not send", "round videos"),
    }
    return _("I may not send {what} in this group. Its admins can allow that, or make me an admin.").format(
        what=known.get(what, what)
    )


def forgotten() -> str:
    return _("Done: I know nothing of you any more. The pictures in this chat are yours to delete.")


def nothing_to_cancel() -> str:
    return _("There is nothing to cancel. Send me a photo to start.")


def cancelled() -> str:
    return _("Cancelled. Choose a painting if you change your mind.")


def cancelled_answer() -> str:
    return _("Cancelled")


def ready() -> str:
    return _("Your painting is ready.")


def ready_album() -> str:
    return _("Your paintings are ready.")


def not_painted() -> str:
    """Said in a reply to the message, or to one of the album, that tells why there is no painting."""
    return _("That could not be painted. Tap the message that I reply to, which says why.")


def album_state(done: int, total: int, failed: int) -> str:
    """How far an album is: a line, and another one if something failed."""
    state = _("{done} of {total} painted").format(done=formats.number(done), total=formats.number(total))
    if not failed:
        return state
    why = ngettext(
        "{n} could not be painted: tap it to read why.", "{n} could not be painted: tap them to read why.", failed
    )
    return f"{state}\n{why.format(n=formats.number(failed))}"


def tried_too_often() -> str:
    return _("I tried three times, and painting this failed on my side. Please try again later.")


def painting_gone() -> str:
    return _("This painting is not in the gallery any more. Choose another one.")


def no_file() -> str:
    return _("Telegram does not give me this picture any more. Please send it again.")


def file_not_served() -> str:
    return _(
        "I cannot read the files that Telegram's server keeps for me. My operator has been told; please try later."
    )


def no_delivery() -> str:
    return _("Telegram does not take the painting from me. Please send the photo again.")


def queue_empty() -> str:
    return _("You have nothing in line. Send me a photo.")


def too_big(size: int, limit: int) -> str:
    return _(
        "This file has {size}; Telegram lets me fetch at most {limit}. Send a smaller one, or send it as a photo."
    ).format(size=formats.megabytes(size), limit=formats.megabytes(limit))


def clip_too_big(size: int, limit: int) -> str:
    return _(
        "This video has {size}; Telegram lets me fetch at most {limit}. Send a shorter one, or a smaller one."
    ).format(size=formats.megabytes(size), limit=formats.megabytes(limit))


def title(painting: Painting) -> str:
    return pgettext("painting", painting.title)


def label(painting: Painting) -> str:
    """A short title, for a button."""
    return pgettext("painting", painting.label)


def artist(painting: Painting) -> str:
    return pgettext("artist", painting.artist)


def style_name(painting: Painting | None) -> str:
    return title(painting) if painting else _("Your own style")


def strength(strength: Strength) -> str:
    return {"soft": _("Soft"), "medium": _("Medium"), "strong": _("Strong")}[strength]


def how(styles: Sequence[Painting | None], shares: Sequence[float] = (), how_strong: Strength = "medium") -> str:
    """The style of a painting, and its strength if that is not medium; of several styles the share of each."""
    names = [style_name(style) for style in styles]
    if len(names) > 1:
        names = [title(style) if style else _("your picture") for style in styles]
        names = [f"{one} ({formats.percent(share)})" for one, share in zip(names, shares, strict=True)]
    name = formats.enumeration(names)
    if how_strong == "medium":
        return name
    return _("{style}, {strength}").format(style=name, strength=strength(how_strong).lower())


def queued(how: str, place: int, seconds: float | None) -> str:
    if seconds is None:
        state = _("Place {place} in line").format(place=formats.number(place))
    else:
        state = _("Place {place} in line, starts in about {time}").format(
            place=formats.number(place), time=formats.duration(seconds)
        )
    return f"{how}\n{state}"


def starting(how: str) -> str:
    return f"{how}\n" + _("Starting…")


def warming(how: str) -> str:
    return f"{how}\n" + _("The painter is starting. That may take a minute or two.")


def progress(how: str, share: float, seconds_left: float) -> str:
    # At first little is done, and how long the rest takes could only be guessed.
    known = share >= TELLING_SHARE
    state = _("Painting: {share}, about {time} left") if known else _("Painting: {share}")
    return f"{how}\n{state.format(share=formats.percent(share), time=formats.duration(seconds_left))}"


def progress_of_clip(how: str, frame: int, frames: int, seconds_left: float) -> str:
    state = _("Painting: frame {frame} of {frames}, about {time} left").format(
        frame=formats.number(frame), frames=formats.number(frames), time=formats.duration(seconds_left)
    )
    return f"{how}\n{state}"


def done(how: str, styles: Sequence[Painting | None], notes: Sequence[str] = ()) -> str:
    years: dict[str, list[str]] = {}  # by artist: of two paintings by one, that one is named once
    for one in filter(None, styles):
        years.setdefault(artist(one), []).append(str(one.year))
    after = [
        _("after {artist}, {year}").format(artist=name, year=formats.enumeration(list(dict.fromkeys(painted))))
        for name, painted in years.items()
    ]
    return "\n".join((how, *after, *notes))


def in_own_colors() -> str:
    return _("In your photo’s own colours.")


def downscaled(size: int) -> str:
    return _("Painted at {size} pixels: the memory did not suffice for more.").format(size=formats.pixels(size))


def dimensions(width: int, height: int) -> str:
    return _("{width} × {height} pixels").format(width=width, height=height)


def smaller_than_photo(largest: int, width: int, height: int) -> str:
    return _("Your file has {width} × {height}; {largest} pixels are the longest edge that I paint.").format(
        width=width, height=height, largest=largest
    )


def largest(size: int) -> str:
    return _("{size} pixels are the largest that I paint.").format(size=size)


def bad_image(error: BadImage, clip: bool = False) -> str:
    """What is wrong with a picture and what to do; the facts come from the error."""
    if error.which == "content" and clip:
        return _("I cannot paint your clip.") + "\n" + _what_is_wrong(error)
    if error.which == "content":
        return _("I cannot paint your photo.") + "\n" + _what_is_wrong(error)
    cannot, instead = _("I cannot take its style from that picture."), _("Or choose another painting.")
    return f"{cannot}\n{_what_is_wrong(error)} {instead}"


def _what_is_wrong(error: BadImage) -> str:
    sentences = {
        "empty": _("The file is empty. Send it again."),
        "transparent": _("It is fully transparent: there is nothing to see in it. Send another one."),
        "unreadable": _("It is not a picture that I can read. Send a JPEG, PNG, WebP, HEIC, AVIF, TIFF or BMP."),
        "damaged": _("It is damaged. Send another copy of it."),
        "unsupported": _("It is of a kind that I cannot read: {kind}. Save it as JPEG or PNG, and send that."),
        "truncated": _("It is incomplete: {share} of the picture is missing. Send it again.")
        if "share" in error.facts
        else _("It is incomplete: a part of its file is missing. Send it again."),
        "moving": _("It moves ({format}). Send a still picture.")
        if error.which == "style"
        else _("It moves ({format}). Send it as a video or a GIF, or send a still picture."),
        "too_deep": _("Its colours are 32-bit numbers. Send it with 8 or 16 bits a colour."),
        "too_many_pixels": _("It has {megapixels}; I take at most {limit}. Send it smaller, or send it as a photo."),
        "too_small": _("It has {width} × {height} pixels; each edge needs at least {limit}. Send a larger one."),
        "too_narrow": _(
            "It has {width} × {height} pixels; the long edge may be at most {limit} times the short one. "
            "Cut it to another shape, and send that."
        ),
        "too_large": _("It has {width} × {height} pixels; an edge may have at most {limit}. Send it smaller."),
        "no_clip": _("It is not a moving picture that I can read. Send an MP4, MOV, WebM, MKV, AVI or GIF."),
        "no_video": _("There is no moving picture in it, only sound. Send another one."),
        "colors": _(
            "Its colours are of a kind that I cannot read: {kind}. Save it in ordinary colours (SDR), and send that."
        ),
        "still": _("It has only one frame. Send it as a photo."),
    }
    return sentences[error.reason].format_map({fact: _fact(value, error) for fact, value in error.facts.items()})


def _fact(value: float | str, error: BadImage) -> str:
    if isinstance(value, str):
        return value
    # All others are lengths in pixels, or a small number.
    say = {"too_many_pixels": formats.megapixels, "truncated": formats.percent}.get(error.reason, formats.pixels)
    return say(value)


def queue_is_full(refused: int, own_limit: int) -> str:
    return (
        _cannot_join(refused)
        + " "
        + ngettext(
            "I keep {limit} of yours in line at a time. Try again when it is painted.",
            "I keep {limit} of yours in line at a time. Try again when some are painted.",
            own_limit,
        ).format(limit=formats.number(own_limit))
    )


def everybody_waits(refused: int) -> str:
    return _cannot_join(refused) + " " + _("Too many people wait just now. Try again in a few minutes.")


def enough_for_today(refused: int, own_limit: int, seconds: float) -> str:
    """`seconds` is how long it is until midnight in UTC."""
    text = ngettext(
        "I paint at most {limit} picture a day for each person. You can go on in {duration}.",
        "I paint at most {limit} pictures a day for each person. You can go on in {duration}.",
        own_limit,
    )
    said = text.format(limit=formats.number(own_limit), duration=formats.hours(seconds))
    return f"{_cannot_join(refused)} {said}"


def _cannot_join(photos: int) -> str:
    text = ngettext("{n} photo cannot join the line.", "{n} photos cannot join the line.", photos)
    return text.format(n=formats.number(photos))


def stats(jobs: Mapping[str, int], seconds: float | None) -> str:
    waiting, running, done, failed = (formats.number(jobs.get(s, 0)) for s in ("QUEUED", "RUNNING", "DONE", "FAILED"))
    return _(
        "Waiting: {waiting}\nRunning: {running}\nDone in the last 24 h: {done}\nFailed in the last 24 h: {failed}\n"
        "Median time of a painting: {usual}"
    ).format(
        waiting=waiting,
        running=running,
        done=done,
        failed=failed,
        usual="–" if seconds is None else formats.seconds(seconds),
    )


def queue(lines: Sequence[str]) -> str:
    return _("Your jobs:") + "\n" + "\n".join(f"{i}. {line}" for i, line in enumerate(lines, 1))


def queue_painted(how: str) -> str:
    return _("{style} – being painted").format(style=how)


def queue_starts(how: str) -> str:
    return _("{style} – starting").format(style=how)


def queue_line(how: str, place: int, seconds: float | None) -> str:
    if seconds is None:
        return _("{style} – place {place} in line").format(style=how, place=formats.number(place))
    return _("{style} – place {place} in line, starts in about {time}").format(
        style=how, place=formats.number(place), time=formats.duration(seconds)
    )


def cancel_number(i: int, name: str) -> str:
    """The button of a job in the list of one's jobs, with the painting's name."""
    return _("Cancel {number}: {name}").format(number=formats.number(i), name=name)


def cancelled_jobs(count: int) -> str:
    return ngettext("{n} job cancelled.", "{n} jobs cancelled.", count).format(n=formats.number(count))


# What people may write under a photo. Alternatives are separated by |, all in lower case.


def words_of_courtesy() -> str:
    """What people write beside a painting's name and what means nothing for the painting, separated by bars."""
    return _(
        "please|pls|plz|in the style of|in the manner of|paint|paint it|paint this|paint me|make it|make this|"
        "can you|could you|would you|can i get|can i have|i want|i'd like|i would like|send|show me|now|instead|try|"
        "blend|mix|thanks|thank you|thx|many thanks"
    )


def articles() -> str:
    """What may stand before a painting's name, and means nothing; not what is a word of another kind in English."""
    return _("the")


def words_for_and() -> str:
    """Between two wishes: 'stronger and larger'."""
    return _("and|and also|also|but|then|plus|with")


def words_for_by() -> str:
    """Between a painting's name and its artist's."""
    return _("by")


def words_too_small() -> str:
    """Words of the paintings' titles and of the artists' names that alone name none of them: adjectives, prepositions,
    hours of the day.
    """
    return _("great|night|elder|painter")


def words_of_praise() -> str:
    """Said of a finished painting, by who wants nothing more: praise, thanks, agreement."""
    return _(
        "thanks|thank you|thank|thankyou|thx|ty|tysm|cheers|wow|woah|whoa|great|nice|cool|super|perfect|awesome|"
        "amazing|beautiful|lovely|gorgeous|stunning|wonderful|fantastic|fabulous|brilliant|excellent|incredible|"
        "impressive|good|better|not bad|well done|good job|great job|great work|bravo|love|loved|like|funny|cute|"
        "sweet|best|ok|okay|k|fine|alright|all right|yes|yeah|yep|yay|sure|agreed|lol|haha|hahaha|hehe|omg|oh|ah|aha|"
        "hmm|10/10|congrats"
    )


def words_around_praise() -> str:
    """What people write beside words of praise, greetings and the like."""
    return _(
        "i|it|this|that|they|is|it's|that's|i'm|am|are|was|looks|look|a|an|the|so|very|really|just|too|much|many|"
        "a lot|a bit|you|u|me|my|dear|bot|painter|friend|guys|one|picture|painting|photo|result|job|work|again|for|"
        "of|to|what|how|all|and|there|everyone|everybody"
    )


def words_of_greeting() -> str:
    return _(
        "hello|hi|hey|hiya|howdy|good morning|morning|good afternoon|good evening|evening|good night|goodnight|"
        "good day|bye|bye bye|goodbye|good bye|see you|see ya|take care|how are you|sweet dreams|welcome"
    )


def words_of_need() -> str:
    """Said by who wants something, but names no painting: dislike, calls for help, words of commands."""
    return _(
        "no|nope|not|don't|do not|didn't|doesn't|bad|ugly|terrible|awful|horrible|boring|wrong|hate|help|start|"
        "delete|remove|undo|wait|more|less|next|back|done|finished|test|why|who|where|when|menu|settings|info|"
        "sorry|oops|never mind|nevermind|try|redo|retry|any|random|surprise|whatever|first|second|third|last|"
        "one more|another photo|new photo|too much|dark|darker|bright|brighter|hurry|can you|could you|will you|"
        "would you|do you|are you|is it|is this|how much|how long|how do|how can|what is|what's|what can|send it"
    )


def words_for_colors() -> str:
    return _(
        "keep colours|keep colors|keep my colours|keep my colors|keep the colours|keep the colors|own colours|"
        "own colors|my colours|my colors|with my colours|with my colors|original colours|original colors|"
        "keep the original colours|keep the original colors|same colours|same colors|in my colours|in my colors|"
        "in my own colours|in my own colors|with my own colours|with my own colors|keep my own colours|"
        "keep my own colors|"
        "in the original colours|in the original colors|in its original colours|in its original colors|"
        "with the original colours|with the original colors"
    )


def words_for_new_colors() -> str:
    """Said of a painting that shall have its own colours, beside the words of the button."""
    return _("painting's colors|the painting's colours|the painting's colors|new colours|new colors")


def words_for_file() -> str:
    """Said of a painting that shall come as a file, beside the words of its button."""
    return _("as file|as a document|as document|as png|as a png|uncompressed|without compression")


def words_for_larger() -> str:
    """Said of a painting that shall be larger."""
    return _(
        "larger|bigger|make it larger|make it bigger|even larger|even bigger|much larger|much bigger|"
        "high resolution|in high resolution|higher resolution|hd|in hd"
    )


def words_for_another() -> str:
    """Said by who wants to choose another painting for the same photo."""
    return _("again|do it again|once again|once more|one more time|another|another one")


def words_for_back() -> str:
    """Said by who does not want to send the picture after all that was asked for as the style."""
    return _("never mind|nevermind|forget it|forget about it|back|go back|no|nope|no thanks|undo")


def words_for_clip() -> str:
    return _("as a clip|as a video|as a film|as a gif")


def words_for_strength(strength: Strength) -> str:
    said = {
        "soft": _("soft|softly|much softer|a lot softer|very soft|softest|as soft as possible"),
        "medium": _("medium|normal"),
        "strong": _("strong|strongly|much stronger|a lot stronger|very strong|strongest|as strong as possible"),
    }
    return said[strength]


def words_for_softer() -> str:
    """Said of a painting that shall be a step softer."""
    return _(
        "softer|even softer|a bit softer|a little softer|too strong|still too strong|much too strong|way too strong|"
        "not so strong|less strong|weaker"
    )


def words_for_stronger() -> str:
    """Said of a painting that shall be a step stronger."""
    return _("stronger|even stronger|a bit stronger|a little stronger|too soft|too weak|not strong enough|more strong")


def words_for_more() -> str:
    """Said, before its name, of one of the two paintings in a blend, beside the words of the button."""
    return _("more|more of|a bit more|a bit more of|a little more|a little more of|even more")


def words_for_less() -> str:
    """The same, of the one of which there shall be less."""
    return _("less|less of|a bit less|a bit less of|a little less|a little less of|even less")


def words_for_own_picture() -> str:
    """What people call their own picture in a blend."""
    return _("my picture|my own picture|my image|my style|mine")


def words_for_before_and_after() -> str:
    """Said by who wants to see the photo beside the painting, beside the words of the button."""
    return _("before after|compare|comparison|side by side")


def words_for_timelapse() -> str:
    """Said by who wants to see how it was painted, beside the words of the button."""
    return _("timelapse|time lapse|how was it painted|how did you paint it|how you painted it|making of")


def words_for_cancel() -> str:
    """Said by who wants what /cancel does, beside the words of the buttons."""
    return _(
        "stop|stop it|stop that|stop this|stop all|stop everything|stop painting|cancel|cancel it|cancel that|"
        "cancel this|cancel everything|abort|quit"
    )
