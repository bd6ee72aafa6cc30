"""The process: command line, settings, logs, the Discord client, the timer and the outbox's delivery."""
