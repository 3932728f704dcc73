"""How the simulated node is asked and told of: JSON-RPC 2.0 with Ethereum's methods, errors and words as geth has them.

The methods: https://ethereum.github.io/execution-apis/; what they leave open is as geth answers it.
"""
