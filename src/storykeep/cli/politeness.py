"""What `status --politeness` prints: how each host was asked, proved from the WARCs."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from storykeep.cli.context import Context
from storykeep.cli.opened import has_warcs, nothing_yet, reading
from storykeep.cli.output import amount, line, put, put_json, say
from storykeep.cli.progress import counting
from storykeep.errors import StoreError

if TYPE_CHECKING:
    from storykeep.politeness import HostProof, Proof

IGNORE_HINT = (
    'if the site is a dead archive, robots = "ignore-unreachable" for its source asks its pages '
    "all the same"
)
_SHOWN = 10  # waits and violations of one host that are printed; --json has them all


def show_politeness(context: Context, as_json: bool) -> None:
    """Print how each host was asked, as a page of text or one JSON object."""
    from storykeep import reader
    from storykeep.politeness import prove

    folder = context.config_or_default().archive.warcs
    if not has_warcs(folder):
        nothing_yet(context, as_json)
        return
    refused: dict[str, int] = {}
    try:
        with reading(context) as connection:
            refused = reader.refused(connection) if connection is not None else {}
    except StoreError as error:
        say(f"what robots.txt forbids is not counted: {line(str(error))}")
    with counting("WARC files", quiet=context.quiet) as step:
        proof = prove(folder, step)
    for text in proof.damage:
        say(f"damaged, so not counted: {line(text)}")
    if as_json:
        put_json(_as_json(proof, refused))
    else:
        _print(proof, refused)


def _as_json(proof: Proof, refused: dict[str, int]) -> dict[str, Any]:
    hosts = []
    for host in proof.hosts:
        row = {**asdict(host), "refused": refused.get(host.host, 0)}
        row["waits"] = [{**asdict(wait), "obeyed": wait.obeyed} for wait in host.waits]
        hosts.append(row)
    return {
        "hosts": hosts,
        "violations": proof.violations,
        "files": proof.files,
        "left_out": proof.left_out,
        "damage": proof.damage,
    }


def _print(proof: Proof, refused: dict[str, int]) -> None:
    for host in proof.hosts:
        _print_host(host, refused.get(host.host, 0))
    requests = sum(host.requests for host in proof.hosts)
    put(
        f"{amount(proof.violations, 'violation')} in {amount(requests, 'request')} "
        f"to {amount(len(proof.hosts), 'host')}, by {amount(proof.files, 'WARC file')}"
    )
    if proof.left_out:
        put(f"not counted, as other software made them: {amount(len(proof.left_out), 'file')}")


def _print_host(host: HostProof, refused: int) -> None:
    put(f"{line(host.host)}: {amount(host.requests, 'request')}, {_gaps(host)}")
    if host.failures:
        put(f"  without an answer: {amount(host.failures, 'request')}")
    if refused:
        put(f"  left alone as robots.txt asks: {amount(refused, 'page')}")
    if host.unreachable:
        put(f"  asked while robots.txt was unreachable: {amount(host.unreachable, 'page')}")
    for wait in host.waits[:_SHOWN]:
        then = "nothing asked since"
        if wait.waited is not None:
            then = f"next request after {wait.waited:,.0f} s"
        put(f"  asked us on {wait.at[:19]} to wait {wait.asked_for:,.0f} s: {then}")
    for wrong in host.violations[:_SHOWN]:
        put(f"  VIOLATION ({wrong.kind}) on {wrong.at}: {line(wrong.url)}: {wrong.why}")
    for name, more in (("waits", len(host.waits)), ("violations", len(host.violations))):
        if more > _SHOWN:
            put(f"  and {more - _SHOWN:,} more {name}; --json has all")


def _gaps(host: HostProof) -> str:
    if host.least_gap is None or host.median_gap is None:
        return "no gap"
    gaps = f"least gap {host.least_gap:,.2f} s, median {host.median_gap:,.2f} s"
    return f"{gaps} (to be kept: {host.required:g} s)"
