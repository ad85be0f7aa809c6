"""Tells of a run: a command, a mail, a webhook, a ping. Whatever they do, the run stands as it is.

Each has its time limit. What failed is returned in words, without the secrets in an address.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from storykeep import __version__, fetch
from storykeep.config import Config

_LONGEST = 60  # seconds for a command, and for sendmail
_SENDMAIL = ("/usr/sbin/sendmail", "/usr/lib/sendmail")
_MOST_FAILED = 20  # pages that a mail names
Told = Mapping[str, Any]  # a run as `storykeep status --run N --json` shows it


def started(config: Config) -> list[str]:
    """Tell that a run begins; return what failed."""
    ping = config.notify.ping
    return [each for each in [_ping(config, ping, "start", "")] if each] if ping else []


def ended(config: Config, run: Told) -> list[str]:
    """Tell how a run ended; return what failed."""
    return [why for why in _tell_all(config, run) if why]


def sendmail() -> str | None:
    """Return the path of this machine's sendmail, None where it has none."""
    return shutil.which("sendmail") or next((p for p in _SENDMAIL if Path(p).exists()), None)


def summary(run: Told) -> str:
    """Return what happened in one line: "3 new, 1 gone, 2 failed"."""
    counts = (
        (run["stories_new"], "new"),
        (run["stories_changed"], "changed"),
        (run["stories_gone"], "gone"),
        (run["stories_back"], "back"),
        (len(run["failed"]), "failed"),
    )
    told = [f"{number:,} {name}" for number, name in counts if number]
    return ", ".join(told) or "nothing new"


def _tell_all(config: Config, run: Told) -> Iterator[str]:
    notify = config.notify
    trouble = run["state"] != "ok"
    if notify.ping:
        yield _ping(config, notify.ping, "fail" if trouble else "", summary(run))
    trouble = trouble or bool(run["undecided"] or run["damage"])  # a person has to do something
    news = trouble or summary(run) != "nothing new"
    if not {"always": True, "news": news, "trouble": trouble}[notify.when]:
        return
    text = json.dumps({"archive": str(config.folder), **run})
    if notify.command:
        yield _run(notify.command, text.encode(), "the command", cwd=config.folder)
    if notify.mail:
        yield _mail(config, run)
    if notify.webhook:
        yield _post(config, notify.webhook, text.encode(), "application/json", "webhook")


def _ping(config: Config, url: str, ending: str, text: str) -> str:
    """Ask a monitor's address, with "/start" or "/fail" behind its path (healthchecks.io)."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/") + f"/{ending}" if ending else parts.path
    url = parts._replace(path=path).geturl()
    return _post(config, url, text.encode(), "text/plain; charset=utf-8", "ping")


def _post(config: Config, url: str, body: bytes, kind: str, name: str) -> str:
    network = config.network
    why = fetch.tell(
        url,
        body,
        kind=kind,
        user_agent=f"Storykeep/{__version__}",
        allow_addresses=network.allow_addresses,
        connect_to=network.connect_to,
    )
    return f"the {name} to {urlsplit(url).hostname} failed: {why}" if why else ""


def _mail(config: Config, run: Told) -> str:
    program = sendmail()
    if program is None:
        return "the mail was not sent: there is no sendmail on this machine"
    message = EmailMessage()
    message["To"] = config.notify.mail
    message["Subject"] = f"Storykeep: {summary(run)} in {_line(config.folder.name)}"
    message["Auto-Submitted"] = "auto-generated"  # no holiday reply, please (RFC 3834, section 5)
    message.set_content(letter(config, run))
    return _run((program, "-i", "--", config.notify.mail), message.as_bytes(), "sendmail")


def letter(config: Config, run: Told) -> str:
    """Return a run as a person reads it in a mail."""
    lines = [f"Run {run['run']} of the archive in {config.folder}: {run['state']}."]
    if run["ended"] or run["stopped"]:
        lines.append(f"It was stopped: {_line(run['ended'] or run['stopped'])}")
    lines += [
        "",
        f"stories: {run['stories_new']:,} new, {run['stories_changed']:,} changed, "
        f"{run['stories_gone']:,} gone, {run['stories_back']:,} back",
        f"requests: {run['requests']:,}, bytes: {run['received_bytes']:,}",
    ]
    lines += [f"failed: {_line(url)}: {_line(why)}" for url, why in run["failed"][:_MOST_FAILED]]
    if more := len(run["failed"]) - _MOST_FAILED:
        lines += [f"and {more:,} more"] if more > 0 else []
    lines += ["", f"All of it: storykeep status --run {run['run']}"]
    return "\n".join(lines) + "\n"


def _run(command: tuple[str, ...], given: bytes, name: str, cwd: Path | None = None) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - what the user's own config names, without a shell
            command, input=given, capture_output=True, timeout=_LONGEST, check=False, cwd=cwd
        )
    except subprocess.TimeoutExpired:
        return f"{name} {command[0]} has not ended for {_LONGEST} seconds and was stopped"
    except (OSError, ValueError) as error:
        return f"{name} {command[0]} cannot be started: {getattr(error, 'strerror', None) or error}"
    if done.returncode:
        said = _line((done.stderr or done.stdout).decode("utf-8", "replace"))[:200]
        return f"{name} {command[0]} failed with exit code {done.returncode}: {said}".rstrip(": ")
    return ""


def _line(text: str) -> str:
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())
