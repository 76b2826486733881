"""Configuration from the environment: typed, or one clear line."""

import json
import logging
import os
import re
import signal
import subprocess
import sys
from typing import get_type_hints

import pytest

from bot.__main__ import command as bot_command
from bot.__main__ import main
from bot.config import Config, ConfigError, load_config
from bot.logs import LogFormatter
from styler import __version__
from styler.__main__ import main as styler_command
from styler.settings import Settings
from tests.support.project import ROOT

TOKEN = "123456789:AAE-secret-secret-secret-secret-secr"


@pytest.fixture(autouse=True)
def bare(monkeypatch, tmp_path):
    """No variables of ours and no .env."""
    for name in list(os.environ):
        if name.startswith(("TELEGRAM_", "STYLER_", "DATA_", "DEMO_", "LOG_", "GALLERY_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_defaults():
    config = load_config()
    assert config.telegram_bot_token is None
    assert (config.demo_listen, config.telegram_api_url) == ("127.0.0.1:8080", "https://api.telegram.org")
    assert config.settings == {}


def test_every_setting_of_the_styler_can_be_chosen(monkeypatch):
    monkeypatch.setenv("STYLER_SIZE", "640")
    monkeypatch.setenv("STYLER_STYLE_WEIGHT", "2e2")
    monkeypatch.setenv("STYLER_KEEP_COLORS", "yes")
    monkeypatch.setenv("STYLER_STYLE_LAYERS", "relu1_1, relu2_1")
    assert load_config().settings == {
        "size": 640,
        "style_weight": 200.0,
        "keep_colors": True,
        "style_layers": ("relu1_1", "relu2_1"),
    }


def test_ids_stand_between_commas_or_spaces_and_what_is_empty_is_not_said(monkeypatch):
    monkeypatch.setenv("ALLOWED_USERS", "7, 8 9")
    monkeypatch.setenv("MAX_SIZE", "")
    config = load_config()
    assert config.allowed_users == {7, 8, 9}
    assert config.max_size is None


def test_a_dotenv_file_is_read_and_the_environment_comes_before_it(monkeypatch, tmp_path):
    (tmp_path / ".env").write_text(f"TELEGRAM_BOT_TOKEN={TOKEN}\nSTYLER_SIZE=640\nSTYLER_STEPS=9\n")
    monkeypatch.setenv("STYLER_SIZE", "320")
    config = load_config()
    assert config.telegram_bot_token.get_secret_value() == TOKEN
    assert config.settings == {"size": 320, "steps": 9}
    assert TOKEN not in repr(config)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("TELEGRAM_BOT_TOKEN", "secret", "must look like 123456789:ABCdef"),
        ("TELEGRAM_API_URL", "telegram", "TELEGRAM_API_URL: it must be a URL, like https://example.org"),
        ("DEMO_LISTEN", "here", "DEMO_LISTEN is 'here': it must be a host and a port, like 127.0.0.1:8080"),
        ("WEBHOOK_URL", "example.org", "WEBHOOK_URL: it must be a URL"),
        ("WEBHOOK_LISTEN", "8443", "WEBHOOK_LISTEN is '8443'"),
        ("METRICS_LISTEN", "127.0.0.1:94640", "a port is less than 65536"),
        ("TELEGRAM_LOCAL_MODE", "perhaps", "TELEGRAM_LOCAL_MODE"),
        ("PAINTERS", "0", "PAINTERS is '0': it must be auto, or a number from 1 to 999"),
        ("PAINTERS_PER_GPU", "many", "PAINTERS_PER_GPU"),
        ("LOG_LEVEL", "loud", "LOG_LEVEL"),
        ("STYLER_SIZE", "big", "STYLER_SIZE is 'big': Input should be a valid integer"),
        ("STYLER_SIZE", "9", "size is 9; it must lie between 32 and 8192"),
        ("STYLER_POOLING", "min", "STYLER_POOLING"),
        ("STYLER_COLOUR", "red", "STYLER_COLOUR: there is no such setting"),
        ("STYLER", "x", "STYLER: the name of an option must follow, as in STYLER_SIZE"),
        ("ALLOWED_USERS", "", "ALLOWED_USERS is empty: write its value, or remove it"),
        ("ALLOWED_USERS", " ", "ALLOWED_USERS is empty"),
        ("DATA_DIR", "  ", "DATA_DIR is empty: write its value, or remove it"),
        ("GALLERY_DIR", "\u3000", "GALLERY_DIR is empty"),
        ("STYLER_WEIGHTS", " ", "STYLER_WEIGHTS is empty"),
        ("ALLOWED_USERS", "@ann", "it must be ids, numbers like 123456789"),
        ("ALOWED_USERS", "7", "there is no such setting; did you mean ALLOWED_USERS?"),
        ("TELEGRAM_BOT_TOKN", "7", "did you mean TELEGRAM_BOT_TOKEN?"),
        ("MY_TOKEN", TOKEN, "did you mean TELEGRAM_BOT_TOKEN?"),
        ("MAX_PER_DAY", "0", "MAX_PER_DAY is '0'"),
        ("STYLER_STYLE_LAYERS", "relu9_9", "STYLER_STYLE_LAYERS"),
        ("STYLER_STYLE_BLEND", "2,1", "STYLER_STYLE_BLEND: the bot chooses it for each painting"),
        ("STYLER_DREAM", "true", "STYLER_DREAM: the bot chooses it for each painting"),
        ("STYLER_FORMAT", "mp4", "STYLER_FORMAT is 'mp4': of photos, it must be one of jpeg, png, webp"),
        ("TELEGRAM_BOT_TOKEN", "123456789:AAE…", "must look like 123456789:ABCdef"),
        ("TELEGRAM_BOT_TOKEN", "١٢٣:AAE", "must look like 123456789:ABCdef"),
        ("TELEGRAM_BOT_TOKEN", "123456789:AAE/../x", "must look like 123456789:ABCdef"),
        ("TELEGRAM_API_URL", "http://127.0.0.1:99999", "TELEGRAM_API_URL: it must be a URL"),
        ("TELEGRAM_API_URL", "http://127.0.0.1 :8081", "TELEGRAM_API_URL: it must be a URL"),
        ("TELEGRAM_API_URL", "http://[::1", "TELEGRAM_API_URL: it must be a URL"),
        ("TELEGRAM_LOCAL_MODE", "true", "TELEGRAM_LOCAL_MODE needs the TELEGRAM_API_URL of a server of your own"),
        ("RAY_ADDRESS", "ray://10.0.0.1:10001", "it must be auto, or its head's host and port, like 10.0.0.1:6379"),
        ("RAY_ADDRESS", "10.0.0.1", "it must be auto, or its head's host and port"),
        ("RAY_ADDRESS", "10.0.0.1:63790000", "it must be auto, or its head's host and port"),
        ("RAY_ADDRESS", "10.0.0.1:99999", "RAY_ADDRESS is '10.0.0.1:99999': a port is less than 65536"),
        ("RAY_CPUS_PER_PAINTING", "inf", "RAY_CPUS_PER_PAINTING is 'inf'"),
        ("KEEP_JOBS_HOURS", "inf", "KEEP_JOBS_HOURS is 'inf'"),
        ("KEEP_JOBS_HOURS", "nan", "KEEP_JOBS_HOURS is 'nan'"),
        ("MAX_WAITING", str(2**64), f"MAX_WAITING is '{2**64}'"),
        ("MAX_PER_DAY", str(2**64), f"MAX_PER_DAY is '{2**64}'"),
        ("DATA_DIR", "~nobody-of-this-name/data", "there is no home folder of ~nobody-of-this-name"),
    ],
)
def test_a_bad_value_is_one_line_and_exit_2(monkeypatch, capsys, name, value, words):
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=r"^.*$") as error:
        load_config()
    assert words in str(error.value)
    assert name in str(error.value)
    assert main() == 2
    assert capsys.readouterr() == ("", f"{error.value}\n")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"STYLER_SIZE": "640", "MAX_SIZE": "512"}, "STYLER_SIZE is 640, above MAX_SIZE, which is 512"),
        ({"STYLER_SIZE": "8192"}, "STYLER_SIZE is 8192, above MAX_SIZE, which is 4096"),
        (
            {"WEBHOOK_URL": "https://example.org", "METRICS_LISTEN": "127.0.0.1:8443"},
            "METRICS_LISTEN and WEBHOOK_LISTEN are both 127.0.0.1:8443: each needs its own",
        ),
    ],
)
def test_what_contradicts_each_other_is_one_line(settings, said):
    with pytest.raises(ConfigError) as error:
        load_config(settings)
    assert str(error.value) == said


