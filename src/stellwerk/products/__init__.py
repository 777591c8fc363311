"""What an organisation owns: the life of a product from activation to its end, who may use it, how it is tagged."""
