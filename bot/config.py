"""Configuration, from the environment and from `.env`. The only place that reads the environment."""

from __future__ import annotations

import contextlib
import difflib
import os
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator, model_validator

from bot.config_types import Address, Cluster, Folder, Ids, Painters, Token, Url
from bot.env_file import EnvFileError, EnvLine, read_env_file
from styler.settings import FORMATS, MIN_SIZE, Settings

ENV_FILE = Path(".env")
STYLER = "STYLER_"
# An empty value of these would open the bot to everybody, or start the demo, unasked.
NEVER_EMPTY = ("TELEGRAM_BOT_TOKEN", "ALLOWED_USERS")
SECRET = ("telegram_bot_token", "telegram_api_url", "webhook_url")
# Variables of others that the file may set, as Docker Compose would: those of the way to the network, of the libraries.
FOREIGN = re.compile(
    r"(HTTPS?|ALL|NO)_PROXY|TZ|LANG|LC_\w+|TMPDIR|SSL_CERT_\w+|OMP_\w+|MKL_\w+|KMP_\w+|MALLOC_\w+"
    r"|(CUDA|NVIDIA|PYTORCH|TORCH|RAY|COMPOSE)_\w+|PYTHON[A-Z]+"
)
# Of a service's name, Kubernetes makes such variables in each pod beside it.
KUBERNETES = re.compile(r"\w+_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)")
# What the bot chooses for each painting.
NOT_FOR_ALL = ("style_blend", "dream", "compare", "timelapse")
MOST = 1_000_000  # of what is counted
LARGEST = 4096  # pixels: a PNG of 4096x4096 is always below the 50 MB of a file that Telegram takes from a bot
CLOSE = 0.85  # how alike two names are of which one is meant for the other
ALIKE = 0.6  # the same, of a name that is wrong anyway
_TOKEN = re.compile(r"[0-9]{6,12}:[A-Za-z0-9_-]{30,}")


class ConfigError(Exception):
    """A value that is missing or malformed, as one line."""