def test_a_tilde_is_the_home_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    config = load_config({"DATA_DIR": "~/bot", "GALLERY_DIR": "~"})
    assert (config.data_dir, config.gallery_dir) == (tmp_path / "bot", tmp_path)


def test_what_kubernetes_says_of_a_service_that_is_called_styler_is_none_of_ours():
    service = {"STYLER_SERVICE_HOST": "10.0.0.1", "STYLER_SERVICE_PORT_HTTP": "80", "STYLER_PORT": "tcp://10.0.0.1:80"}
    service |= {f"STYLER_PORT_80_TCP{part}": "10.0.0.1" for part in ("", "_ADDR", "_PORT", "_PROTO")}
    assert load_config(service) == load_config({})


@pytest.mark.parametrize("command", [bot_command, styler_command])
def test_it_tells_its_version(command, capsys):
    with pytest.raises(SystemExit) as ended:
        command(["--version"])
    assert (ended.value.code, capsys.readouterr()) == (0, (f"{__version__}\n", ""))


def test_an_unknown_argument_is_one_line_and_exit_2(capsys):
    with pytest.raises(SystemExit) as ended:
        bot_command(["--verison"])
    said = "painter-bot: unrecognized arguments: --verison; see --help\n"
    assert (ended.value.code, capsys.readouterr()) == (2, ("", said))


