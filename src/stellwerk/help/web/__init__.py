"""The pages of the help room."""
