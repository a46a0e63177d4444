"""What FilaOps knows about its trade, free of HTTP."""
