"""Every sentence that a person reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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

START = (
    "Send me a photo, and I repaint it in the manner of a famous painting – or of any picture you like.\n\n"
    "You can try it right now: send a selfie, a cat, a street."
)
HELP = (
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
SEND_PHOTO = "Send me a photo to paint. /help tells you more."
NOT_A_PICTURE = "This is not a picture that I can paint. Send a photo, or a picture as a file (JPEG, PNG, WebP, HEIC)."
MOVING = "I cannot paint moving pictures yet. Send me a photo or a single picture of it."
STICKER = "I cannot paint stickers yet. Send me a photo."
ERROR = "Something went wrong on my side; I have made a note of it. Please send that again."

GALLERY = "Which painting shall your photo become?"
GALLERY_ALBUM = "Which painting shall your photos become?"
PAINTINGS = "These are the paintings. Send me a photo to start."
ASK_STYLE = "Now send me the picture whose style you want: a painting, a pattern, a drawing…"

OWN_STYLE = "A style of my own"
SECOND_IS_STYLE = "The second is the style"
BACK = "Back to the paintings"
CANCEL = "Cancel"
ANOTHER = "Another painting"
STRONGER = "Stronger"
SOFTER = "Softer"

ALREADY = "It is on its way already."
NOT_YOURS = "This button is not for you, or it is too old. Send the photo again."
STRANGER = "This bot paints for its friends only. Whoever runs it can let you in."
FORGOTTEN = "Done: I know nothing of you any more. The pictures in this chat are yours to delete."
NOTHING_TO_CANCEL = "There is nothing to cancel."
CANCELLED = "Cancelled. Choose a painting if you change your mind."
CANCELLED_ANSWER = "Cancelled"
READY = "Your painting is ready."
TRIED_TOO_OFTEN = "I tried three times, and painting this failed on my side. Please try again later."
NO_FILE = "Telegram does not give me this picture any more. Please send it again."
NO_DELIVERY = "Telegram does not take the painting from me. Please send the photo again."
QUEUE_EMPTY = "You have nothing in line. Send me a photo."


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
