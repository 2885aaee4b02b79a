"""The panel at the right: who this is."""
