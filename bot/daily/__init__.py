"""The daily post: times and zones as people write them, the next local time, and a fair choice. All pure."""
