"""How bytes travel. Knows neither app nor ui, no Qt, no SQL."""
