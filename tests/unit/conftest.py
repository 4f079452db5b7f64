"""Has what the tests share (`factories`) on the path, whatever folder is run."""
