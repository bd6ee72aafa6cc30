"""Works: collecting, reading and changing them, with their sources and credits."""
