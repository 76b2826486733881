"""The files that the stand-in keeps: bytes under a `file_id`, which is the bot's own name for them."""

from __future__ import annotations

import mimetypes
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Literal

from bot.demo.telegram.pictures import UploadedImage

Kind = Literal["photo", "document", "animation", "video", "sticker", "voice", "audio", "video_note"]
MAX_HASHED = 11_000_000  # bytes
_SUFFIXES = {"photo": ".jpg", "sticker": ".webp", "animation": ".mp4", "video": ".mp4", "video_note": ".mp4"}


@dataclass(eq=False, slots=True)
class StoredFile:
    """One file. Two uploads of the same bytes are two files, but for photos (see `Files`); equality is identity."""

    kind: Kind
    data: bytes
    mime: str
    name: str = ""
    width: int = 0
    height: int = 0
    duration: int = 0
    number: int = 0
    file_id: str = field(default_factory=lambda: f"AgAC{secrets.token_urlsafe(42)}")
    unique_id: str = field(default_factory=lambda: f"AQAD{secrets.token_urlsafe(9)}")

    @property
    def path(self) -> str:
        """Where the bot downloads it: `file_path` of getFile."""
        suffix = _SUFFIXES.get(self.kind) or mimetypes.guess_extension(self.mime) or ""
        return f"{self.kind}s/file_{self.number}{suffix}"


@dataclass(frozen=True, slots=True)
class Media:
    """What a message carries: the file itself, and smaller pictures of it, small to large. A live photo is a photo with
    a video of the moment.
    """

    kind: Kind
    file: StoredFile
    smaller: tuple[StoredFile, ...] = ()
    live_video: StoredFile | None = None

    @property
    def files(self) -> tuple[StoredFile, ...]:
        return (*self.smaller, self.file)


class Files:
    """Every file by its id, its unique id and its path, and the media that it belongs to.

    A photo that a bot uploads is looked up by the hash of its bytes, and is the same photo if it is known already
    (FileManager.cpp get_input_file_id, option reuse_uploaded_photos_by_hash, for less than 11,000,000 bytes).
    """

    def __init__(self) -> None:
        self.folder: Path | None = None  # as a server with --local: getFile puts files there, whatever their size
        self.served = True  # by the web server beside api.telegram.org; the official server itself serves no files
        self._media: dict[str, Media] = {}
        self._by_id: dict[str, StoredFile] = {}
        self._by_unique_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}
        self._uploaded: dict[bytes, Media] = {}  # photos by the SHA-256 of what was uploaded

    def path_of(self, file: StoredFile) -> str:
        """What getFile calls `file_path`."""
        if self.folder is None:
            return file.path
        path = self.folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.data)
        return str(path)

    def by_id(self, file_id: str) -> StoredFile | None:
        return self._by_id.get(file_id)

    def by_unique_id(self, unique_id: str) -> StoredFile | None:
        return self._by_unique_id.get(unique_id)

    def by_path(self, path: str) -> StoredFile | None:
        """The file that is served at this path; none where the server shares a folder or serves no files."""
        return self._by_path.get(path) if self.served and self.folder is None else None

    def media(self, file_id: str) -> Media | None:
        """The whole media by the id of any of its files: sending a thumbnail's id sends the photo."""
        return self._media.get(file_id)

    def uploaded(self, data: bytes) -> Media | None:
        """The photo that was made of these bytes before."""
        return self._uploaded.get(sha256(data).digest()) if len(data) < MAX_HASHED else None

    def upload(self, data: bytes, sizes: tuple[UploadedImage, ...]) -> Media:
        """The photo that a bot uploaded."""
        media = self._uploaded[sha256(data).digest()] = self.photo(sizes)
        return media

    def photo(self, sizes: tuple[UploadedImage, ...], live_video: StoredFile | None = None) -> Media:
        *smaller, largest = map(_stored, sizes)
        return self.keep(Media("photo", largest, tuple(smaller), live_video))

    def other(self, file: StoredFile, small: UploadedImage | None = None) -> Media:
        return self.keep(Media(file.kind, file, (_stored(small),) if small else ()))

    def keep(self, media: Media) -> Media:
        for file in (*media.files, *([media.live_video] if media.live_video else [])):
            file.number = len(self._by_id) + 1
            self._by_id[file.file_id] = file
            self._by_unique_id[file.unique_id] = file
            self._by_path[file.path] = file
            self._media[file.file_id] = media
        return media


def _stored(picture: UploadedImage) -> StoredFile:
    return StoredFile("photo", picture.data, "image/jpeg", width=picture.width, height=picture.height)
