"""Pure rules of the catalogue: names and prices as plain values."""
