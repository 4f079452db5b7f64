"""The main job, told on the demo database: sell, invoice, check, send, follow."""
