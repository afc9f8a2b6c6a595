"""The bot with no token: for authors, admins, newcomers and scripts."""
