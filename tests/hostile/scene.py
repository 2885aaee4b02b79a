"""Who is attacked, who else is there, and what must be true whatever was tried."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psutil

from tests.e2e.headless import Headless
from tests.e2e.rig import HERE, Place
from tests.hostile.oracles import (
    HONEST_S,
    Cost,
    FolderWatch,
    Kept,
    Pulse,
    differences,
    hold,
    is_of_profile,
    log_faults,
    look_at,
)


class Scene:
    """``victim`` is attacked, ``honest`` is a person the victim knows well.

    All below ``folder`` but the victim's profile and the honest one's belongs to
    nobody's peers, except what was accepted: that lands in ``landing``.
    """

    pulse: Pulse
    """Of the attack that goes on, or went on last."""

    def __init__(
        self,
        folder: Path,
        victim: Place = HERE,
        honest: Place = HERE,
        *,
        takes_requests: bool = False,
    ) -> None:
        """Where they run. Strangers may leave anything, unless the victim ``takes_requests``."""
        self.folder = folder
        self.landing = folder / "landing"
        self.beats_s: list[float] = []
        """Each round trip to the victim's loop while it was attacked."""
        self._places = {"victim": victim, "honest": honest}
        self._takes_requests = takes_requests
        self._started: list[Headless] = []
        self._log_checked = 0
        self._ours: set[str] = set()
        (folder / "canary").write_text("sings")
        for neighbour in ("landing2", "downloads2", "etc"):
            (folder / neighbour).mkdir()
        self.landing.mkdir()

    def begin(self) -> None:
        """Both meet, and the victim writes to the honest one: no stranger any more."""
        self.victim = self._start("victim", "--downloads", str(self.landing), "--log", "info")
        self.honest = self._start("honest", "--downloads", str(self.folder / "etc"))
        self.victim.sees(self.honest)
        self.honest.sees(self.victim)
        self.honest_word()
        self.victim.delivered(self.victim.send(self.honest, "you are no stranger"))

    def _start(self, name: str, *options: str) -> Headless:
        place = self._places[name]
        where = ("--bind", place.ip) if place is HERE else ()
        profile = self.folder / name
        one = Headless(
            profile,
            *("--name", name, *where, *options),
            prefix=place.command(()),
            takes_requests=self._takes_requests,
        )
        self._started.append(one)
        one.wait("ready")
        return one

    def end(self) -> None:
        for one in self._started:
            one.kill()
        for one in self._started:
            one.check_manners()

    def honest_word(self) -> None:
        """Somebody else is served meanwhile, at once."""
        self.honest.delivered(self.honest.send(self.victim, "still there?"), within_s=HONEST_S)

    def user_sets(self, **settings: str) -> None:
        """The victim's user changes what is their own, as nobody else can."""
        hold(self._kept.faults(self.victim, self.honest))
        self._ours |= {"victim/settings.json", "victim/settings.json.new"}
        self.victim.ask("set", **settings)
        self._kept = Kept.of(self.victim, self.honest)

    def user_takes_picture(self, picture: bytes) -> None:
        face = self.victim.profile / "face"
        self._ours.add("victim/face")
        face.write_bytes(picture)
        self.user_sets(picture=str(face))

    @contextmanager
    def unharmed(self, *, lands: bool = False) -> Iterator[None]:
        """Around an attack: what it may not have cost, changed, or made the victim say.

        Only where something ``lands`` may there be anything in ``landing``, even for a moment.
        """
        spared = [self.folder / name for name in ("victim", "honest")]
        if lands:
            spared.append(self.landing)
        before, outside = self.cost(), look_at(self.folder, spared)
        self._kept = Kept.of(self.victim, self.honest)
        beat = partial(self.victim.ask, "status", within_s=HONEST_S)
        self._ours.clear()
        with FolderWatch(self.folder, partial(self._is_fine, lands=lands)) as watch:
            self.pulse = Pulse(beat, self.honest_word, self.victim.process.pid, watch)
            with self.pulse:
                yield
            self.beats_s += self.pulse.beats_s
            self.honest_word()
            hold(self.pulse.faults() + watch.faults())
        self.check_cost(before)
        hold(differences(outside, look_at(self.folder, spared)))
        hold(self._kept.faults(self.victim, self.honest))
        assert self.victim.is_running()
        self.victim.check_manners()
        self.check_log()

    def cpu_s(self) -> float:
        """What the victim's process has computed so far."""
        times = psutil.Process(self.victim.process.pid).cpu_times()
        return float(times.user + times.system)

    def cost(self) -> Cost:
        """What the victim's process holds right now."""
        return Cost.of(self.victim.process.pid)

    def check_cost(self, before: Cost) -> None:
        hold(self.cost().faults(before))

    def check_log(self) -> None:
        """One line a record, and nobody's text in it that a terminal would obey."""
        whole, end, _ = self.victim.log[self._log_checked :].rpartition("\n")
        hold(log_faults(whole))
        self._log_checked += len(whole + end)

    def _is_fine(self, path: str, *, lands: bool) -> bool:
        """Whether this, below ``folder``, may be made, changed and removed meanwhile."""
        place, _, rest = path.partition("/")
        if place == "victim":
            return path in self._ours or is_of_profile(rest)
        return place == "honest" or (lands and place == "landing")
