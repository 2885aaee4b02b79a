"""What helps to write: marks, emoji, pictures from the clipboard and the screen."""
