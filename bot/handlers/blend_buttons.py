"""The buttons by which two styles are chosen for a blend, and how much of each."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import Update

from bot.chat.callback_data import CUSTOM, BlendWithCustom, ChooseForBlend, ChooseWeights
from bot.chat.gallery_message import GalleryMessage
from bot.handlers.context import Context, answer, message_id_of, press_of
from bot.handlers.ownership import Ownership
from bot.handlers.submission import Submission
from bot.i18n import texts
from bot.options import blend_settings
from bot.storage.models import Photo
from bot.storage.photos import PhotoTable
from bot.storage.styles import Blend, CustomStyle, GalleryStyle, StyleRef
from styler.gallery import Painting


@dataclass(frozen=True)
class BlendButtons:
    """One press after the other: the first painting, the second (or a custom style), the weights."""

    photos: PhotoTable
    gallery_message: GalleryMessage
    submission: Submission
    ownership: Ownership

    async def choose(self, update: Update, _: Context) -> None:
        """None, one or two paintings are chosen so far: ask for the next, or for the weights."""
        query, choice = press_of(update, ChooseForBlend)
        photo, chosen = (
            await self.ownership.photo_of_gallery(query, choice.photo_message_id),
            self._paintings(choice.keys),
        )
        if photo is None:
            return
        await answer(query, texts.not_yours() if chosen is None else None)
        if chosen is None:
            return
        if len(chosen) == 2:
            first, second = chosen
            ask = self.gallery_message.ask_for_weights
            await ask(photo, message_id_of(query), (first, second), choice.for_album, choice.page)
        else:
            gallery_id = message_id_of(query)
            await self.gallery_message.ask_for_blend(photo, gallery_id, chosen, choice.for_album, choice.page)

    async def request_custom(self, update: Update, _: Context) -> None:
        """The second of the two shall be a picture of the user's own."""
        query, choice = press_of(update, BlendWithCustom)
        photo = await self.ownership.photo_of_gallery(query, choice.photo_message_id)
        chosen = self._paintings([choice.first])
        if photo is None:
            return
        await answer(query, None if chosen else texts.not_yours())
        if chosen:
            [painting], gallery_id = chosen, message_id_of(query)
            await self.photos.open_style_request(
                photo, gallery_id, for_album=choice.for_album, blend_with=painting.name
            )
            await self.gallery_message.ask_to_blend(photo, gallery_id, painting, choice.page)

    async def paint(self, update: Update, _: Context) -> None:
        """The weights are chosen, so all is."""
        query, choice = press_of(update, ChooseWeights)
        photo = await self.ownership.photo(query, choice.photo_message_id)
        style = self._style(photo, choice) if photo else None
        if photo is None or style is None:
            await answer(query, texts.not_yours())
            return
        photos = await self.photos.album(photo) if choice.for_album else [photo]
        await self.submission.from_gallery(query, photos, style, **blend_settings(choice.step))

    def _style(self, photo: Photo, choice: ChooseWeights) -> Blend | None:
        """The two styles that callback data names."""
        custom = choice.second == CUSTOM
        chosen = self._paintings([choice.first] if custom else [choice.first, choice.second])
        styles: list[StyleRef] = [GalleryStyle(painting.name) for painting in chosen or ()]
        styles += [CustomStyle(photo.custom_style)] if custom and photo.custom_style else []
        return Blend.of(*styles) if len(styles) == 2 else None

    def _paintings(self, keys: list[str]) -> list[Painting] | None:
        """The paintings with these keys; None if one is unknown, named twice, or not for blending."""
        found = [painting for key in keys if (painting := self.gallery_message.gallery.by_key(key))]
        return found if len(set(keys)) == len(keys) == len(found) else None
