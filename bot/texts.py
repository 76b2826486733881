"""Every sentence that a person reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.languages import gettext as _
from styler.events import BadImage
from styler.gallery import Painting
from styler.settings import Strength

COMMANDS = {
    "start": "What I do",
    "paintings": "The gallery",
    "queue": "My jobs",
    "cancel": "Stop my jobs",
    "forget": "Forget all about me",
    "help": "How it works",
}


def start() -> str:
    return _(
        "Send me a photo, and I repaint it in the manner of a famous painting – or of any picture you like.\n\n"
        "You can try it right now: send a selfie, a cat, a street."
    )


def help() -> str:
    return _(
        "1. Send me a photo (or a picture as a file: JPEG, PNG, WebP, HEIC; up to 20 MB, 40 megapixels).\n"
        "2. Tap a painting. A minute or so later the message turns into your picture, painted.\n\n"
        "A style of your own: tap “A style of my own” and send the picture; or send it as a reply to your photo; "
        "or send both together as an album.\n\n"
        "/paintings – the gallery\n"
        "/queue – what is in line or being painted\n"
        "/cancel – stop all that\n"
        "/forget – forget all that I know of you\n\n"
        "Your pictures are kept in this chat only: I never save them."
    )


def send_photo() -> str:
    return _("Send me a photo to paint. /help tells you more.")


def not_a_picture() -> str:
    return _("This is not a picture that I can paint. Send a photo, or a picture as a file (JPEG, PNG, WebP, HEIC).")


def moving() -> str:
    return _("I cannot paint moving pictures yet. Send me a photo or a single picture of it.")


def sticker() -> str:
    return _("I cannot paint stickers yet. Send me a photo.")


def error() -> str:
    return _("Something went wrong on my side; I have made a note of it. Please send that again.")


def gallery() -> str:
    return _("Which painting shall your photo become?")


def gallery_album() -> str:
    return _("Which painting shall your photos become?")


def paintings() -> str:
    return _("These are the paintings. Send me a photo to start.")


def ask_style() -> str:
    return _("Now send me the picture whose style you want: a painting, a pattern, a drawing…")


def own_style() -> str:
    return _("A style of my own")


def second_is_style() -> str:
    return _("The second is the style")


def back() -> str:
    return _("Back to the paintings")


def cancel() -> str:
    return _("Cancel")


def another() -> str:
    return _("Another painting")


def stronger() -> str:
    return _("Stronger")


def softer() -> str:
    return _("Softer")


def already() -> str:
    return _("It is on its way already.")


def not_yours() -> str:
    return _("This button is not for you, or it is too old. Send the photo again.")


def stranger() -> str:
    return _("This bot paints for its friends only. Whoever runs it can let you in.")


def forgotten() -> str:
    return _("Done: I know nothing of you any more. The pictures in this chat are yours to delete.")


def nothing_to_cancel() -> str:
    return _("There is nothing to cancel.")


def cancelled() -> str:
    return _("Cancelled. Choose a painting if you change your mind.")


def cancelled_answer() -> str:
    return _("Cancelled")


def ready() -> str:
    return _("Your painting is ready.")


def tried_too_often() -> str:
    return _("I tried three times, and painting this failed on my side. Please try again later.")


def no_file() -> str:
    return _("Telegram does not give me this picture any more. Please send it again.")


def no_delivery() -> str:
    return _("Telegram does not take the painting from me. Please send the photo again.")


def queue_empty() -> str:
    return _("You have nothing in line. Send me a photo.")


def too_big(size: int, limit: int) -> str:
    return (
        f"This file has {size / 1e6:.0f} MB; Telegram lets me fetch at most {limit / 1e6:.0f} MB. "
        "Send a smaller one, or send it as a photo."
    )


def _duration(seconds: float) -> str:
    return f"{max(5, 5 * round(seconds / 5))} s" if seconds < 90 else f"{round(seconds / 60)} min"


def ordinal(n: int) -> str:
    suffix = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{suffix}"


def style_name(painting: Painting | None) -> str:
    return painting.title if painting else "your own style"


def _how(painting: Painting | None, strength: Strength) -> str:
    return style_name(painting) + ("" if strength == "medium" else f", {strength}")


def in_line(painting: Painting | None, strength: Strength, place: int, seconds: float | None) -> str:
    wait = "" if seconds is None else f", about {_duration(seconds)}"
    return f"{_how(painting, strength)}\nIn line: {ordinal(place)}{wait}"


def starting(painting: Painting | None, strength: Strength) -> str:
    return f"{_how(painting, strength)}\nStarting…"


def progress(painting: Painting | None, strength: Strength, share: float, seconds_left: float) -> str:
    return f"{_how(painting, strength)}\nPainting: {share:.0%}, about {_duration(seconds_left)} left"


def done(painting: Painting | None, strength: Strength, smaller: int | None = None) -> str:
    how = _how(painting, strength)
    text = f"{how}\nafter {painting.artist}, {painting.year}" if painting else how.capitalize()
    return text + (f"\nPainted at {smaller} pixels: the memory did not suffice for more." if smaller else "")


def bad_image(error: BadImage) -> str:
    """What is wrong with a picture and what to do; the facts come from the error."""
    which = "your photo" if error.which == "content" else "the style picture"
    return f"I cannot paint {which}: {error.detail}\nSend another one, or choose again."


def line_is_full(refused: int, own_limit: int) -> str:
    photos = "This photo" if refused == 1 else f"{refused} photos"
    return f"{photos} cannot join the line: it takes {own_limit} of yours at a time. Try again when some are painted."


def everybody_waits(refused: int) -> str:
    photos = "This photo" if refused == 1 else f"{refused} photos"
    return f"{photos} cannot join the line: too many people wait just now. Try again in a few minutes."


def stats(jobs: Mapping[str, int], seconds: float | None) -> str:
    usual = "–" if seconds is None else f"{seconds:.0f} s"
    return (
        f"Waiting: {jobs.get('QUEUED', 0)}\nRunning: {jobs.get('RUNNING', 0)}\n"
        f"Done in the last 24 h: {jobs.get('DONE', 0)}\nFailed in the last 24 h: {jobs.get('FAILED', 0)}\n"
        f"Median seconds a painting: {usual}"
    )


def queue(lines: Sequence[str]) -> str:
    return "Your jobs:\n" + "\n".join(f"{i}. {line}" for i, line in enumerate(lines, 1))


def queue_line(painting: Painting | None, place: int | None) -> str:
    return f"{style_name(painting)} – " + ("being painted" if place is None else f"in line: {ordinal(place)}")


def cancelled_jobs(count: int) -> str:
    return "One job cancelled." if count == 1 else f"{count} jobs cancelled."