class Config(BaseModel):
    """What an operator can choose. Every `STYLER_...` variable is a field of `styler.settings.Settings`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    telegram_bot_token: Token | None = Field(None, description="from @BotFather; without one, the demo chat starts")
    telegram_api_url: Url = Field("https://api.telegram.org", description="of a Bot API server of your own")
    telegram_local_mode: bool = Field(
        False, description="that server runs with --local, on a disk that the bot can read"
    )
    data_dir: Folder = Field(Path("data"), description="the folder of the database")
    webhook_url: Url | None = Field(None, description="to which Telegram sends updates; without one, the bot polls")
    webhook_listen: Address = Field("127.0.0.1:8443", description="to which a TLS proxy forwards them")
    demo_listen: Address = Field("127.0.0.1:8080", description="of the demo chat")
    painters: Painters = Field("auto", description="paintings at once; auto: PAINTERS_PER_GPU on each GPU, or one")
    previews: Literal["on", "off"] = Field("on", description="galleries made of the person's own photo: on or off")
    painters_per_gpu: int = Field(1, ge=1, le=16, description="paintings at once on each GPU")
    executor: Literal["local", "ray"] = Field("local", description="local, or ray: paint on a Ray cluster")
    ray_address: Cluster = Field("auto", description="of the cluster, one of whose nodes is this machine")
    ray_cpus_per_painting: float = Field(1.0, ge=0.01, le=1000, description="in a cluster without GPUs")
    cuda_visible_devices: str | None = Field(None, description="CUDA's own variable: which GPUs there are for us")
    gallery_dir: Folder | None = Field(None, description="a folder with a paintings.toml of your own")
    allowed_users: Ids = Field(
        frozenset(), description="ids of people and (negative) of groups who may use the bot; without any, everybody"
    )
    admins: Ids = Field(frozenset(), description="ids of people who may ask for /stats; they may always use the bot")
    max_per_day: int | None = Field(
        None, ge=1, le=MOST, description="paintings of one person from midnight to midnight (UTC), admins apart"
    )
    max_waiting_per_user: int = Field(10, ge=1, le=MOST, description="jobs of one person in the queue")
    max_waiting: int = Field(1000, ge=1, le=MOST, description="jobs of all in the queue")
    max_size: int | None = Field(
        None,
        ge=MIN_SIZE,
        le=LARGEST,
        description="long edge of the largest painting, in pixels: 4096 on a GPU, else 1024",
    )
    keep_jobs_hours: float = Field(24.0, gt=0, le=MOST, description="after which finished jobs are deleted")
    metrics_listen: Address | None = Field(None, description="for /metrics and /healthz; without one they are off")
    log_format: Literal["text", "json"] = Field("text", description="text or json")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="DEBUG, INFO, WARNING or ERROR")
    styler: dict[str, str] = Field({}, description="the options of the painter")

    @field_validator("admins")
    @classmethod
    def _are_people(cls, ids: frozenset[int]) -> frozenset[int]:
        if groups := [number for number in ids if number < 0]:
            raise ValueError(f"{groups[0]} is the id of a group, and admins are people")
        return ids

    @model_validator(mode="after")
    def _fit(self) -> Config:
        """Raises `ConfigError` for values that contradict each other."""
        if self.telegram_local_mode and "telegram_api_url" not in self.model_fields_set:
            raise ConfigError("TELEGRAM_LOCAL_MODE needs the TELEGRAM_API_URL of a server of your own")
        if self.webhook_url and self.metrics_listen == self.webhook_listen:
            raise ConfigError(f"METRICS_LISTEN and WEBHOOK_LISTEN are both {self.metrics_listen}: each needs its own")
        return self

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


@contextlib.contextmanager
def blamed_on(variable: str, value: str) -> Iterator[None]:
    """What the system refuses, such as an address to listen on, becomes a `ConfigError` that names its variable."""
    try:
        yield
    except OSError as error:
        raise ConfigError(f"{variable} is {value!r}: {error.strerror or error}") from None


def host_and_port(listen: str) -> tuple[str, int]:
    """An `Address`, as its two parts."""
    host, _, port = listen.rpartition(":")
    return host.strip("[]"), int(port)


def _parse(kind: Any, text: str) -> Any:
    if get_origin(kind) is tuple:
        return tuple(_parse(get_args(kind)[0], part.strip()) for part in text.split(","))
    return TypeAdapter(kind).validate_strings(text)


def load_config(environ: Mapping[str, str] = os.environ, file: Path = ENV_FILE) -> Config:
    """Read the configuration: the environment comes before the file. Raises `ConfigError` with one line that names the
    variable.
    """
    lines = _lines(file)
    _check_names(lines, environ, file)
    found = {**{line.name.upper(): line.value for line in lines}, **{name.upper(): environ[name] for name in environ}}
    for name in variables():
        if name in found and not found[name].strip() and (found[name] or name in NEVER_EMPTY):
            raise ConfigError(f"{name} is empty: write its value, or remove it")
    try:
        config = Config.model_validate(_fields({name: value for name, value in found.items() if value}))
    except ValidationError as error:
        raise ConfigError(_line(error)) from None
    _check_settings(config)
    return config


def foreign_variables(file: Path = ENV_FILE) -> dict[str, str]:
    """What the file sets for others, such as HTTPS_PROXY: Docker Compose makes it part of the bot's environment."""
    return {line.name: line.value for line in _lines(file) if FOREIGN.fullmatch(line.name.upper())}


def set_foreign_variables() -> None:
    """Make them part of this process's environment, and of its children's; what is there already stays."""
    for name, value in foreign_variables().items():
        os.environ.setdefault(name, value)
    time.tzset()


def _lines(file: Path) -> list[EnvLine]:
    try:
        return read_env_file(file)
    except EnvFileError as error:
        raise ConfigError(str(error)) from None
    except OSError as error:
        raise ConfigError(f"{file}: {error.strerror}") from None


