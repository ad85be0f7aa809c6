"""Commands about what is known of sites: profile list, profile show, profile test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from storykeep.cli.context import Context
from storykeep.cli.finding import json_option
from storykeep.cli.opened import reading
from storykeep.cli.output import line, plain, put, put_json
from storykeep.errors import UsageError

if TYPE_CHECKING:
    from storykeep.accounting import Account
    from storykeep.model import Page
    from storykeep.profiles import Profile

_LONGEST = 300  # letters of a text that is shown


@click.group("profile")
def profile_command() -> None:
    """See what is known of sites, and try it on a page.

    A profile is a TOML file that teaches Storykeep a site. Yours are in the folder profiles/ beside
    config.toml, and go before those that come with Storykeep.
    """


@profile_command.command("list")
@json_option
@click.pass_obj
def list_profiles(context: Context, as_json: bool) -> None:
    """List the profiles: yours, and those that come with Storykeep."""
    for profile in _known(context):
        where = "yours" if profile.own else "shipped"
        if as_json:
            put_json({"name": profile.name, "hosts": list(profile.hosts), "from": where})
        else:
            hosts = ", ".join(profile.hosts) or "by name only"
            put(f"{profile.name:<26} {where:<8} {line(hosts)}")


@profile_command.command("show")
@click.argument("name")
@click.pass_obj
def show_profile(context: Context, name: str) -> None:
    """Print a profile as it is written."""
    from storykeep.profiles import SHIPPED

    profile = _named(context, name)
    folder = _folder(context) if profile.own else SHIPPED
    path = next(path for path in sorted(folder.glob("*.toml")) if _is(path, profile))
    put(plain(path.read_text(encoding="utf-8-sig").rstrip("\n")))


def _is(path: Path, profile: Profile) -> bool:
    from hashlib import sha256

    text = path.read_text(encoding="utf-8-sig")
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest() == profile.sha256


@profile_command.command("test")
@click.argument("page", metavar="URL|FILE")
@click.option("--profile", "name", help="Read it with this profile, whatever its address.")
@click.option("--url", help="The address that a FILE was saved from.")
@json_option
@click.pass_obj
def test_profile(
    context: Context, page: str, name: str | None, url: str | None, as_json: bool
) -> None:
    """Read one page, and show where each of its words went and why.

    URL is a page that is archived already: nothing is fetched. FILE is a saved page. Nothing is
    stored.
    """
    from storykeep.accounting import account

    found, profile = (
        _file(context, page, url) if url or _is_file(page) else _captured(context, page)
    )
    why = "its address" if profile else "no profile names its host"
    if name is not None:
        profile, why = _named(context, name), "--profile"
    result = account(found, profile)
    if as_json:
        put_json(_as_json(result, profile, why))
    else:
        for text in _as_text(result, profile, why):
            put(plain(text))


# ---------------------------------------------------------------- the page and its profile


def _folder(context: Context) -> Path:
    return context.path.parent.absolute() / "profiles"


def _known(context: Context) -> list[Profile]:
    from storykeep.profiles import SHIPPED, load

    return load(_folder(context), SHIPPED)


def _named(context: Context, name: str) -> Profile:
    known = {each.name: each for each in _known(context)}
    if name in known:
        return known[name]
    from difflib import get_close_matches

    near = get_close_matches(name, known, 1)
    raise UsageError(
        f"there is no profile {name!r}",
        hint=f"did you mean {near[0]!r}?" if near else "storykeep profile list shows them",
    )


def _is_file(page: str) -> bool:
    return "://" not in page or Path(page).is_file()


def _file(context: Context, name: str, url: str | None) -> tuple[Page, Profile | None]:
    from storykeep.cleaning import saved_page
    from storykeep.profiles import match

    path = Path(name)
    if not path.is_file():
        raise UsageError(
            f"there is no file {name!r}",
            hint="give a saved page, or the address of an archived one, http:// and all",
        )
    page = saved_page(path.name, path.read_bytes(), url=url)
    return page, match(page.url, _known(context))


def _captured(context: Context, address: str) -> tuple[Page, Profile | None]:
    """Return the last capture of a page that can be read, and the profile it is read with."""
    from storykeep import reader, urls
    from storykeep.intake import profile_of
    from storykeep.store.captures import original_of
    from storykeep.warc import load_page

    config = context.config_or_default()
    url = urls.try_canonical(address)
    if url is None:
        raise UsageError(f"{address!r} is no address", hint="write it with http:// and all")
    with reading(context) as connection:
        captures = list(reader.all_captures(connection, url=url)) if connection else []
        whole = [each for each in captures if not each.truncated] or captures
        if connection is None or not whole:
            raise UsageError(
                f"{url} was never captured",
                hint=f"storykeep add {url} archives it; or save the page and test the file",
            )
        capture = max(whole, key=lambda each: (each.fetched_at, each.id or 0))
        original = original_of(connection, capture) if capture.revisit_of else None
    page = load_page(
        config.archive.warcs, capture, original=original, max_bytes=config.polite.max_bytes
    )
    return page, profile_of(config, _known(context), capture)


# ---------------------------------------------------------------- what is shown


def _as_json(found: Account, profile: Profile | None, why: str) -> dict[str, Any]:
    from storykeep.record import part_record

    counts = found.letters()
    return {
        "record": part_record(found.part),
        "profile": {"name": profile.name if profile else None, "why": why},
        "engine": {"name": found.part.engine, "why": found.why_engine},
        "letters": {**counts, "page": sum(counts.values())},
        "cut": [
            {"text": each.text, "reason": each.reason}
            for each in found.lines
            if each.bin == "chrome"
        ],
        "unexplained": [each.text for each in found.lines if each.bin == "unexplained"],
    }


def _as_text(found: Account, profile: Profile | None, why: str) -> Iterator[str]:
    part = found.part
    yield f"outcome: {part.outcome}  ({line(part.reason)})"
    yield f"profile: {profile.name if profile else '(none)'}  ({why})"
    yield f"engine:  {part.engine}  ({found.why_engine})"
    for field, evidence in part.evidence.items():
        if field != "outcome":
            yield from (_evidence(field, each) for each in evidence)
    cut = [each for each in found.lines if each.bin == "chrome"]
    yield from (f"cut: {_short(each.text)}  [{each.reason}]" for each in cut)
    lost = [each for each in found.lines if each.bin == "unexplained"]
    yield from (f"unexplained: {_short(each.text)}" for each in lost)
    paragraphs = [block for block in part.prose if block.kind != "break"]
    if paragraphs:
        breaks = len(part.prose) - len(paragraphs)
        yield f"text: {len(paragraphs)} paragraphs, {breaks} scene breaks"
        yield f"  from: {_short(paragraphs[0].text)}"
        yield f"  to:   {_short(paragraphs[-1].text)}"
    counts = found.letters()
    total = sum(counts.values())
    for name, letters in counts.items():
        yield f"{name + ':':<13}{letters / total if total else 0:7.1%}  {letters:,} letters"
    yield f"{'page:':<13}{1 if total else 0:7.1%}  {total:,} letters"


def _evidence(field: str, each: Any) -> str:
    value = "(none)" if each.value is None else _short(each.value)
    place = f" at {each.place}" if each.place else ""
    reason = f"  {line(each.reason)}" if each.reason else ""
    return f"{field}: {value}  [{each.method}{place}, {each.confidence:.0%}]{reason}"


def _short(text: str) -> str:
    text = line(text)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text):,} letters)"
