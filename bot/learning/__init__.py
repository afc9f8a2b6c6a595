"""What a person has learnt, as pure functions of what happened: no platform, no database, no clock."""
