"""What is kept, and the only place that knows a database."""

from bot.store import daily_tables, learning_tables

__all__ = ["daily_tables", "learning_tables"]  # imported here so that the metadata is whole for whoever asks
