"""Files `.env` and proxies as people get them wrong: one sentence and status 2, or what Docker Compose reads."""

import os
import re

import pytest

import bot.__main__ as program
from bot.config import NOT_FOR_ALL, Config, foreign_variables, load_config, variables
from bot.env_example import env_example
from tests.support.env_files import BROKEN, ODD, PROXIES, TOKEN, said_to_proxy
from tests.support.project import ROOT


@pytest.fixture
def started(monkeypatch, tmp_path):
    """What was started from an empty folder, in an empty environment: the demo, or the bot with a configuration."""
    started = []
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name != "PATH":
            monkeypatch.delenv(name)
    monkeypatch.setattr(program, "demo", lambda listen: started.append("the demo"))
    monkeypatch.setattr(program, "_run", lambda config, executor: started.append(config) or 0)
    return started


def test_there_are_enough_of_each():
    assert len(BROKEN) >= 40
    assert len(PROXIES) >= 20
    assert len({kind for kind, *_ in [*BROKEN, *ODD, *PROXIES]}) == len(BROKEN) + len(ODD) + len(PROXIES)


@pytest.mark.parametrize(("content", "words"), [pytest.param(*rest, id=kind) for kind, *rest in BROKEN])
def test_a_broken_file_is_one_sentence_and_exit_2(started, tmp_path, capsys, content, words):
    (tmp_path / ".env").write_bytes(content)
    assert program.main() == 2
    said = capsys.readouterr()
    assert words in said.err
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "secret" not in said.err, "the token is not repeated"
    assert started == []


@pytest.mark.parametrize("content", [pytest.param(content, id=kind) for kind, content in ODD])
def test_an_odd_file_means_what_it_says(started, tmp_path, content):
    (tmp_path / ".env").write_bytes(content)
    assert program.main() == 0
    [config] = started
    assert isinstance(config, Config)
    assert config.telegram_bot_token.get_secret_value() == TOKEN
    assert config.allowed_users == {7}


def test_quoted_values_are_what_stands_between_the_quotes(tmp_path):
    (tmp_path / ".env").write_text("GALLERY_DIR='a$b' # c\nDATA_DIR=\"Ann's\"\nSTYLER_WEIGHTS=a#b\n")
    config = load_config({}, tmp_path / ".env")
    assert (str(config.gallery_dir), str(config.data_dir), config.settings["weights"]) == ("a$b", "Ann's", "a#b")


def test_the_file_sets_others_variables_as_docker_compose_does(started, tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("HTTPS_PROXY=http://proxy:3128\nTZ=Europe/Berlin\nMAX_SIZE=512\n")
    assert foreign_variables() == {"HTTPS_PROXY": "http://proxy:3128", "TZ": "Europe/Berlin"}
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("HTTPS_PROXY", "")
    monkeypatch.delenv("HTTPS_PROXY")  # so that it is taken away after the test
    assert program.main() == 0
    assert os.environ["HTTPS_PROXY"] == "http://proxy:3128"
    assert os.environ["TZ"] == "UTC", "the environment comes before the file"
    assert "MAX_SIZE" not in os.environ


def test_a_file_that_cannot_be_read_is_one_line(started, tmp_path, capsys):
    (tmp_path / ".env").mkdir()
    assert program.main() == 2
    assert capsys.readouterr().err == ".env: Is a directory\n"
    assert started == []


@pytest.mark.parametrize(("proxies", "expected"), [pytest.param(*rest, id=kind) for kind, *rest in PROXIES])
def test_a_proxy_is_right_or_one_sentence(proxies, expected):
    said = said_to_proxy(proxies)
    assert "secret" not in said
    assert "\n" not in said
    if expected is None:
        assert said == "direct"
    elif "://" in expected and not expected.startswith("write"):
        assert said == expected
    else:
        assert said.startswith("status 2: ")
        assert expected in said


def test_the_example_is_made_from_the_configuration():
    assert (ROOT / ".env.example").read_text() == env_example(), "python -m bot.env_example > .env.example"


def test_each_line_of_the_example_can_be_taken(tmp_path):
    taken = re.sub(r"^#(?=[A-Z])", "", env_example(), flags=re.MULTILINE)
    (tmp_path / ".env").write_text(re.sub(r"^STYLER_(SIZE|.*=None)$.*\n", "", taken, flags=re.MULTILINE))
    config = load_config({}, tmp_path / ".env")
    assert config.telegram_bot_token
    assert set(re.findall(r"^([A-Z_]+)=", taken, re.MULTILINE)) == set(variables()) - {
        f"STYLER_{name.upper()}" for name in NOT_FOR_ALL
    }
