"""In which time zone a user is shown times: by choice, else that of the device."""
