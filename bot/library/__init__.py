"""The content: its schema, how it is loaded, searched and checked."""
