"""Discord on loopback: for tests, faults and the demo. See API.md."""
