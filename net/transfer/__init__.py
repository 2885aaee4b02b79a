"""Files over TCP: the threads that read, seal, open and write them."""
