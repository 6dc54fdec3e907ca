"""Where things live: safe reads, durable writes, locks, and the files they serve."""
