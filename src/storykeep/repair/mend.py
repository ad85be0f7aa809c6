"""Brings an archive back to a whole state, in an order in which any step may be the last.

1. What each file is to hold is written beside it and read again. 2. The damaged file gets a second
name, NAME.damaged. 3. One rename puts the new one in its place, notes of what is lost within it.
4. The manifest lists it. 5. The database is made again from the WARCs. Killed in between, the next
repair finds whole files with notes in them, a manifest or a database that does not know them yet,
and goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from storykeep.config import Config
from storykeep.errors import StoreError
from storykeep.model import Damage
from storykeep.repair.foreign import Foreign, put_back, survey_imported
from storykeep.repair.known import Known, is_name, known_of
from storykeep.repair.plan import Plan, plan_all
from storykeep.repair.result import Done, MendedFile, Repaired
from storykeep.repair.sources import Sources
from storykeep.repair.survey import Survey, survey
from storykeep.store import keep_aside
from storykeep.warc import Sealed, disk, heal
from storykeep.warc import fields as f
from storykeep.warc import folder as folders
from storykeep.warc.folder import MANIFEST, MENDED, Listing
from storykeep.warc.mending import Written, put_in_place, set_aside, write_copy, write_mended
from storykeep.warc.mending import keep_aside as keep_file_aside

# Makes archive.db again from the WARCs; returns in words what could not be taken in.
Rebuild = Callable[[], list[str]]


def repair(
    config: Config,
    rebuild: Rebuild,
    *,
    info: Mapping[str, str],
    copy: Path | None = None,
    dry_run: bool = False,
    now: datetime | None = None,
) -> Repaired:
    """Mend the WARCs, the manifest and the database of an archive; return what was done.

    *info* is what a warcinfo tells of this program. What is lost is taken from *copy*, the folder
    of a second archive or of WARCs, where it is whole there. A *dry_run* changes nothing. The
    caller holds the archive's lock. Raises CaptureError and StoreError where something cannot be
    written, UsageError where *copy* is none.
    """
    repair = _Repair(config, info, copy, now or datetime.now(UTC), dry_run=dry_run)
    with closing(repair.sources):
        return repair.run(rebuild)


class _Repair:
    def __init__(
        self,
        config: Config,
        info: Mapping[str, str],
        copy: Path | None,
        now: datetime,
        *,
        dry_run: bool,
    ) -> None:
        self.folder = config.archive.warcs
        self.database = config.archive.database
        self.info = info
        self.now = now
        self.dry_run = dry_run
        self.sources = Sources(self.folder, copy)
        self.result = Repaired()

    def run(self, rebuild: Rebuild) -> Repaired:
        with known_of(self.database) as known:
            listing = self._start(known)
            found = survey(self.folder, listing, known, with_notes=self.sources.has_copy)
            plans = plan_all(found, listing, self.sources)
            self._tell(found, plans)
            foreign = survey_imported(self.folder, listing, known, self.sources)
            self._tell_imported(found, foreign)
            reason = self._reason(known, found, plans)
            if foreign.changed and not known.problem:
                reason = "WARCs were mended"
        if self.dry_run:
            self.result.mended = [foreseen for plan in plans if (foreseen := _foreseen(plan))]
            self.result.mended += [each.outcome() for each in foreign.changed]
        else:
            self._carry_out(plans, listing)
            self._carry_out_imported(foreign)
            if reason:
                if self.result.lost or self.result.unknown or known.problem:
                    self.result.database_aside = keep_aside(self.database)
                self.result.left = rebuild()
        self.result.database = reason
        return self.result

    # ---- what others captured

    def _tell_imported(self, found: Survey, foreign: Foreign) -> None:
        found.stale = found.stale or foreign.stale
        found.captures += foreign.captures
        self.result.files += foreign.files
        self.result.captures += foreign.captures
        told = {each.file for each in self.result.damage}
        self.result.damage += [
            each.damage() for each in foreign.changed if each.sealed.file not in told
        ]
        self.result.lost += [lost for each in foreign.changed for lost in each.lost]

    def _carry_out_imported(self, foreign: Foreign) -> None:
        listing = folders.read_listing(self.folder)
        sealed = {each.file: each for each in listing.sealed}
        replaced = list(listing.replaced)
        for outcome, old, new in put_back(self.folder, foreign, self.now):
            self.result.mended.append(outcome)
            if new is None:
                sealed.pop(old.file, None)
            else:
                sealed[old.file] = new
            if new != old:
                replaced.append((old, f.date(self.now)))
        after = Listing(tuple(sealed.values()), tuple(replaced))
        if after != listing:
            with disk.durable(f"write {self.folder / MANIFEST}"):
                folders.write_listing(self.folder, after)

    # ---- before

    def _start(self, known: Known) -> Listing:
        """Mend what a killed run or repair has left; return what the manifest says then."""
        listing = folders.read_listing(self.folder)
        self._refuse_without_disk(known)
        if not listing.is_sound:
            why = "it holds lines that are none of ours, or two for one file"
            self.result.damage.append(Damage(MANIFEST, "manifest", why))
        listed = {each.file for each in listing.sealed}
        gone = {(old.file, old.sha256) for old, _ in listing.replaced}
        # What the manifest has lost the database may know: it is then checked as if it stood there.
        more = [
            each
            for each in known.sealed.values()
            if each.file not in listed and (each.file, each.sha256) not in gone
        ]
        for each in more:
            self.result.damage.append(
                Damage(each.file, "manifest", "the manifest does not list it")
            )
        listing = Listing((*listing.sealed, *more), listing.replaced)
        if self.dry_run:
            return listing
        with disk.durable(f"mend the manifest of {self.folder}"):
            if self.sources.has_copy and not self.folder.is_dir():
                self.folder.mkdir(parents=True)
                disk.sync_folder(self.folder.parent)
            for left in (*self.folder.glob(f"*{MENDED}"), *self.folder.glob(f"imported/*{MENDED}")):
                left.unlink()  # a copy of what other files hold: its repair was killed
            if self.result.damage:
                if (self.folder / MANIFEST).exists():
                    self.result.manifest_aside = keep_file_aside(self.folder / MANIFEST)
                folders.write_listing(self.folder, listing)
        if self.folder.is_dir():
            self.result.healed = [str(each) for each in heal(self.folder)]
        return folders.read_listing(self.folder)

    def _refuse_without_disk(self, known: Known) -> None:
        """Take no archive for lost whose disk is not there."""
        named = known.files()
        is_bare = not any(self.folder.glob("*")) if self.folder.is_dir() else True
        if is_bare and named and not self.sources.has_copy:
            raise StoreError(
                f"there is nothing in {self.folder}, where {len(named)} WARC files should be",
                hint="is its disk there? storykeep repair --from COPY fills an empty folder again",
            )

    # ---- what there is to do

    def _tell(self, found: Survey, plans: list[Plan]) -> None:
        result = self.result
        result.files, result.captures = found.files, found.captures
        told = {each.file for each in result.damage}
        result.damage += [
            each for each in found.damage if each.kind != "manifest" or each.file not in told
        ]
        saved = {plan.state.name for plan in plans if plan.source}
        result.unknown = [each for each in found.unknown if each.file not in saved]
        result.restored = [capture for plan in plans for capture in plan.from_copy]
        result.lost = [*found.told, *(lost for plan in plans for lost in plan.lost)]
        result.unread = found.unread if result.lost else 0

    def _reason(self, known: Known, found: Survey, plans: list[Plan]) -> str:
        """Return why the database must be made again, "" where it need not."""
        if known.problem:
            self.result.damage.append(Damage(self.database.name, "database", known.problem))
            return known.problem
        if any(plan.writes or self._changes_list(plan) for plan in plans):
            return "WARCs were mended"
        if found.stale and known.there:
            self.result.damage.append(Damage(self.database.name, "row", found.stale))
            return found.stale
        return "there was none" if found.captures and not known.there else ""

    def _changes_list(self, plan: Plan) -> bool:
        state = plan.state
        return state.needs_mending() or not state.is_as_listed()

    # ---- doing it

    def _carry_out(self, plans: list[Plan], listing: Listing) -> None:
        written = {plan.state.name: self._write(plan) for plan in plans if plan.writes}
        sealed = {each.file: each for each in listing.sealed if is_name(each.file)}
        replaced = list(listing.replaced)
        before = listing
        for plan in plans:
            name = plan.state.name
            old = sealed.get(name) or plan.state.known
            new = self._put(plan, written.get(name), old, listing)
            if new is None:
                sealed.pop(name, None)
            else:
                sealed[name] = new
            is_new = old is not None and all(each.sha256 != old.sha256 for each, _ in replaced)
            if old is not None and is_new and (new is None or new.sha256 != old.sha256):
                replaced.append((old, f.date(self.now)))
        sealed |= {each.file: each for each in listing.sealed if not is_name(each.file)}
        current = {each.sha256 for each in sealed.values()}
        past = [each for each in replaced if each[0].sha256 not in current]
        after = Listing(tuple(sealed.values()), tuple(past))
        if after != before:
            with disk.durable(f"write {self.folder / MANIFEST}"):
                folders.write_listing(self.folder, after)

    def _write(self, plan: Plan) -> Written:
        """Write what the file is to hold, beside it; nothing else has changed yet."""
        with disk.durable(f"write in {self.folder}"):
            self.folder.mkdir(parents=True, exist_ok=True)
        name = plan.state.name
        if plan.source is not None:
            return write_copy(self.folder, name, plan.source, plan.sha256)
        return write_mended(
            self.folder, name, plan.parts, info=self.info, info_id=plan.info_id, now=self.now
        )

    def _put(
        self, plan: Plan, written: Written | None, old: Sealed | None, listing: Listing
    ) -> Sealed | None:
        """Put the new file in its place; return how the manifest lists it, None for not at all."""
        state = plan.state
        if written is None:
            return self._leave(plan, old)
        aside = put_in_place(written.path, self.folder / state.name)
        as_it_was = [old, state.known, *(each for each, _ in listing.replaced)]
        whole = next((each for each in as_it_was if each and each.sha256 == written.sha256), None)
        done: Done = "put back" if whole else "mended" if state.contents else "made again"
        self.result.mended.append(_outcome(plan, done, aside))
        if whole:  # whatever its damaged bytes were, they are there again
            self.result.unknown = [e for e in self.result.unknown if e.file != state.name]
        when = whole.sealed_at if whole else f.date(self.now)
        return Sealed(state.name, written.size, written.sha256, when)

    def _leave(self, plan: Plan, old: Sealed | None) -> Sealed | None:
        """List a file that stays as it is, or take it out of the archive where nothing is whole."""
        state = plan.state
        if state.path is None:
            self.result.mended.append(_outcome(plan, "given up"))
            return None
        if state.needs_mending():
            self.result.mended.append(_outcome(plan, "set aside", set_aside(state.path)))
            return None
        if old is not None and old.sha256 == state.sha256:
            return old
        self.result.mended.append(_outcome(plan, "listed anew"))
        known = state.known
        same = known is not None and known.sha256 == state.sha256
        when = known.sealed_at if same and known else f.date(self.now)
        return Sealed(state.name, state.size, state.sha256, when)


def _outcome(plan: Plan, done: Done, aside: Path | None = None) -> MendedFile:
    return MendedFile(
        plan.state.name,
        done,
        plan.captures,
        len(plan.from_copy),
        len(plan.lost),
        aside.name if aside else "",
    )


def _foreseen(plan: Plan) -> MendedFile | None:
    """Return what would be done with a file, None where nothing would."""
    state = plan.state
    if plan.source is not None:
        return _outcome(plan, "put back")
    if plan.parts:
        return _outcome(plan, "mended" if state.contents else "made again")
    if state.contents is None:
        return _outcome(plan, "given up")
    if state.needs_mending():
        return _outcome(plan, "set aside")
    return None if state.is_as_listed() else _outcome(plan, "listed anew")