def _fields(found: Mapping[str, str]) -> dict[str, Any]:
    fields: dict[str, Any] = {name: found[name.upper()] for name in Config.model_fields if name.upper() in found}
    styler = {
        name.removeprefix(STYLER).lower(): text
        for name, text in found.items()
        if name.startswith(STYLER) and not KUBERNETES.fullmatch(name)
    }
    return {**fields, "styler": styler}


def variables() -> list[str]:
    """The names of all variables that there are."""
    own = [name.upper() for name in Config.model_fields if name != "styler"]
    return own + [f"{STYLER}{name.upper()}" for name in get_type_hints(Settings)]


def _check_names(lines: Iterable[EnvLine], environ: Mapping[str, str], file: Path) -> None:
    """No name in the file may be one that nobody reads. Of the environment, which is full of others' names, those that
    are almost one of ours are refused.
    """
    known = set(variables())
    for line in lines:
        name = line.name.upper()
        if name not in known and not FOREIGN.fullmatch(name):
            meant = "TELEGRAM_BOT_TOKEN" if _TOKEN.fullmatch(line.value) else _meant(name, ALIKE)
            raise ConfigError(f"{file}, line {line.number}: {_no_such(line.name, meant)}")
    for name, value in environ.items():
        if name.upper() in known or FOREIGN.fullmatch(name.upper()) or KUBERNETES.fullmatch(name.upper()):
            continue
        if name.upper().endswith("TOKEN") and _TOKEN.fullmatch(value) and "TELEGRAM_BOT_TOKEN" not in environ:
            raise ConfigError(_no_such(name, "TELEGRAM_BOT_TOKEN"))
        if f"{name.upper()}_".startswith(STYLER) or (len(name) >= 8 and _meant(name.upper(), CLOSE)):
            raise ConfigError(_no_such(name, _meant(name.upper(), ALIKE)))


def _meant(name: str, closeness: float) -> str:
    """The variable that is most like this name, whatever the order of its words; '' if none is."""
    in_order = {"_".join(sorted(known.split("_"))): known for known in variables()}
    close = difflib.get_close_matches(name, variables(), 1, closeness)
    sorted_name = "_".join(sorted(name.split("_")))
    close += [in_order[each] for each in difflib.get_close_matches(sorted_name, in_order, 1, CLOSE)]
    return close[0] if close else ""


def _no_such(name: str, meant: str) -> str:
    if f"{name.upper()}_" == STYLER:
        return f"{name}: the name of an option must follow, as in {STYLER}SIZE"
    return f"{name}: there is no such setting" + (f"; did you mean {meant}?" if meant else "")


def _line(error: ValidationError) -> str:
    """The variable, its value unless that may hold a secret, and what is allowed."""
    first = error.errors()[0]
    name, reason = str(first["loc"][0]), first.get("ctx", {}).get("error", first["msg"])
    value = "" if name in SECRET else f" is {first['input']!r}"
    return f"{name.upper()}{value}: {reason}"


def _check_settings(config: Config) -> None:
    types = get_type_hints(Settings)
    for name, text in config.styler.items():
        if name in NOT_FOR_ALL:
            raise ConfigError(f"STYLER_{name.upper()}: the bot chooses it for each painting")
        if name == "format" and text not in FORMATS:
            raise ConfigError(f"STYLER_FORMAT is {text!r}: of photos, it must be one of {', '.join(FORMATS)}")
        try:
            Settings(**{name: _parse(types[name], text)})
        except ValidationError as error:
            reason = error.errors(include_url=False, include_input=False)[0]["msg"]
            raise ConfigError(f"STYLER_{name.upper()} is {text!r}: {reason}") from None
        except ValueError as error:
            raise ConfigError(f"STYLER_{name.upper()}: {error}") from None
    size = config.settings.get("size", 0)
    if size > (largest := config.max_size or LARGEST):
        raise ConfigError(f"STYLER_SIZE is {size}, above MAX_SIZE, which is {largest}")
