"""Use cases. Each public function is one transaction and returns frozen dataclasses; none talks to Discord."""
