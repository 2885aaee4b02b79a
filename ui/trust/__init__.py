"""Who somebody really is: numbers and codes compared, keys that changed, strangers, the blocked."""
