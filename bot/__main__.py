"""The entry of `whatis-bot`, and of `python -m bot`, which is the same."""

from __future__ import annotations

from bot import collector


def main() -> None:
    """Runs the command line."""
    collector.starting()
    # Only now, since the libraries are most of what a start makes.
    from bot.cli import main as command_line  # noqa: PLC0415

    command_line()


if __name__ == "__main__":
    main()
