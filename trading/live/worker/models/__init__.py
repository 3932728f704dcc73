"""The models that live strategies ask: which is in use, what each says or why it is silent, and what it learns from."""
