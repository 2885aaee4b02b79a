"""Files in memory: the cable, the processor and the programs are all there is to wait for."""

from bench.common import median
from bench.transfer import rivals
from bench.transfer.loads import (
    FOLDER_FILES,
    GIB,
    MIXED_BYTES,
    SMALL_BYTES,
    fresh,
    many_files,
    mixed_files,
    one_file,
)
from bench.transfer.pair import pair
from bench.transfer.scene import GB, Scene, Turns

LARGE_RIVALS = (
    rivals.PLAIN,
    rivals.NGINX,
    rivals.LOCALSEND_WAY,
    rivals.SCP,
    rivals.RSYNC_DAEMON,
    rivals.CROC,
)
FOLDER_RIVALS = (
    rivals.PLAIN,
    rivals.TAR_OVER_NC,
    rivals.RSYNC_DAEMON,
    rivals.TAR_OVER_SSH,
    rivals.RSYNC_OVER_SSH,
    rivals.SCP,
    rivals.NGINX,
    rivals.LOCALSEND_WAY,
    rivals.CROC,
)
SEALED = tuple(rival for rival in FOLDER_RIVALS if rival.is_sealed)
LARGE_GOALS = {
    rivals.PLAIN: "0.80",
    rivals.NGINX: "1.2",
    rivals.LOCALSEND_WAY: "2.5",
    rivals.SCP: "4",
    rivals.CROC: "10",
}
MANY_FILES = 100_000
RATE, RATE_BITS = "1gbit", 1e9


def one_large(scene: Scene) -> None:
    what = "1 GiB, one file"
    path = one_file(scene.folder / "large", GIB)
    with (
        scene.open(LARGE_RIVALS, scene.folder) as ways,
        pair(scene.cable, scene.folder) as both,
    ):
        turns = scene.by_turns(both, path, ways)
    path.unlink()
    scene.show(f"{what}, in memory, {scene.cable.title}", GIB, turns)
    for rival, goal in LARGE_GOALS.items():
        _compare(scene, what, turns, rival, f">= {goal}")
    sending = turns.middle("sending_cpu_s") * GB / GIB
    receiving = turns.middle("receiving_cpu_s") * GB / GIB
    scene.tell("CPU s a GB, sending", f"{sending:.2f}", "<= 0.45")
    scene.tell("CPU s a GB, receiving", f"{receiving:.2f}", "<= 0.65")
    _tell_memory(scene, what, turns)


def folders(scene: Scene) -> None:
    with (
        scene.open(FOLDER_RIVALS, scene.folder) as ways,
        pair(scene.cable, scene.folder) as both,
    ):
        what = f"{FOLDER_FILES:,} files of 4 KiB"
        path = many_files(scene.folder / "small", FOLDER_FILES)
        small = scene.by_turns(both, path, ways)
        scene.show(f"{what}, in memory", FOLDER_FILES * SMALL_BYTES, small)
        _compare(scene, what, small, rivals.RSYNC_DAEMON, "> 1")
        _compare(scene, what, small, rivals.TAR_OVER_NC, ">= 0.67")
        _tell_whole(scene, what, small)
        best = small.best_of(SEALED)
        if best:
            scene.compare(what, small.ours_s, f"best that encrypts: {best[0]}", best[1], ">= 2.5")
        _tell_memory(scene, what, small)
        what = "mixed folder, 969 MB in 3,304 files"
        mixed = scene.by_turns(both, mixed_files(scene.folder / "mixed"), ways)
        scene.show(f"{what}, in memory", MIXED_BYTES, mixed)
        _compare(scene, what, mixed, rivals.RSYNC_DAEMON, "> 1")
        _compare(scene, what, mixed, rivals.PLAIN, "")
        _tell_memory(scene, what, mixed)


def linear(scene: Scene) -> None:
    """Ten times as many files: ten times as long, and no more memory to speak of."""
    results = {}
    for count in (FOLDER_FILES, MANY_FILES):
        path = many_files(scene.folder / f"linear-{count}", count)
        with pair(scene.cable, scene.folder) as both:
            results[count] = scene.by_turns(both, path, {}, warm_up=count == FOLDER_FILES)
    one, ten = results.values()
    what = f"{MANY_FILES:,} files of 4 KiB"
    growth = ten.ours_s / one.ours_s
    scene.tell(what, f"{ten.ours_s:.3g} s", "10", f"{growth:.1f} times {FOLDER_FILES:,} files")
    _tell_memory(scene, what, ten, "< 150")
    table = scene.report.table(
        "Many files of 4 KiB, in memory", "files", "s", "with the offer s", "µs a file",
        "peak MB sending", "peak MB receiving",
    )  # fmt: skip
    for count, turns in results.items():
        table.add(
            count,
            turns.ours_s,
            turns.middle("whole_s"),
            turns.ours_s / count * 1e6,
            turns.worst("sending_mb"),
            turns.worst("receiving_mb"),
        )


def slow_link(scene: Scene) -> None:
    """How full a cable of 1 Gbit/s is while the file goes, frame headers counted."""
    if not scene.cable.is_own:
        return
    path = one_file(scene.folder / "large", GIB)
    shares: dict[str, list[float]] = {"plain": [], "ours": []}
    target = scene.folder / "landed"
    with (
        scene.open((rivals.PLAIN,), scene.folder) as ways,
        pair(scene.cable, scene.folder) as both,
        scene.cable.limited(RATE),
    ):
        for _ in range(min(scene.turns, 3)):
            for name, measured in shares.items():
                fresh(target)
                before = scene.cable.limited_bytes()
                if name == "plain":
                    seconds = ways[rivals.PLAIN.name](path, target)
                else:
                    seconds = both.send(path, target).seconds
                bits = (scene.cable.limited_bytes() - before) * 8
                measured.append(bits / seconds / RATE_BITS)
    path.unlink()
    ours, beside = median(shares["ours"]), f"plain copy {median(shares['plain']):.1%}"
    scene.tell("share of a wire of 1 Gbit/s", f"{ours:.1%}", ">= 97 %", beside)


def _compare(scene: Scene, what: str, turns: Turns, rival: rivals.Rival, goal: str) -> None:
    best = turns.best_of((rival,))
    if best:
        scene.compare(what, turns.ours_s, *best, goal)


def _tell_whole(scene: Scene, what: str, turns: Turns) -> None:
    """Others list what they send in the same breath; we before the offer is shown."""
    best = turns.best_of((rivals.RSYNC_DAEMON,))
    if best:
        scene.compare(f"{what}, scan and offer counted", turns.middle("whole_s"), *best, "")


def _tell_memory(scene: Scene, what: str, turns: Turns, goal: str = "< 60") -> None:
    peak = max(turns.worst("sending_mb"), turns.worst("receiving_mb"))
    scene.tell(f"peak MB above idle, {what}", f"{peak:.1f}", goal)
