"""Mails about accounts: stored before anyone is told, and sent by the delivery workers.

The request that asks for one neither waits for a mail server nor tells by its time whether an account exists: it stores
a row, whoever the address belongs to. Who gets the mail, and what it says, is decided where it is sent.
"""
