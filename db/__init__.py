"""Where everything is kept: engine, column types, models, migrations and the media store."""
