"""One module a feature: what the bot can do, knowing no platform."""
