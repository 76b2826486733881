"""What the page sends: fields and files, or one sentence on why not."""

from __future__ import annotations

from dataclasses import dataclass, field

from aiohttp import web

from bot.demo.api.params import Params, Upload, read_form_fields, read_params
from bot.demo.telegram.errors import ApiError

MAX_FORM = 512 * 2**20  # bytes: of a call only one file is sent, but a person sends an album of photos at once


class ActionError(Exception):
    """What the page shows when something cannot be done: one sentence."""


@dataclass(frozen=True)
class Form:
    """The fields of a request, and its files in the order in which they were picked."""

    values: Params
    files: list[Upload] = field(default_factory=list)


async def read_form(request: web.Request) -> Form:
    try:
        if request.content_type != "multipart/form-data":
            return Form(await read_params(request))
        fields, files = await read_form_fields(request.clone(client_max_size=MAX_FORM))
    except ApiError as error:
        raise ActionError(error.description) from error
    except web.HTTPRequestEntityTooLarge:
        raise ActionError(f"That is more than {MAX_FORM // 2**20} MB.") from None
    return Form(Params(fields), [upload for _, upload in files])
