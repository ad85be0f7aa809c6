"""The documentation says what the program says."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from storykeep import config
from tests.archives import environment

ROOT = Path(__file__).resolve().parents[1]


def test_the_command_reference_is_the_help() -> None:
    """docs/cli.md is made from --help, and is made anew with each change of it."""
    made = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "make_cli.py")],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment(),
        check=True,
    )
    assert (ROOT / "docs" / "cli.md").read_text(encoding="utf-8") == made.stdout


@pytest.mark.parametrize("part", [config.Archive, config.Polite, config.Network, config.Source])
def test_every_config_key_is_documented(part: type) -> None:
    """Each setting that is read stands in docs/config.md."""
    text = (ROOT / "docs" / "config.md").read_text(encoding="utf-8")
    missing = [each.name for each in fields(part) if f"`{each.name}`" not in text]
    assert missing == []


@pytest.mark.parametrize("page", [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")], ids=str)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    """A relative link names a file that is there."""
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [each for each in targets if not (page.parent / each).exists()] == []
