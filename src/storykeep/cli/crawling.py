"""Commands that ask sites: run, add, sample."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable
from typing import IO, TYPE_CHECKING

import click

from storykeep.cli.completing import sources as source_names
from storykeep.cli.context import Context
from storykeep.cli.finding import undecided
from storykeep.cli.output import amount, duration, line, own_name, results, say
from storykeep.cli.politeness import IGNORE_HINT
from storykeep.cli.progress import Shown, on_terminal, pages
from storykeep.cli.runs import stories_line
from storykeep.cli.words import seconds_of
from storykeep.errors import ConfigError
from storykeep.room import out_of_space, size

if TYPE_CHECKING:
    from storykeep.archive import Archive, Due
    from storykeep.crawl import Budget
    from storykeep.intake import Taken
    from storykeep.model import Report
    from storykeep.sample import SampleSite

FAILED_PAGES = 3  # the exit code: some page had no whole answer (DESIGN.md 9)
_FAILED_TOLD = 10  # pages that a run under cron names
_HOSTS_TOLD = 5  # whose least gap the report of a run prints


@click.command("run")
@click.argument("sources", nargs=-1, shell_complete=source_names)
@click.option("--time-budget", metavar="TIME", help='Stop after this time, as in "2h" or "30m".')
@click.option("--max-requests", metavar="N", type=click.IntRange(1), help="Stop after N requests.")
@click.option("--dry-run", is_flag=True, help="Say what would be asked for and why; ask nothing.")
@click.pass_obj
def run_command(
    context: Context,
    sources: tuple[str, ...],
    time_budget: str | None,
    max_requests: int | None,
    dry_run: bool,
) -> int:
    """Archive what is due, of all sources or of those named.

    What a bound leaves over stays due, and the next run goes on with it. Without a terminal, as
    under cron, it says only what is wrong; -v lets it say all.
    """
    from storykeep.archive import Archive
    from storykeep.crawl import Budget

    if dry_run:
        return _foresee(Archive(context.config()), sources)
    seconds = math.inf if time_budget is None else seconds_of("--time-budget", time_budget)
    requests = math.inf if max_requests is None else max_requests
    context = context._replace(quiet=context.quiet or not (context.verbose or _is_watched()))
    return _run(Archive(context.config()), sources, context, Budget(seconds, requests))


def _foresee(archive: Archive, sources: tuple[str, ...]) -> int:
    """Print what a run would ask for now, in its order."""
    from storykeep import urls

    found = archive.foresee(sources)
    hosts = len({urls.origin(each.page.url) for each in found if each.is_live})
    with results() as put:
        if not found:
            put("nothing is due")
            return 0
        robots = "after its robots.txt" if hosts == 1 else f"after the robots.txt of {hosts} sites"
        asked = (
            robots if archive.config.polite.robots else "without robots.txt, as config.toml says"
        )
        after = f", {asked}," if hosts else ","
        if all(each.waits for each in found):
            put(f"nothing would be asked for now; {amount(len(found), 'page')} due:")
        else:
            put(f"{amount(len(found), 'page')} would be asked for{after} and what they lead to:")
        for each in found:
            waits = f"; {line(each.waits)}" if each.waits else ""
            put(f"{line(each.page.source)}  {line(each.page.url)}  {line(each.why)}{waits}")
    return 0


def _is_watched() -> bool:
    """Return whether a person is at one of the three streams; under cron none is a terminal."""
    return any(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))


def _run(
    archive: Archive, sources: tuple[str, ...], context: Context, budget: Budget | None = None
) -> int:
    from storykeep.crawl import Watch

    started = time.monotonic()
    with _Showing(context, archive.config.polite.delay) as showing:
        watch = Watch(showing.taken, showing.failed, showing.note)
        report = archive.run(sources, watch, showing.started, budget)
    _print_damage(report)
    for site, stories, reason in report.undecided:
        say(undecided(site, stories, reason))
    if report.sample_due and not context.quiet:
        say(
            f"{amount(report.sample_due, 'page')} of the bundled sample "
            f"{'is' if report.sample_due == 1 else 'are'} due; "
            "only this serves and archives them: storykeep sample --run"
        )
    with results() as put:
        if context.quiet:
            _tell_failed(report)
        else:
            _print_report(report, time.monotonic() - started, archive, put)
    for why in report.unnotified:
        say(line(why))
    return _code(report)


def _tell_failed(report: Report) -> None:
    """Say in short what failed of a run that nobody has watched."""
    for url, why in report.failed[:_FAILED_TOLD]:
        say(f"failed: {line(url)}: {line(why)}")
    if report.failed:
        say(
            f"{amount(len(report.failed), 'page')} had no whole answer, the rest is kept; "
            f"all of it: storykeep status --run {report.number}"
        )


def _code(report: Report) -> int:
    """Return the exit code of a run; say why where it was stopped."""
    if report.stopped:
        raise out_of_space(report.stopped)
    return FAILED_PAGES if report.failed else 0


class _Showing:
    """Shows a run while it goes on."""

    def __init__(self, context: Context, delay: float) -> None:
        self.context = context
        self.delay = delay
        self._bar = pages(quiet=context.quiet or context.verbose)
        self._shown = Shown()

    def __enter__(self) -> _Showing:
        self._shown = self._bar.__enter__()
        return self

    def __exit__(self, *reason: object) -> None:
        self._bar.__exit__(None, None, None)

    def started(self, due: Due) -> None:
        if (due.lists or due.mementos) and not self.context.quiet:
            self._shown.say(
                f"web archives are asked for {amount(due.lists, 'list')} and "
                f"{amount(due.mementos, 'capture')}, and for what the lists lead to; "
                f"this takes at least {duration(due.archive_seconds)}"
            )
        if due.pages and not self.context.quiet:
            one = len(due.pages) == 1
            self._shown.say(
                f"{amount(len(due.pages), 'page is', 'pages are')} due; "
                f"this takes at least {duration(due.least_seconds(self.delay))}, "
                f"more where {'it leads' if one else 'they lead'} to new pages"
            )
            self._shown.step(0, len(due.pages), "")

    def taken(self, taken: Taken, report: Report, waiting: int) -> None:
        self._shown.step(report.captures, waiting, taken.capture.url)
        if self.context.verbose:
            capture = taken.capture
            self._shown.say(f"{capture.status} {taken.part.outcome:<10} {line(capture.url)}")

    def failed(self, url: str, why: str) -> None:
        if self.context.verbose or on_terminal():
            self._shown.say(f"no whole answer: {line(url)}: {line(why)}")

    def note(self, text: str) -> None:
        if self.context.quiet:  # it is in the report
            return
        self._shown.say(line(text))


def _print_report(
    report: Report, seconds: float, archive: Archive, put: Callable[[str], None]
) -> None:
    if not report.requests:
        if not (report.refused_by_robots or report.bounded or report.resting):
            # Only the sample is due: that is said apart, with the command that asks it.
            what = "nothing else" if report.sample_due else "nothing"
            put(f"{what} is due{_until(report.next_due)}")
        _print_left(report, put)
        return
    put(
        f"done in {duration(seconds)}: {amount(report.requests, 'request')}, "
        f"{amount(report.captures, 'capture')}, {size(report.received_bytes)}"
    )
    put(
        stories_line(
            report.stories_new, report.stories_changed, report.stories_gone, report.stories_back
        )
    )
    if report.unchanged:
        put(f"unchanged: {amount(report.unchanged, 'page')}")
    if report.least_gap and archive.config.polite.delay:
        put(f"least gap between two requests: {_gaps(report)}")
    found = sorted(report.outcomes.items(), key=lambda item: (-item[1], item[0]))
    if found:
        put("pages: " + ", ".join(f"{number:,} {outcome}" for outcome, number in found))
    _print_left(report, put)
    for name in report.warcs:
        put(f"kept in {archive.config.archive.warcs.name}/{name}")


def _gaps(report: Report) -> str:
    """Return the least gap of each host, the shortest first, of many hosts only those."""
    gaps = sorted((gap, line(host)) for host, gap in report.least_gap.items())
    told = [f"{host} {gap:.2f} s" for gap, host in gaps[:_HOSTS_TOLD]]
    more = len(gaps) - len(told)
    return ", ".join([*told, *([f"longer for {more:,} more"] if more else [])])


def _print_damage(report: Report) -> None:
    for text in report.unwritten:
        say(f"warning: {line(text)}")
    for text in report.damage:
        say(f"damaged: {line(text)}")
    if any(not text.startswith("decisions.jsonl") for text in report.damage):
        say("hint: storykeep repair keeps what is whole and marks the rest for fetching again")


def _print_left(report: Report, put: Callable[[str], None]) -> None:
    """Print what was not asked, what failed and what was mended."""
    if report.refused_by_robots:
        put(f"left alone as robots.txt asks: {amount(report.refused_by_robots, 'page')}")
    for why in report.bounded:
        put(f"stopped early: {line(why)}")
    if report.waiting:
        put(f"still waiting for a later run: {amount(report.waiting, 'page')}")
    for host, why in report.resting:
        put(f"left alone until a later run: {line(host)}: {line(why)}")
    for kind, count in report.traps:
        put(
            f"suspected trap: {line(kind)}: the last ones brought nothing new, so {count:,} more "
            "wait for a later run; exclude them in config.toml if they are no stories"
        )
    for text in report.unreachable:
        put(f"{line(text)}; {IGNORE_HINT}")
    for text in report.healed:
        say(f"mended: {text}")
    for url, why in report.failed:
        say(f"failed: {line(url)}: {line(why)}")


def _until(next_due: str | None) -> str:
    return f"; the next page is due {next_due[:16].replace('T', ' ')} UTC" if next_due else ""


@click.command("add")
@click.argument("urls", nargs=-1, metavar="[URL]...")
@click.option(
    "-i",
    "--input",
    "files",
    multiple=True,
    type=click.File("rb"),
    metavar="FILE",
    help="Also those of a list, one a line, or of a browser's exported bookmarks; - reads stdin.",
)
@click.option(
    "--wayback",
    is_flag=True,
    help="Take the last good capture that the Wayback Machine has, and do not ask the site.",
)
@click.pass_obj
def add_command(
    context: Context, urls: tuple[str, ...], files: tuple[IO[bytes], ...], wayback: bool
) -> int:
    """Archive these pages now, each alone, and print what each turned out to be.

    With --wayback they come from the Wayback Machine, or from the web archive that [wayback] in
    config.toml names; an address in the Wayback Machine means the page that it was:
    its last good capture, and the one that the address names as another version.
    """
    from storykeep.archive import Archive
    from storykeep.crawl import Watch
    from storykeep.urls import unwrap_wayback

    urls = (*urls, *_listed(files))
    if not urls:
        raise click.UsageError("give the address of a page, or a list of them with -i FILE")
    archive = Archive(context.config_or_default())
    with results() as put:

        def taken(taken: Taken, report: Report, waiting: int) -> None:
            part, capture = taken.part, taken.capture
            is_asked = capture.provenance.origin == "wayback" if wayback else True
            if part.outcome != "robots" and is_asked and not context.quiet:
                what = _title_of(part.title, [author.name for author in part.authors])
                when = f"  captured {capture.fetched_at[:10]}" if wayback else ""
                put(f"{part.outcome:<10} {line(capture.url)}{what}{when}")

        def failed(url: str, why: str) -> None:
            put(f"{'failed':<10} {line(url)}  {line(why)}")

        if not wayback and not context.quiet and any(map(unwrap_wayback, urls)):
            say("of the Wayback Machine, storykeep add --wayback takes the page that it captured")
        ask = archive.add_wayback if wayback else archive.add
        report = ask(urls, Watch(taken, failed, say))
    if wayback and not context.quiet and not report.failed and not _mementos_in(report):
        say("nothing new: the captures that are wanted are here already")
    _print_damage(report)
    for text in report.healed:
        say(f"mended: {text}")
    return _code(report)


def _mementos_in(report: Report) -> int:
    """Return how many answers of a web archive were no lists of what it has."""
    return report.captures - report.outcomes.get("asset", 0)


def _listed(files: tuple[IO[bytes], ...]) -> list[str]:
    """Return the addresses in *files*; say what of them was left out."""
    from storykeep.addresses import read_addresses

    found: list[str] = []
    for file in files:
        listed = read_addresses(file.read(), file.name)
        found += listed.addresses
        if listed.skipped:
            say(f"{file.name}: {amount(listed.skipped, 'bookmark')} left out: no web address")
    return found


def _title_of(title: str | None, authors: list[str]) -> str:
    if not title and not authors:
        return ""
    by = f" by {line(' and '.join(authors))}" if authors else ""
    return f"  {line(title) if title else '(no title on the page)'}{by}"


_NEXT = (
    "search lighthouse",
    "list",
    "export --format txt",
)


@click.command("sample")
@click.option("--run", "run_it", is_flag=True, help="Archive it, as config.toml says, and stop.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Serve on this port.")
@click.pass_obj
def sample_command(context: Context, run_it: bool, port: int) -> int:
    """Serve the sample stories that come with Storykeep on this machine."""
    from storykeep.sample import SampleSite

    site = SampleSite()
    if run_it:
        return _run_sample(context, site, port)

    def ready(address: str) -> None:
        say(f"the sample is served at http://{address}/ until you press Ctrl-C")

    site.serve_forever(port, ready=ready)
    return 0


def _run_sample(context: Context, site: SampleSite, port: int) -> int:
    from storykeep import urls
    from storykeep.archive import Archive

    config = context.config()
    names = tuple(
        source.name
        for source in config.sources
        if any(urls.hostname(url) == site.host for url in source.start)
    )
    if not names:
        raise ConfigError(
            f"{context.path} has no source that starts at http://{site.host}/",
            hint="storykeep init writes a config.toml that has one",
        )
    with site.serve(port=port) as address:
        code = _run(Archive(config).with_sample(address), names, context)
    with results() as put:
        if not context.quiet:
            put("\ntry next:")
            for command in _NEXT:
                put(f"  {own_name()} {command}")
    return code
