"""The engine: one asyncio loop on its own thread, and its decisions."""
