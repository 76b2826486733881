"""Configuration, from the environment and from `.env`. The only place that reads the environment."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from pydantic import AfterValidator, Field, SecretStr, TypeAdapter, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from styler.settings import MIN_SIZE, Settings


class ConfigError(Exception):
    """A value that is missing or malformed, as one line."""


def _like(pattern: str, what: str) -> AfterValidator:
    """Requires a text to match. `what` says so in words."""

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(f"it must be {what}")
        return text

    return AfterValidator(check)


def _has_a_port(listen: str) -> str:
    if host_and_port(listen)[1] >= 2**16:
        raise ValueError("a port is less than 65536")
    return listen


def _looks_like_a_token(token: SecretStr) -> SecretStr:
    number, _, secret = token.get_secret_value().partition(":")
    if not (number.isdigit() and secret and secret.isprintable() and " " not in secret):
        raise ValueError("it must look like 123456789:ABCdef, as @BotFather prints it")
    return token


Token = Annotated[SecretStr, AfterValidator(_looks_like_a_token)]
Url = Annotated[str, _like(r"https?://[^\s/]+.*", "a URL, like https://example.org")]
Address = Annotated[
    str,
    _like(r"(\[[0-9a-fA-F:]+\]|[\w.-]+):\d{1,5}", "a host and a port, like 127.0.0.1:8080"),
    AfterValidator(_has_a_port),
]
Painters = Annotated[str, _like(r"auto|[1-9]\d{0,2}", "auto, or a number from 1 to 999")]


class Config(BaseSettings):
    """What an operator can choose. Every `STYLER_...` variable is a field of `styler.settings.Settings`."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_nested_delimiter="_",
        env_nested_max_split=1,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )

    telegram_bot_token: Token | None = Field(None, description="from @BotFather; without one, the demo starts")
    telegram_api_url: Url = "https://api.telegram.org"
    telegram_local_mode: bool = Field(False, description="that server runs with --local, on this machine's disk")
    data_dir: Path = Path("data")
    webhook_url: Url | None = Field(None, description="without one, the bot polls")
    webhook_listen: Address = "127.0.0.1:8443"
    demo_listen: Address = "127.0.0.1:8080"
    painters: Painters = Field("auto", description="paintings at once; auto: one a GPU")
    previews: Literal["on", "off"] = Field("on", description="galleries made of the person's own photo")
    painters_per_gpu: int = Field(1, ge=1, le=16)
    executor: Literal["local", "ray"] = "local"
    ray_address: str = Field("auto", description="of the cluster, one of whose nodes is this machine")
    ray_cpus_per_painting: float = Field(1.0, gt=0, description="in a cluster without GPUs")
    cuda_visible_devices: str | None = Field(None, description="CUDA's own variable: which GPUs there are for us")
    gallery_dir: Path | None = Field(None, description="a folder with a paintings.toml of your own")
    allowed_users: Annotated[frozenset[int], NoDecode] = Field(frozenset(), description="ids; empty: everybody")
    admins: Annotated[frozenset[int], NoDecode] = Field(frozenset(), description="ids of those who may ask for /stats")
    max_waiting_per_user: int = Field(10, ge=1)
    max_waiting: int = Field(1000, ge=1)
    # A PNG of 4096x4096 is always below the 50 MB of a file that Telegram takes from a bot.
    max_size: int | None = Field(None, ge=MIN_SIZE, le=4096, description="long edge of the largest painting, in pixels")
    keep_jobs_hours: float = Field(24.0, gt=0, description="after which finished jobs are dropped")
    metrics_listen: Address | None = Field(None, description="for /metrics and /healthz")
    log_format: Literal["text", "json"] = "text"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    styler: dict[str, str] = {}

    @field_validator("allowed_users", "admins", mode="before")
    @classmethod
    def _numbers(cls, text: object) -> object:
        return [part for part in text.replace(",", " ").split() if part] if isinstance(text, str) else text

    @property
    def download_limit(self) -> int:
        """Bytes of the largest file that a person may send: Telegram gives us no larger one, a server of one's own
        does.
        """
        return 100 * 2**20 if self.telegram_local_mode else 20 * 2**20

    @property
    def settings(self) -> dict[str, Any]:
        """The fields of `Settings` that the operator chose, with their types; validated when it was loaded."""
        types = get_type_hints(Settings)
        return {name: _parse(types[name], text) for name, text in self.styler.items()}


def host_and_port(listen: str) -> tuple[str, int]:
    """An `Address`, as its two parts."""
    host, _, port = listen.rpartition(":")
    return host.strip("[]"), int(port)


def _parse(kind: Any, text: str) -> Any:
    if get_origin(kind) is tuple:
        return tuple(_parse(get_args(kind)[0], part.strip()) for part in text.split(","))
    return TypeAdapter(kind).validate_strings(text)


def load_config() -> Config:
    """Read the configuration. Raises `ConfigError` with one line that names the variable."""
    try:
        config = Config()
    except ValidationError as error:
        raise ConfigError(_line(error)) from None
    except UnicodeDecodeError as error:
        raise ConfigError(f".env: {error}") from None
    _check_settings(config)
    return config


def _line(error: ValidationError) -> str:
    """The variable, its value unless that may hold a secret, and what is allowed."""
    first = error.errors()[0]
    name, reason = str(first["loc"][0]), first.get("ctx", {}).get("error", first["msg"])
    value = "" if name in ("telegram_bot_token", "telegram_api_url", "webhook_url") else f" is {first['input']!r}"
    return f"{name.upper()}{value}: {reason}"


def _check_settings(config: Config) -> None:
    types = get_type_hints(Settings)
    for name, text in config.styler.items():
        if name not in types:
            raise ConfigError(f"STYLER_{name.upper()}: there is no such setting; there are {', '.join(types)}")
        try:
            Settings(**{name: _parse(types[name], text)})
        except ValidationError as error:
            reason = error.errors(include_url=False, include_input=False)[0]["msg"]
            raise ConfigError(f"STYLER_{name.upper()} is {text!r}: {reason}") from None
        except ValueError as error:
            raise ConfigError(f"STYLER_{name.upper()}: {error}") from None
