"""The public gallery and its JSON API."""
