"""The list at the left."""
