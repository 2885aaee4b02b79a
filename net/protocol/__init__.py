"""The protocol without I/O: bytes and values in, bytes and values out.

Nothing here imports a socket, a thread, a clock, a file, a random source or
logging: time, entropy and ids are arguments, so that every behaviour can be
replayed in a test.
"""
