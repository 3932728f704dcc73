"""What goes with a log-in: the lock-out after failed ones, and how the admin takes one: how often, and from the page.

`accounts.backends`, which looks at name and password, stands apart: sessions of the admin hold its dotted path.
"""
