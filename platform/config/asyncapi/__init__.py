"""The AsyncAPI documents (3.0) of the WebSocket dialects, one of each, made from what the gateway itself runs on.

json_schema       Structs of parameters and answers, as the JSON Schema (draft 7) that AsyncAPI understands
event_schemas     the data of events, in one dialect
framing           the frames that each dialect puts around them
client_messages   what clients say, which is the same in every dialect
channels          what can be subscribed, under every spelling
commands          what clients may ask for by name
connection        the socket itself: handshake, answers, how it ends, limits
examples          a frame of each kind, made by the dialect itself
document          the whole, made once for each process
reference_page    the same for people, as a page shows it
"""
