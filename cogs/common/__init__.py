"""What every feature's cog uses."""
