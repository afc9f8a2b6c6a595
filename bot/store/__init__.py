"""What is kept, and the only place that knows a database."""

from bot.store import learning_tables

__all__ = ["learning_tables"]  # imported here so that the metadata is whole, whoever asks for it
