"""`python -m bot` is `whatis-bot`."""

from bot.cli import main

main()
