"""What every request is, and those that only ask how things stand."""

from msgspec import Struct

from app import commands
from app.commands import Command


class Request(Struct, tag_field="do", kw_only=True):
    """``ref`` comes back in the direct answer."""

    ref: str | None = None


class Status(Request, tag="status"):
    def command(self) -> Command:
        return commands.GetStatus(self.ref)


class Diagnose(Request, tag="diagnose"):
    def command(self) -> Command:
        return commands.DiagnoseNetwork(self.ref)


class Peers(Request, tag="peers"):
    def command(self) -> Command:
        return commands.ListPeople(self.ref)
