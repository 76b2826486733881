"""The pages for people: their links lead somewhere, and what they name is there."""

import importlib.util
import re
import subprocess

import pytest

from tests.support.project import ROOT

LISTED = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
PAGES = sorted({*LISTED.split(), "README.md", "bot/README.md", "deploy/README.md", "styler/README.md"})
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)


def text(page):
    return (ROOT / page).read_text()


def links(page):
    """The targets of a page's links and pictures, without those of the web."""
    found = re.findall(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"", CODE.sub("", text(page)))
    return [link for pair in found for link in pair if link and not re.match("https?:", link)]


def anchors(page):
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", text(page), flags=re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (ROOT / page).parent / path if path else ROOT / page
        assert target.exists(), link
        if anchor and target.suffix == ".md":
            assert anchor in anchors(target.relative_to(ROOT)), link


def test_links_are_found_at_all():
    assert {"deploy/README.md", "bot/README.md", "styler/README.md", "LICENSE"} <= set(links("README.md"))
    assert "#container" in links("deploy/README.md")


def test_the_first_page_is_short():
    assert len(text("README.md").splitlines()) <= 130


@pytest.mark.parametrize("page", ["README.md", "bot/README.md", "deploy/README.md", "styler/README.md"])
def test_what_is_named_is_there(page):
    """Modules that are run, and files and folders of the project."""
    shown = " ".join(CODE.findall(text(page)))
    modules = set(re.findall(r"python -m ((?:bot|styler|tests)[\w.]*)", shown))
    assert [name for name in modules if importlib.util.find_spec(name) is None] == []
    paths = re.findall(r"(?<![\w./])((?:bot|styler|tests|deploy)/[\w./-]*\w)", shown)
    near = [ROOT, ROOT / page.rpartition("/")[0]]
    missing = [p for p in paths if not any((f / q).exists() for f in near for q in (p, f"{p}.py"))]
    assert missing == []
