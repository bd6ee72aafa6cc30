"""Features, seen from Discord."""
