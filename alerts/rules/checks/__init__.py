"""What only others can tell to be wrong with a rule: the market, and the apps of strategies and of wallets."""
