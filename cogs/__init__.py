"""What people see in Discord, a package per feature."""
