"""What can be sold: product kinds, their offers and dated prices. Nothing here knows who bought it."""
