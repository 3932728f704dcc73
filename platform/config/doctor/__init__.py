"""What `manage.py doctor` looks at, each part in a module; whoever starts the platform can see what it will meet.

`findings` is what is found, `examination` asks all parts at once, within bounds.
"""
