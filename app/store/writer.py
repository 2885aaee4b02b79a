"""Everything the store can be told. Lives on the store thread, inside its transaction."""

from app.store.incoming import IncomingWriter
from app.store.outgoing import OutgoingWriter
from app.store.people import PeopleWriter
from app.store.transfers import TransferWriter


class Writer(PeopleWriter, OutgoingWriter, IncomingWriter, TransferWriter):
    """Given to each job of ``Store.submit``; not kept beyond it.

    Holds nothing in memory: what a failed job did is undone by the database alone.
    """
