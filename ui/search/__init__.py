"""Looking for words, files, people and days."""