def test_ctrl_c_while_modules_are_loaded_is_no_fault(monkeypatch):
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    command = [sys.executable, "-X", "importtime", "-m", "bot"]  # it says what it has loaded
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as bot:
        said = ""
        while not re.search(r"\| +httpx$", said, re.MULTILINE):
            said += bot.stderr.readline()
        bot.send_signal(signal.SIGINT)
        said += bot.stderr.read()
    assert "Traceback" not in said
    assert bot.returncode == -signal.SIGINT


def test_a_bad_value_in_a_real_process():
    env = {**os.environ, "STYLER_SIZE": "9"}
    done = subprocess.run([sys.executable, "-m", "bot"], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "STYLER_SIZE: size is 9; it must lie between 32 and 8192\n"


def test_an_env_file_that_is_not_utf_8_is_one_line(tmp_path):
    (tmp_path / ".env").write_bytes("TELEGRAM_BOT_TOKEN=123:secret # Müller's".encode("latin-1"))
    with pytest.raises(ConfigError, match=r"^\.env, line 1: it is not UTF-8: save the file in this encoding$") as error:
        load_config()
    assert "secret" not in str(error.value)


def test_a_malformed_token_is_not_printed(monkeypatch):
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "abc:secret secret")
    with pytest.raises(ConfigError) as error:
        load_config()
    assert "secret" not in str(error.value)


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize("url", ["https://host/bot12:ABC-def/getMe", "https://host/file/bot12%3AABC-def/photo.jpg"])
def test_no_log_line_holds_the_token(url, as_json):
    record = logging.makeLogRecord({"msg": "%s failed", "args": (url,)})
    assert "ABC-def" not in LogFormatter("12:ABC-def", as_json=as_json).format(record)


def test_a_trace_is_in_its_line():
    try:
        int("no_such_value")
    except ValueError:
        record = logging.makeLogRecord({"msg": "a fault", "exc_info": sys.exc_info()})
    line = json.loads(LogFormatter(TOKEN, as_json=True).format(record))
    assert line["message"] == "a fault"
    assert "no_such_value" in line["trace"]


def test_the_operators_table_has_every_variable_and_no_other():
    rows = re.findall(r"^\| (`[A-Z].*?) \|", (ROOT / "deploy/README.md").read_text(), re.MULTILINE)
    told = {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}
    settings = {f"STYLER_{name.upper()}" for name in get_type_hints(Settings)}
    assert told - settings == {name.upper() for name in Config.model_fields if name != "styler"}
    assert told & settings
