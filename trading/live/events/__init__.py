"""What is told of trading, to whom: written from what happened, stored in the outbox, published in its order."""
