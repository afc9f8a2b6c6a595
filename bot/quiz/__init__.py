"""The quiz: events in, effects out, time and chance passed in. No platform, no database, no clock."""
