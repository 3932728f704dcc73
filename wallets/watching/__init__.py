"""Wallets and watched transactions as users have them: parameters, use cases, services, selectors, answers."""
