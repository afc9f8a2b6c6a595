"""Discord, through discord.py: slash commands, mentions, private messages, buttons."""
