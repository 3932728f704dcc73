"""The nodes of a chain, asked by JSON-RPC over HTTP or WebSocket; one is used at a time, the next where it fails.

`json_rpc` is what is written and read, pure; `http_node` and `websocket_node` are the two ways to one node, and
`chain_nodes` chooses among several. What the answers mean is read by `wallets.following.node_answers`.
"""
