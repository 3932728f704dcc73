"""What the measurement of wallets runs in processes of its own: nodes of chains, and who follows them."""
