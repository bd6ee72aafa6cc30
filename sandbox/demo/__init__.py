"""A whole episode played on loopback: a guild with producers and artists who make pictures and sounds."""
