"""A user's own data: all of it in one file. Each app declares its part (`streaming.database.own_data`)."""
