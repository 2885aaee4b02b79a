"""Two kinds of protocol fault: ours and theirs."""


class ProtocolError(Exception):
    """Base of both; never raised itself."""


class LocalProtocolError(ProtocolError):
    """We asked for something the protocol forbids. A bug in the caller."""


class RemoteProtocolError(ProtocolError):
    """The other side broke the protocol. The stream or packet it came on is done for."""
