"""What Showrunner is measured beside: the least that any program would do, or another that does the same."""
