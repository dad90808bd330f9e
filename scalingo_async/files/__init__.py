"""Files: archives, uploads and downloads."""
