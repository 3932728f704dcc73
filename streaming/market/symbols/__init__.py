"""The exchange's symbols: fetched and stored by the bridge, held in memory by each process."""
