"""The channels: a folder each, with how it sends, its texts, and its errors."""
