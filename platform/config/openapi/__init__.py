"""The OpenAPI document (3.1) of everything over HTTP below `/api/`, and of the pages for operators beside it.

components  what the Structs of parameters and answers say, as JSON Schema
operation   one method of an address: parameters, body, answers, refusals
inspection  which operations there are: those of the views' use cases
generator   the whole, made once for each process
"""
